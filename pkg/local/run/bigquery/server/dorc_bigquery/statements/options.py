"""OPTIONS(…) of CREATE and ALTER, PARTITION BY and CLUSTER BY: from SQL to fields of resources."""

from __future__ import annotations

import datetime
from typing import Any

from sqlglot import exp

from ..errors import invalid_query, unsupported
from ..session import Session
from ..sql.nodes import write
from ..sql.scope import Scope
from ..sql.source import Source
from ..values import schema

# Options that change nothing here, and are taken.
_IGNORED = {"kms_key_name", "default_rounding_mode", "max_staleness", "enable_change_history", "tags", "is_case_insensitive", "storage_billing_model", "max_time_travel_hours", "strict_mode", "data_governance_type", "privacy_policy"}  # fmt: skip
_TEXTS = {"description": "description", "friendly_name": "friendlyName", "location": "location"}


def values(session: Session, source: Source, properties: list[exp.Expression]) -> dict[str, Any]:
    """Options by their lower-case names, with their values as Python has them."""
    out: dict[str, Any] = {}
    for item in properties:
        if isinstance(item, exp.LocationProperty):
            name, node = "location", item.this
        elif isinstance(item, exp.FileFormatProperty):
            name, node = "format", item.this
        elif isinstance(item, exp.Property) and type(item) is exp.Property:
            name, node = item.this.name if not isinstance(item.this, str) else item.this, item.args["value"]
        else:
            continue
        out[name.lower()] = _value(session, source, node)
    return out


def _value(session: Session, source: Source, node: Any) -> Any:
    if isinstance(node, exp.Null):
        return None
    if isinstance(node, (exp.Literal, exp.RawString)):
        return (
            node.name
            if isinstance(node, exp.RawString) or node.is_string
            else (int(node.name) if node.name.isdigit() else float(node.name))
        )
    if isinstance(node, exp.Boolean):
        return bool(node.this)
    if isinstance(node, exp.Array):
        return [_value(session, source, e) for e in node.expressions]
    if isinstance(node, exp.Tuple) or (isinstance(node, exp.Anonymous) and node.name.upper() == "STRUCT"):
        return tuple(_value(session, source, e) for e in node.expressions)
    if isinstance(node, exp.Var):
        return node.name
    done = session.translator(source).expr(node, Scope())
    return session.execute(f"SELECT {write(done)}", source, node).fetchone()[0]


def table(found: dict[str, Any], resource: dict[str, Any], source: Source) -> None:
    """Puts a table's or view's options into its resource."""
    for name, value in found.items():
        if name in _TEXTS:
            _set(resource, _TEXTS[name], value)
        elif name == "labels":
            _set(resource, "labels", {k: v for k, v in value or []})
        elif name == "expiration_timestamp":
            _set(resource, "expirationTime", str(_millis(value)) if value is not None else None)
        elif name == "partition_expiration_days":
            _partitioned(resource, name, source)["expirationMs"] = str(int(float(value) * 86_400_000))
        elif name == "require_partition_filter":
            _set(resource, "requirePartitionFilter", bool(value))
        elif name not in _IGNORED:
            raise invalid_query(f"Unknown option: {name}", source.position(0))


def _partitioned(resource: dict[str, Any], name: str, source: Source) -> dict[str, Any]:
    if "timePartitioning" not in resource:
        raise invalid_query(f"Option {name} is not allowed for a table that is not partitioned by time", source.position(0))
    return resource["timePartitioning"]


def dataset(found: dict[str, Any], resource: dict[str, Any], source: Source) -> None:
    """Puts a dataset's options into its resource."""
    for name, value in found.items():
        if name in _TEXTS:
            _set(resource, _TEXTS[name], value)
        elif name == "labels":
            _set(resource, "labels", {k: v for k, v in value or []})
        elif name == "default_table_expiration_days":
            _set(resource, "defaultTableExpirationMs", str(int(float(value) * 86_400_000)) if value is not None else None)
        elif name == "default_partition_expiration_days":
            _set(resource, "defaultPartitionExpirationMs", str(int(float(value) * 86_400_000)) if value is not None else None)
        elif name not in _IGNORED and name != "default_kms_key_name" and name != "default_collation":
            raise invalid_query(f"Unknown option: {name}", source.position(0))


