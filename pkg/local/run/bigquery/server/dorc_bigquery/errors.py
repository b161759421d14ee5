"""Errors as BigQuery words and shapes them.

https://cloud.google.com/bigquery/docs/error-messages has the reasons and their HTTP codes.
"""

from __future__ import annotations

_STATUS = {
    "invalid": (400, "INVALID_ARGUMENT"),
    "invalidQuery": (400, "INVALID_ARGUMENT"),
    "badRequest": (400, "INVALID_ARGUMENT"),
    "resourceInUse": (400, "FAILED_PRECONDITION"),
    "notImplemented": (501, "UNIMPLEMENTED"),
    "accessDenied": (403, "PERMISSION_DENIED"),
    "notFound": (404, "NOT_FOUND"),
    "duplicate": (409, "ALREADY_EXISTS"),
    "conditionNotMet": (412, "FAILED_PRECONDITION"),
    "stopped": (200, "CANCELLED"),
    "internalError": (500, "INTERNAL"),
}

# POSITION is a line and a column of the text that a client sent, from 1.
Position = tuple[int, int]


class BigQueryError(Exception):
    """What a client did that cannot be done, with BigQuery's reason."""

    def __init__(self, reason: str, message: str, location: str = "") -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message
        self.location = location
        # Of a statement of a script: its text, and its place when the message does not say it.
        self.statement = ""
        self.place: Position | None = None

    @property
    def code(self) -> int:
        """The HTTP code of the reason."""
        return _STATUS.get(self.reason, (400, ""))[0]

    def proto(self) -> dict:
        """An ErrorProto, as jobs have it in errorResult."""
        out = {"reason": self.reason, "message": self.message}
        if self.location:
            out["location"] = self.location
        return out

    def body(self) -> dict:
        """The body of an HTTP answer."""
        code, status = _STATUS.get(self.reason, (400, "INVALID_ARGUMENT"))
        entry = {"message": self.message, "domain": "global", "reason": self.reason}
        if self.location:
            entry["location"] = self.location
        return {"error": {"code": code, "message": self.message, "errors": [entry], "status": status}}


def at(position: Position | None) -> str:
    """The end of a message that names a place."""
    return f" at [{position[0]}:{position[1]}]" if position else ""


def invalid_query(message: str, position: Position | None = None) -> BigQueryError:
    """A query that cannot be understood or that failed."""
    return BigQueryError("invalidQuery", message + at(position), "query")


def unsupported(what: str, position: Position | None = None) -> BigQueryError:
    """Something that BigQuery has and this server has not."""
    return BigQueryError("invalidQuery", f"dorc's local BigQuery does not have {what}{at(position)}", "query")


def invalid(message: str, location: str = "") -> BigQueryError:
    """A resource or a parameter with a wrong value."""
    return BigQueryError("invalid", message, location)


def not_found(kind: str, name: str, location: str = "") -> BigQueryError:
    """A resource that is not there, for instance ("Table", "p:d.t", "EU")."""
    where = f" was not found in location {location}" if location else ""
    return BigQueryError("notFound", f"Not found: {kind} {name}{where}")


def duplicate(kind: str, name: str) -> BigQueryError:
    """A resource that is there already."""
    return BigQueryError("duplicate", f"Already Exists: {kind} {name}")
