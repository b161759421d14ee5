"""Values of clients, parameters and rows of insertAll, as SQL of DuckDB."""

from __future__ import annotations

import json
import re
from typing import Any

from ..errors import invalid
from ..names import literal
from .types import Type

_UNIX = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?")


def typed(value: Any, kind: Type) -> str:
    """A value of JSON as a typed expression."""
    if value is None:
        return f"CAST({'[]' if kind.element else 'NULL'} AS {kind.duckdb})"
    if kind.element:
        if not isinstance(value, list):
            raise invalid(f"Array specified for non-repeated field or the other way round: {str(value)[:100]}")
        return f"CAST([{', '.join(typed(v, kind.element) for v in value)}] AS {kind.duckdb})"
    if kind.kind == "STRUCT":
        if not isinstance(value, dict):
            raise invalid(f"This field is a record: {str(value)[:100]}")
        known = {name.lower(): v for name, v in value.items()}
        return "{" + ", ".join(f"{literal(name)}: {typed(known.get(name.lower()), t)}" for name, t in kind.fields) + "}"
    return _scalar(value, kind)


def _scalar(value: Any, kind: Type) -> str:
    if isinstance(value, (dict, list)) and kind.kind != "JSON":
        raise invalid(f"This field: {str(value)[:100]} is not a record or a list, but {kind.kind}")
    if kind.kind == "JSON":
        text = value if isinstance(value, str) else json.dumps(value)
    elif isinstance(value, bool):
        text = "true" if value else "false"
    else:
        text = str(value)
    if kind.kind == "BYTES":
        return f"from_base64({literal(text)})"
    if kind.kind == "TIMESTAMP" and _UNIX.fullmatch(text):
        return f"make_timestamptz(CAST(CAST({literal(text)} AS DOUBLE) * 1000000 AS BIGINT))"
    return f"CAST({literal(text)} AS {kind.duckdb})"


def parameter(resource: dict[str, Any], kind: Type) -> str:
    """A QueryParameterValue."""
    if kind.element:
        values = resource.get("arrayValues")
        if values is None:
            return f"CAST(NULL AS {kind.duckdb})" if "value" in resource else f"CAST([] AS {kind.duckdb})"
        return f"CAST([{', '.join(parameter(v, kind.element) for v in values)}] AS {kind.duckdb})"
    if kind.kind == "STRUCT":
        given = resource.get("structValues") or {}
        return "{" + ", ".join(f"{literal(name)}: {parameter(given.get(name) or {}, t)}" for name, t in kind.fields) + "}"
    return typed(resource.get("value"), kind)
