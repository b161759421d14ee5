"""BigQuery's types, and what they are in DuckDB.

INT64 BIGINT, FLOAT64 DOUBLE, NUMERIC DECIMAL(38,9), BIGNUMERIC DECIMAL(38,17), STRING VARCHAR, BYTES BLOB, DATETIME TIMESTAMP,
TIMESTAMP TIMESTAMPTZ. A DECIMAL with any other scale is an intermediate result, and becomes NUMERIC.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import invalid, unsupported
from ..names import quote

_DUCKDB = {
    "BOOL": "BOOLEAN",
    "INT64": "BIGINT",
    "FLOAT64": "DOUBLE",
    "NUMERIC": "DECIMAL(38,9)",
    "BIGNUMERIC": "DECIMAL(38,17)",
    "STRING": "VARCHAR",
    "BYTES": "BLOB",
    "DATE": "DATE",
    "TIME": "TIME",
    "DATETIME": "TIMESTAMP",
    "TIMESTAMP": "TIMESTAMPTZ",
    "JSON": "JSON",
    "INTERVAL": "INTERVAL",
}
BIGNUMERIC_SCALE = 17

# Other names that schemas and SQL have for the same type.
_SYNONYMS = {
    "BOOLEAN": "BOOL",
    "INTEGER": "INT64",
    "INT": "INT64",
    "SMALLINT": "INT64",
    "BIGINT": "INT64",
    "TINYINT": "INT64",
    "BYTEINT": "INT64",
    "FLOAT": "FLOAT64",
    "DECIMAL": "NUMERIC",
    "BIGDECIMAL": "BIGNUMERIC",
    "RECORD": "STRUCT",
}
# A table's schema has the names of legacy SQL
# (https://cloud.google.com/bigquery/docs/reference/rest/v2/tables#TableFieldSchema).
_LEGACY = {"BOOL": "BOOLEAN", "INT64": "INTEGER", "FLOAT64": "FLOAT", "STRUCT": "RECORD"}
_REFUSED = {"GEOGRAPHY", "RANGE"}


@dataclass(frozen=True)
class Type:
    """A type: a scalar's kind, STRUCT with fields, or ARRAY with an element."""

    kind: str
    fields: tuple[tuple[str, "Type"], ...] = ()
    element: "Type | None" = None

    @property
    def duckdb(self) -> str:
        """Its name in DuckDB."""
        if self.element:
            return self.element.duckdb + "[]"
        if self.kind == "STRUCT":
            return "STRUCT(" + ", ".join(f"{quote(name)} {t.duckdb}" for name, t in self.fields) + ")"
        return _DUCKDB[self.kind]

    @property
    def sql(self) -> str:
        """Its name in BigQuery's SQL, as INFORMATION_SCHEMA shows it."""
        if self.element:
            return f"ARRAY<{self.element.sql}>"
        if self.kind == "STRUCT":
            return "STRUCT<" + ", ".join(f"{name} {t.sql}" for name, t in self.fields) + ">"
        return self.kind

    def resource(self) -> dict:
        """A StandardSqlDataType."""
        out: dict = {"typeKind": self.kind}
        if self.element:
            out["arrayElementType"] = self.element.resource()
        if self.kind == "STRUCT":
            out["structType"] = {"fields": [{"name": name, "type": t.resource()} for name, t in self.fields]}
        return out


# The type of a field that cannot be told without DuckDB.
UNKNOWN = Type("UNKNOWN")


def array_of(element: Type) -> Type:
    """An ARRAY."""
    return Type("ARRAY", element=element)


def scalar(name: str) -> Type:
    """The scalar type of this name, or of a synonym."""
    kind = _SYNONYMS.get(name.upper(), name.upper())
    if kind in _REFUSED:
        raise unsupported(f"the type {kind}")
    if kind not in _DUCKDB:
        raise invalid(f"Invalid value for type: {name} is not a valid value")
    return Type(kind)


def from_duckdb(found) -> Type:
    """The type of a column of a result; found is a DuckDBPyType."""
    kind = found.id
    if kind in ("list", "array"):
        return array_of(from_duckdb(found.children[0][1]))
    if kind in ("struct", "tuple"):
        named = [(name or f"_field_{n}", from_duckdb(t)) for n, (name, t) in enumerate(found.children, 1)]
        return Type("STRUCT", tuple(named))
    if kind == "decimal":
        return Type("BIGNUMERIC" if dict(found.children)["scale"] == BIGNUMERIC_SCALE else "NUMERIC")
    return Type(_RESULTS.get(str(found), _RESULTS.get(kind, "STRING")))


# What DuckDB's other types are to a client.
_RESULTS = {
    "boolean": "BOOL",
    **dict.fromkeys(
        [
            "tinyint",
            "smallint",
            "integer",
            "bigint",
            "hugeint",
            "utinyint",
            "usmallint",
            "uinteger",
            "ubigint",
            "uhugeint",
            "null",
            '"null"',
            '"NULL"',
            "bignum",
        ],
        "INT64",
    ),
    "float": "FLOAT64",
    "double": "FLOAT64",
    "blob": "BYTES",
    "date": "DATE",
    "time": "TIME",
    "timestamp": "DATETIME",
    "timestamp_s": "DATETIME",
    "timestamp_ms": "DATETIME",
    "timestamp_ns": "DATETIME",
    "timestamp with time zone": "TIMESTAMP",
    "interval": "INTERVAL",
    "JSON": "JSON",
}


def from_field(field: dict) -> Type:
    """The type of a field of a table's schema."""
    if not isinstance(field, dict) or not isinstance(field.get("type"), str):
        raise invalid("Each field of a schema needs a name and a type.")
    kind = _SYNONYMS.get(field["type"].upper(), field["type"].upper())
    if kind == "STRUCT":
        nested = field.get("fields") or []
        if not nested:
            raise invalid(f"Field {field.get('name')} is type RECORD but has no schema")
        found = Type("STRUCT", tuple((f.get("name", ""), from_field(f)) for f in nested))
    else:
        found = scalar(kind)
    return array_of(found) if field.get("mode", "").upper() == "REPEATED" else found


def to_field(name: str, t: Type, mode: str = "NULLABLE") -> dict:
    """A field of a table's schema."""
    if t.element:
        if t.element.element:
            raise invalid(f"Cannot return arrays of arrays; column {name}")
        return to_field(name, t.element, "REPEATED")
    out: dict = {"name": name, "type": _LEGACY.get(t.kind, t.kind), "mode": mode}
    if t.kind == "STRUCT":
        out["fields"] = [to_field(n, f) for n, f in t.fields]
    return out


def from_resource(resource: dict) -> Type:
    """Reads a StandardSqlDataType or a QueryParameterType."""
    kind = _SYNONYMS.get(
        str(resource.get("typeKind") or resource.get("type") or "").upper(),
        str(resource.get("typeKind") or resource.get("type") or "").upper(),
    )
    if kind == "ARRAY":
        return array_of(from_resource(resource.get("arrayElementType") or resource.get("arrayType") or {}))
    if kind == "STRUCT":
        nested = resource.get("structTypes") or (resource.get("structType") or {}).get("fields") or []
        return Type("STRUCT", tuple((f.get("name") or f"_field_{n}", from_resource(f.get("type") or {})) for n, f in enumerate(nested, 1)))
    return scalar(kind)
