"""Schemas of tables: fields of the REST API, and columns of DuckDB."""

from __future__ import annotations

import re
from typing import Any

from ..errors import invalid, invalid_query
from ..names import quote
from . import arrays
from .types import Type, from_duckdb, from_field, to_field

# https://cloud.google.com/bigquery/docs/schemas#column_names
_COLUMN = re.compile(r"[^!\"$()*,./;?@\[\\\]^`{}~\x00-\x1f]{1,300}")

Columns = list[tuple[str, Type]]


def columns(fields: list[dict[str, Any]]) -> Columns:
    """The columns of a schema, checked."""
    out: Columns = []
    seen: set[str] = set()
    for field in fields or []:
        name = str(field.get("name") or "")
        if not _COLUMN.fullmatch(name):
            raise invalid(f'Invalid field name "{name}". Fields must contain the allowed characters, and be at most 300 characters long.')
        if name.lower() in seen:
            raise invalid(f"Duplicate field name: {name}")
        seen.add(name.lower())
        out.append((name, from_field(field)))
    return out


def definition(fields: list[dict[str, Any]], defaults: dict[str, str] | None = None) -> str:
    """The columns of a CREATE TABLE in DuckDB. Defaults are expressions of DuckDB's by the names of columns."""
    shown = []
    for field, (name, kind) in zip(fields, columns(fields)):
        required = " NOT NULL" if str(field.get("mode", "")).upper() == "REQUIRED" else ""
        default = f" DEFAULT ({defaults[name]})" if defaults and name in defaults else arrays.EMPTY if kind.element else ""
        shown.append(f"{quote(name)} {kind.duckdb}{default}{required}")
    if not shown:
        raise invalid("Schema has no fields. Table: a table needs at least one column.")
    return ", ".join(shown)


def of_result(description: list[tuple]) -> Columns:
    """The columns of a result."""
    out = [(str(d[0]), from_duckdb(d[1])) for d in description]
    seen: set[str] = set()
    for name, _ in out:
        if name.lower() in seen:
            raise invalid_query(
                f"Duplicate column names in the result are not supported when a destination table is present. Found duplicate(s): {name}"
            )
        seen.add(name.lower())
    return out


def fields(found: Columns) -> list[dict[str, Any]]:
    """The fields of a schema for columns."""
    return [to_field(name, kind) for name, kind in found]
