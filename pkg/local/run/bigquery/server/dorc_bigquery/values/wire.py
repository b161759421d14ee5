"""Values as the REST API has them: rows of f and v, every scalar a text.

https://cloud.google.com/bigquery/docs/reference/rest/v2/jobs/getQueryResults#response-body
"""

from __future__ import annotations

import base64
import datetime
import decimal
import math
from typing import Any

from ..names import quote
from .types import Type

_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)


def select(columns: list[tuple[str, Type]]) -> str:
    """The expressions by which DuckDB's values are fetched: with the exact types, and intervals as text."""
    return ", ".join(
        _interval(quote(name)) if kind.kind == "INTERVAL" else f"CAST({quote(name)} AS {kind.duckdb})" for name, kind in columns
    )


def _interval(name: str) -> str:
    parts = f"datepart('year', {name}), datepart('month', {name}), datepart('day', {name}), datepart('hour', {name}), datepart('minute', {name}), datepart('second', {name})"
    return f"CASE WHEN {name} IS NULL THEN NULL ELSE printf('%d-%d %d %d:%d:%d', {parts}) END"


def row(values: tuple, columns: list[tuple[str, Type]], int64_timestamps: bool) -> dict[str, Any]:
    """One row."""
    return {"f": [{"v": value(v, kind, int64_timestamps)} for v, (_, kind) in zip(values, columns)]}


def value(v: Any, kind: Type, int64_timestamps: bool = True) -> Any:
    """One value."""
    if kind.element:
        return [{"v": value(e, kind.element, int64_timestamps)} for e in v] if v is not None else []
    if v is None:
        return None
    if kind.kind == "STRUCT":
        inside = list(v.values()) if isinstance(v, dict) else list(v)
        return {"f": [{"v": value(e, t, int64_timestamps)} for e, (_, t) in zip(inside, kind.fields)]}
    return _SCALARS.get(kind.kind, str)(v) if kind.kind != "TIMESTAMP" else _timestamp(v, int64_timestamps)


def _timestamp(v: datetime.datetime, int64: bool) -> str:
    micros = (v - _EPOCH) // datetime.timedelta(microseconds=1)
    return str(micros) if int64 else repr(micros / 1e6)


def _float(v: float) -> str:
    if math.isnan(v):
        return "NaN"
    if math.isinf(v):
        return "Infinity" if v > 0 else "-Infinity"
    return repr(float(v))


def _decimal(v: decimal.Decimal) -> str:
    shown = format(v, "f")
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def _datetime(v: datetime.datetime) -> str:
    return v.isoformat()


_SCALARS: dict[str, Any] = {
    "BOOL": lambda v: "true" if v else "false",
    "INT64": str,
    "FLOAT64": _float,
    "NUMERIC": _decimal,
    "BIGNUMERIC": _decimal,
    "BYTES": lambda v: base64.b64encode(v).decode(),
    "DATE": lambda v: v.isoformat(),
    "TIME": lambda v: v.isoformat(),
    "DATETIME": _datetime,
}
