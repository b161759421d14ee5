"""Texts of CSV and JSON files as values of columns.

https://cloud.google.com/bigquery/docs/loading-data-cloud-storage-csv#data_types
"""

from __future__ import annotations

from ..errors import invalid
from ..names import quote
from ..values.types import Type

# Types of which DuckDB would round a number or read more than BigQuery does.
_NUMBERS = frozenset(["INT64", "FLOAT64", "NUMERIC", "BIGNUMERIC"])


def csv(column: str, kind: Type, null: str | None) -> str:
    """A field of CSV, in which an empty text is NULL but for STRING."""
    if kind.element or kind.kind == "STRUCT":
        raise invalid("CSV files cannot have nested or repeated data.")
    if kind.kind == "STRING":
        return column if null else f"COALESCE({column}, '')"
    return _scalar(csv_text(column, kind), kind)


def csv_text(column: str, kind: Type) -> str:
    """What is read of a field of CSV."""
    return column if kind.kind in ("STRING", "BYTES") else f"NULLIF(trim({column}), '')"


def json(column: str, kind: Type, depth: int = 0) -> str:
    """A field of JSON, whose scalars are texts."""
    if kind.element:
        each = f"_e{depth}"
        return f"list_transform({column}, lambda {each}: {json(each, kind.element, depth + 1)})"
    if kind.kind == "STRUCT":
        fields = ", ".join(f"{quote(name)} := {json(f'({column}).{quote(name)}', field, depth)}" for name, field in kind.fields)
        return f"CASE WHEN {column} IS NULL THEN NULL ELSE struct_pack({fields}) END"
    return _scalar(column, kind)


def _scalar(text: str, kind: Type) -> str:
    if kind.kind == "BYTES":
        return f"from_base64({text})"
    if kind.kind in _NUMBERS:
        text = f"bq_text({text}, '{kind.kind}')"
    return f"CAST({text} AS {kind.duckdb})"
