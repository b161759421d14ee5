"""Types as SQL writes them, and types of expressions as far as they can be told without DuckDB."""

from __future__ import annotations

from sqlglot import exp

from ..errors import unsupported
from ..values.types import Type, array_of

_NAMES = {
    "BOOLEAN": "BOOL",
    "TEXT": "STRING",
    "VARCHAR": "STRING",
    "BIGINT": "INT64",
    "INT": "INT64",
    "SMALLINT": "INT64",
    "TINYINT": "INT64",
    "DOUBLE": "FLOAT64",
    "DECIMAL": "NUMERIC",
    "BIGDECIMAL": "BIGNUMERIC",
    "BINARY": "BYTES",
    "VARBINARY": "BYTES",
    "DATE": "DATE",
    "TIME": "TIME",
    "TIMESTAMP": "DATETIME",
    "DATETIME": "DATETIME",
    "TIMESTAMPTZ": "TIMESTAMP",
    "JSON": "JSON",
    "INTERVAL": "INTERVAL",
}


def from_sql(found: exp.Expression) -> Type:
    """The type that a DataType node names."""
    if not isinstance(found, exp.DataType):
        raise unsupported(f"the type {found.sql('bigquery').upper()}")
    kind = found.this.value if isinstance(found.this, exp.DataType.Type) else str(found.this)
    if kind == "ARRAY" and found.expressions:
        return array_of(from_sql(found.expressions[0]))
    if kind == "STRUCT":
        fields = []
        for n, field in enumerate(found.expressions, 1):
            if isinstance(field, exp.ColumnDef):
                fields.append((field.name, from_sql(field.args["kind"])))
            else:
                fields.append((f"_field_{n}", from_sql(field)))
        return Type("STRUCT", tuple(fields))
    if kind not in _NAMES:
        raise unsupported(f"the type {found.sql('bigquery').upper()}")
    return Type(_NAMES[kind])
