"""Resources as clients see them, made of what the catalog keeps."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from ..errors import BigQueryError
from ..http.request import Request
from ..names import DatasetRef, RoutineRef, TableRef, quote
from ..session import Session
from ..values import schema


def etag(resource: dict[str, Any]) -> str:
    """A tag that changes with the resource."""
    return hashlib.sha256(json.dumps(resource, sort_keys=True).encode()).hexdigest()[:22]


def check_etag(request: Request, resource: dict[str, Any]) -> None:
    """Refuses a change of a resource that has changed since the client read it."""
    wanted = request.headers.get("if-match")
    if wanted and wanted != "*" and wanted != etag(resource):
        raise BigQueryError("conditionNotMet", "Precondition check failed.")


def dataset(ref: DatasetRef, kept: dict[str, Any]) -> dict[str, Any]:
    """A Dataset."""
    out = {"kind": "bigquery#dataset", "etag": etag(kept), "id": str(ref), "access": [], **kept}
    return out | {"datasetReference": ref.resource(), "selfLink": f"/projects/{ref.project}/datasets/{ref.dataset}"}


def table(session: Session, ref: TableRef, kept: dict[str, Any], counted: bool = True) -> dict[str, Any]:
    """A Table."""
    location = session.catalog.location(session.cursor, ref.parent)
    out = {"kind": "bigquery#table", "etag": etag(kept), "id": str(ref), "location": location, **kept}
    out |= {"tableReference": ref.resource(), "selfLink": f"/projects/{ref.project}/datasets/{ref.dataset}/tables/{ref.table}"}
    if counted and kept["type"] == "TABLE":
        out |= _size(session, ref, kept)
    return out


# https://cloud.google.com/bigquery/pricing#data
_BYTES = {
    "BOOL": 1,
    "INT64": 8,
    "FLOAT64": 8,
    "NUMERIC": 16,
    "BIGNUMERIC": 32,
    "DATE": 8,
    "TIME": 8,
    "DATETIME": 8,
    "TIMESTAMP": 8,
    "INTERVAL": 16,
}


def _size(session: Session, ref: TableRef, kept: dict[str, Any]) -> dict[str, Any]:
    parts = []
    for name, kind in schema.columns(kept["schema"]["fields"]):
        column = quote(name)
        if kind.kind in _BYTES:
            parts.append(f"{_BYTES[kind.kind]} * count({column})")
        elif kind.kind == "BYTES":
            parts.append(f"coalesce(sum(octet_length({column})), 0)")
        else:
            parts.append(f"coalesce(sum(2 + strlen(CAST({column} AS VARCHAR))), 0)")
    rows, size = session.execute(f"SELECT count(*), CAST({' + '.join(parts)} AS BIGINT) FROM {ref.sql}").fetchone()
    return {"numRows": str(rows), "numBytes": str(size), "numLongTermBytes": "0", "numTotalLogicalBytes": str(size)}


def table_item(ref: TableRef, kept: dict[str, Any]) -> dict[str, Any]:
    """An entry of a list of tables."""
    out: dict[str, Any] = {"kind": "bigquery#table", "id": str(ref), "tableReference": ref.resource(), "type": kept["type"]}
    for key in ("creationTime", "expirationTime", "labels", "timePartitioning", "rangePartitioning", "clustering", "friendlyName"):
        if key in kept:
            out[key] = kept[key]
    if "view" in kept:
        out["view"] = {"useLegacySql": False}
    return out


def routine(ref: RoutineRef, kept: dict[str, Any]) -> dict[str, Any]:
    """A Routine."""
    return {"etag": etag(kept), **kept, "routineReference": ref.resource()}


def page(request: Request, items: list[Any], default: int = 1000) -> tuple[list[Any], str]:
    """The part of a list that a request asks for, and the token of the next part."""
    start = int(request.argument("pageToken") or 0) if request.argument("pageToken").isdigit() or not request.argument("pageToken") else 0
    size = request.number("maxResults", default) or default
    return items[start : start + size], str(start + size) if start + size < len(items) else ""
