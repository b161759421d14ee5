"""What DuckDB says, in BigQuery's words."""

from __future__ import annotations

import re

import duckdb
from sqlglot import exp

from ..errors import BigQueryError, Position, invalid_query
from .source import Source

_TYPES = {"INT64": "int64", "INT32": "int64", "INT128": "int64", "DOUBLE": "double", "BOOL": "bool", "BOOLEAN": "bool"}


def translated(error: duckdb.Error, source: Source | None, tree: exp.Expression | None) -> BigQueryError:
    """The error of a statement."""
    text = str(error)
    first = text.split("\n\n")[0].strip()
    for pattern, words, named in _KNOWN:
        found = re.search(pattern, text, re.DOTALL)
        if found:
            message = words(found) if callable(words) else found.expand(words)
            return invalid_query(message, _place(source, tree, found.group(named) if named else ""))
    if isinstance(error, duckdb.InterruptException):
        return BigQueryError("stopped", "Job execution was cancelled: User requested cancellation")
    message = re.sub(r"^(?:\w+ )*Error: ", "", first.split("\n")[0])
    return invalid_query(message, _place(source, tree, ""))


def _cast(found: re.Match) -> str:
    kind = found.group(2)
    return f"Bad {_TYPES.get(kind, kind.lower())} value: {found.group(1)}"


def _date(found: re.Match) -> str:
    kind = {"date": "date", "timestamp": "timestamp", "time": "time"}.get(found.group(1).split()[0].lower(), "value")
    return f"Could not cast literal {found.group(2)!r} to type {kind.upper()}".replace("'", '"')


# Each: what DuckDB says, what BigQuery says, and which group is a name that the statement has.
_KNOWN: list[tuple[str, object, int]] = [
    (r"dorc: (.*?)' to INT32", lambda found: found.group(1), 0),
    (r"Could not convert string '(.*?)' to (\w+)", _cast, 0),
    (r"(?:invalid )?(date|timestamp|time) field value out of range: \"(.*?)\"", _date, 0),
    (r"[Ii]nvalid (date|timestamp|time) (?:field|format)[^\"]*\"(.*?)\"", _date, 0),
    (r"Referenced column \"(.*?)\" not found in FROM clause", r"Unrecognized name: \1", 1),
    (r"Referenced column \"(.*?)\" was not found because the FROM clause is missing", r"Unrecognized name: \1", 1),
    (r"Column \"(.*?)\" referenced that exists in the SELECT clause", r"Unrecognized name: \1", 1),
    (r"Table \"(.*?)\" does not have a column named \"(.*?)\"", r"Name \2 not found inside \1", 2),
    (r"Values list \"(.*?)\" does not have a column named \"(.*?)\"", r"Name \2 not found inside \1", 2),
    (r"Referenced table \"(.*?)\" not found", r"Unrecognized name: \1", 1),
    (r"Could not find key \"(.*?)\" in struct", r"Field name \1 does not exist in STRUCT", 1),
    (r"Ambiguous reference to column name \"(.*?)\"", r"Column name \1 is ambiguous", 1),
    (
        r"column \"?(.*?)\"? must appear in the GROUP BY",
        r"SELECT list expression references column \1 which is neither grouped nor aggregated",
        1,
    ),
    (
        r"Set operations can only apply to expressions with the same number of result columns",
        "Queries in UNION ALL have mismatched column count",
        0,
    ),
    (r"NOT NULL constraint failed: (?:.*\.)?(\w+)", r"Required field \1 cannot be null", 0),
    (r"More than one row returned by a subquery", "Scalar subquery produced more than one element", 0),
    (r"Overflow in (addition|subtraction|multiplication) of INT64 \((.*?) [-+*] (.*?)\)", r"int64 overflow: \2 and \3", 0),
    (r"[Dd]ivision by zero", "division by zero", 0),
    (r"recursive view|infinite recursion|Max expression depth", "Query is too complex: it is nested too deeply", 0),
    (r"Out of Range Error: (.*?)(?:\n|$)", r"\1", 0),
    (r"aggregate function calls cannot be nested", "Aggregations of aggregations are not allowed", 0),
    (r"WHERE clause cannot contain aggregates", "Aggregate function is not allowed in the WHERE clause", 0),
    (r"(?:MERGE|Merge).*multiple", "UPDATE/MERGE must match at most one source row for each target row", 0),
]


def _place(source: Source | None, tree: exp.Expression | None, name: str) -> Position | None:
    if source is None or not name:
        return None
    text = name.lower()
    found = re.search(rf"(?<![\w`]){re.escape(text)}(?![\w`])", source.text.lower())
    for node in tree.find_all(exp.Identifier) if tree is not None else ():
        if node.name.lower() == text and node.meta and "start" in node.meta:
            return source.position(node.meta["start"])
    return source.position(found.start()) if found else None