def _set(resource: dict[str, Any], key: str, value: Any) -> None:
    if value is None:
        resource.pop(key, None)
    else:
        resource[key] = value


def _millis(value: Any) -> int:
    if isinstance(value, datetime.datetime):
        return int((value if value.tzinfo else value.replace(tzinfo=datetime.timezone.utc)).timestamp() * 1000)
    return int(datetime.datetime.fromisoformat(str(value)).timestamp() * 1000)


_FORM = (
    "PARTITION BY expression must be DATE(<timestamp_column>), DATE(<datetime_column>), DATETIME_TRUNC(<datetime_column>, DAY/HOUR/MONTH/YEAR), a DATE column,"
    " TIMESTAMP_TRUNC(<timestamp_column>, DAY/HOUR/MONTH/YEAR), DATE_TRUNC(<date_column>, MONTH/YEAR), or RANGE_BUCKET(<int64_column>, GENERATE_ARRAY(<int64_value>, <int64_value>[, <int64_value>]))"
)


def partitioning(node: exp.Expression | None, columns: schema.Columns, source: Source, properties: list[exp.Expression]) -> dict[str, Any]:
    """The fields timePartitioning, rangePartitioning and clustering of a table's resource."""
    out: dict[str, Any] = {}
    kinds = {name.lower(): (name, kind.kind) for name, kind in columns}
    for item in properties:
        if isinstance(item, exp.PartitionedByProperty):
            out |= _partition(item.this, kinds, source)
        elif isinstance(item, exp.ClusterProperty):
            names = [e.name for e in item.expressions]
            for name in names:
                if name.lower() not in kinds:
                    raise invalid_query(f"Unrecognized name: {name}", source.place(item))
            if len(names) > 4:
                raise invalid_query("CLUSTER BY has more than 4 columns", source.place(item))
            out["clustering"] = {"fields": [kinds[n.lower()][0] for n in names]}
    return out


def _partition(node: exp.Expression, kinds: dict[str, tuple[str, str]], source: Source) -> dict[str, Any]:
    unit, column = "DAY", node
    if isinstance(node, exp.Anonymous):
        name = node.name.upper()
        if name == "RANGE_BUCKET" and len(node.expressions) == 2:
            return _range(node, kinds, source)
        if name not in ("DATE", "DATE_TRUNC", "DATETIME_TRUNC", "TIMESTAMP_TRUNC"):
            raise invalid_query(_FORM, source.place(node))
        column = node.expressions[0]
        if len(node.expressions) > 1:
            unit = node.expressions[1].name.upper()
    if column.name.upper() in ("_PARTITIONDATE", "_PARTITIONTIME"):
        raise unsupported(f"tables partitioned by ingestion time ({column.name.upper()})", source.place(node))
    if column.name.lower() not in kinds:
        raise invalid_query(f"Unrecognized name: {column.name}", source.place(node))
    found, kind = kinds[column.name.lower()]
    bare = isinstance(node, (exp.Column, exp.Identifier))
    if (
        unit not in ("HOUR", "DAY", "MONTH", "YEAR")
        or kind not in ("DATE", "DATETIME", "TIMESTAMP")
        or (bare and kind != "DATE")
        or (kind == "DATE" and unit == "HOUR")
    ):
        raise invalid_query(_FORM, source.place(node))
    return {"timePartitioning": {"type": unit, "field": found}}


def _range(node: exp.Anonymous, kinds: dict[str, tuple[str, str]], source: Source) -> dict[str, Any]:
    column, series = node.expressions
    if (
        column.name.lower() not in kinds
        or kinds[column.name.lower()][1] != "INT64"
        or not isinstance(series, exp.Anonymous)
        or series.name.upper() != "GENERATE_ARRAY"
    ):
        raise invalid_query(_FORM, source.place(node))
    try:
        numbers = [int(e.sql("bigquery")) for e in series.expressions]
    except ValueError:
        raise invalid_query(_FORM, source.place(node)) from None
    start, end, step = (numbers + [1])[:3]
    return {
        "rangePartitioning": {
            "field": kinds[column.name.lower()][0],
            "range": {"start": str(start), "end": str(end), "interval": str(step)},
        }
    }
