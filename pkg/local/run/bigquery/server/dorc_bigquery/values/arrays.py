"""Arrays as tables keep them: BigQuery's tables have no NULL array, but an empty one.

https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types#array_nulls
"""

from __future__ import annotations

from ..names import quote
from .types import Type

# The default of a column that is REPEATED.
EMPTY = " DEFAULT ([])"


def _has(kind: Type) -> bool:
    return bool(kind.element) or any(_has(field) for _, field in kind.fields)


def kept(sql: str, kind: Type) -> str:
    """A value for a column of a table, as an expression of DuckDB's."""
    if not _has(kind):
        return sql
    nested = bool(kind.fields) or (kind.element is not None and _has(kind.element))
    return _filled(f"CAST({sql} AS {kind.duckdb})" if nested else sql, kind, 0)


def _filled(sql: str, kind: Type, depth: int) -> str:
    if not _has(kind):
        return sql
    if kind.element:
        each = f"_e{depth}"
        inside = f"list_transform({sql}, lambda {each}: {_filled(each, kind.element, depth + 1)})" if _has(kind.element) else sql
        return f"COALESCE({inside}, [])"
    fields = ", ".join(f"{quote(name)} := {_filled(f'({sql}).{quote(name)}', field, depth)}" for name, field in kind.fields)
    return f"CASE WHEN {sql} IS NULL THEN NULL ELSE struct_pack({fields}) END"


def rows(sql: str, columns: list[tuple[str, Type]]) -> str:
    """A query whose rows go into these columns of a table."""
    if not any(_has(kind) for _, kind in columns):
        return sql
    names = [quote(f"c{n}") for n in range(len(columns))]
    shown = ", ".join(kept(name, kind) for name, (_, kind) in zip(names, columns))
    return f"SELECT {shown} FROM ({sql}) AS _rows({', '.join(names)})"


def column(name: str, kind: Type) -> str:
    """The definition of a column that a table gets later."""
    return f"{quote(name)} {kind.duckdb}{EMPTY if kind.element else ''}"
