"""The views of INFORMATION_SCHEMA, made of the catalog when a query asks.

https://cloud.google.com/bigquery/docs/information-schema-intro
"""

from __future__ import annotations

import datetime
import json
import re
from typing import TYPE_CHECKING, Any, Callable, Iterator

from .errors import Position, invalid_query, unsupported
from .names import DatasetRef, TableRef, literal, quote
from .sql.environment import Relation
from .values.schema import columns as schema_columns
from .values.types import Type

if TYPE_CHECKING:
    from .session import Session

_S, _I, _T = "STRING", "INT64", "TIMESTAMP"
Row = tuple
_KIND = {"TABLE": "BASE TABLE", "VIEW": "VIEW", "EXTERNAL": "EXTERNAL"}


def find(session: "Session", parts: list[str], position: Position | None) -> Relation | None:
    """The view that a path names, or None when it names none."""
    names = [p for part in parts for p in part.split(".")]
    upper = [n.upper() for n in names]
    if len(names) in (2, 3) and upper[-1] == "__TABLES__":
        ref = DatasetRef(names[0] if len(names) == 3 else session.project, names[-2]).check()
        session.catalog.need_dataset(session.cursor, ref)
        columns = _columns_of("project_id dataset_id table_id creation_time# last_modified_time# row_count# size_bytes# type#")
        return Relation(_values(columns, list(_metatables(session, ref))), [(name, Type(kind)) for name, kind in columns])
    if "INFORMATION_SCHEMA" not in upper:
        return None
    at = upper.index("INFORMATION_SCHEMA")
    view, before = ".".join(upper[at + 1 :]), names[:at]
    region = bool(before) and before[-1].lower().startswith("region-")
    project = before[-2] if len(before) > 1 else session.project
    if view not in _VIEWS:
        raise unsupported(f"the view INFORMATION_SCHEMA.{view}", position)
    columns, rows, whole_project = _VIEWS[view]
    if whole_project and before and not region:
        project = before[-1]
    if whole_project or region or not before:
        if not before and not whole_project:
            raise invalid_query(f"INFORMATION_SCHEMA.{view} must be qualified with a dataset", position)
        datasets = session.catalog.database.datasets(project)
    else:
        ref = DatasetRef(project, before[-1]).check()
        session.catalog.need_dataset(session.cursor, ref)
        datasets = [ref]
    found = [row for dataset in datasets for row in rows(session, dataset)]
    return Relation(_values(columns, found), [(name, Type(kind)) for name, kind in columns])


def _values(columns: list[tuple[str, str]], rows: list[Row]) -> str:
    names = ", ".join(quote(name) for name, _ in columns)
    casts = ", ".join(f"CAST({quote(name)} AS {Type(kind).duckdb}) AS {quote(name)}" for name, kind in columns)
    shown = ", ".join("(" + ", ".join(_value(v) for v in row) + ")" for row in rows) or "(" + ", ".join("NULL" for _ in columns) + ")"
    return f"(SELECT {casts} FROM (VALUES {shown}) AS v({names}){'' if rows else ' WHERE FALSE'})"


def _value(v: Any) -> str:
    if v is None:
        return "NULL"
    return str(v) if isinstance(v, int) else literal(str(v))


def _time(millis: str | None) -> str | None:
    if not millis:
        return None
    return datetime.datetime.fromtimestamp(int(millis) / 1000, datetime.timezone.utc).isoformat()


def _schemata(s: "Session", ref: DatasetRef) -> Iterator[Row]:
    r = s.catalog.dataset(s.cursor, ref) or {}
    yield ref.project, ref.dataset, None, _time(r.get("creationTime")), _time(r.get("lastModifiedTime")), r.get(
        "location"
    ), f"CREATE SCHEMA `{ref.project}.{ref.dataset}`;"


def _tables(s: "Session", ref: DatasetRef) -> Iterator[Row]:
    for name, r in s.catalog.tables(s.cursor, ref).items():
        insertable = "YES" if r["type"] == "TABLE" else "NO"
        yield ref.project, ref.dataset, name, _KIND[r["type"]], None, insertable, "NO", _time(r.get("creationTime")), _ddl(ref, name, r)


def _metatables(s: "Session", ref: DatasetRef) -> Iterator[Row]:
    """__TABLES__, which is older than INFORMATION_SCHEMA and still used. Sizes are not known."""
    kinds = {"TABLE": 1, "VIEW": 2, "EXTERNAL": 3}
    for name, r in s.catalog.tables(s.cursor, ref).items():
        count = (
            s.execute(f"SELECT count(*) FROM {TableRef(ref.project, ref.dataset, name).sql}").fetchone()[0] if r["type"] == "TABLE" else 0
        )
        yield ref.project, ref.dataset, name, int(r.get("creationTime", 0)), int(r.get("lastModifiedTime", 0)), count, 0, kinds[r["type"]]


def _ddl(ref: DatasetRef, name: str, r: dict) -> str:
    path = f"`{ref.project}.{ref.dataset}.{name}`"
    if r["type"] == "VIEW":
        return f"CREATE VIEW {path}\nAS {r['view']['query']};"
    shown = ",\n".join(f"  {n} {t.sql}" for n, t in schema_columns(r["schema"]["fields"]))
    return f"CREATE {'EXTERNAL ' if r['type'] == 'EXTERNAL' else ''}TABLE {path}\n(\n{shown}\n);"


def _columns(s: "Session", ref: DatasetRef) -> Iterator[Row]:
    for name, r in s.catalog.tables(s.cursor, ref).items():
        fields = (r.get("schema") or {}).get("fields") or []
        partition = ((r.get("timePartitioning") or r.get("rangePartitioning") or {}).get("field") or "").lower()
        clusters = [c.lower() for c in (r.get("clustering") or {}).get("fields") or []]
        for n, (field, (column, kind)) in enumerate(zip(fields, schema_columns(fields)), 1):
            nullable = "NO" if field.get("mode") == "REQUIRED" else "YES"
            cluster = clusters.index(column.lower()) + 1 if column.lower() in clusters else None
            partitioning = "YES" if column.lower() == partition else "NO"
            default = field.get("defaultValueExpression") or "NULL"
            yield ref.project, ref.dataset, name, column, n, nullable, kind.sql, "NEVER", None, None, "NO", None, partitioning, cluster, "NULL", default, None


def _paths(s: "Session", ref: DatasetRef) -> Iterator[Row]:
    def nested(prefix: str, kind: Type) -> Iterator[tuple[str, Type]]:
        yield prefix, kind
        inner = kind.element if kind.element else kind
        for name, field in inner.fields:
            yield from nested(f"{prefix}.{name}", field)

    for name, r in s.catalog.tables(s.cursor, ref).items():
        described = {f["name"]: f.get("description") for f in (r.get("schema") or {}).get("fields") or []}
        for column, kind in schema_columns((r.get("schema") or {}).get("fields") or []):
            for path, found in nested(column, kind):
                yield ref.project, ref.dataset, name, column, path, found.sql, described.get(path), "NULL", None


def _partitions(s: "Session", ref: DatasetRef) -> Iterator[Row]:
    for name, r in s.catalog.tables(s.cursor, ref).items():
        if r["type"] != "TABLE":
            continue
        table = TableRef(ref.project, ref.dataset, name)
        for partition, count in partitions(s, table, r):
            yield ref.project, ref.dataset, name, partition, count, None, _time(r.get("lastModifiedTime")), "ACTIVE"


_FORMATS = {"HOUR": "%Y%m%d%H", "DAY": "%Y%m%d", "MONTH": "%Y%m", "YEAR": "%Y"}


def partitions(s: "Session", table: TableRef, resource: dict) -> list[tuple[str | None, int]]:
    """The partitions of a table that have rows, by their ids, with the number of rows."""
    time, ranged = resource.get("timePartitioning"), resource.get("rangePartitioning")
    if time and time.get("field"):
        column = quote(time["field"])
        shown = f"CASE WHEN {column} IS NULL THEN '__NULL__' ELSE strftime({column}, {literal(_FORMATS[time.get('type') or 'DAY'])}) END"
    elif ranged:
        r = ranged["range"]
        start, end, step = int(r["start"]), int(r["end"]), int(r["interval"])
        column = quote(ranged["field"])
        inside = f"CAST({start} + (({column} - {start}) // {step}) * {step} AS VARCHAR)"
        shown = f"CASE WHEN {column} IS NULL THEN '__NULL__' WHEN {column} < {start} OR {column} >= {end} THEN '__UNPARTITIONED__' ELSE {inside} END"
    else:
        return [(None, s.execute(f"SELECT count(*) FROM {table.sql}").fetchone()[0])]
    return s.execute(f"SELECT {shown} AS p, count(*) FROM {table.sql} GROUP BY p ORDER BY p").fetchall()


def _routines(s: "Session", ref: DatasetRef) -> Iterator[Row]:
    for name, r in s.catalog.routines(s.cursor, ref).items():
        kind = {"SCALAR_FUNCTION": "FUNCTION", "PROCEDURE": "PROCEDURE", "TABLE_VALUED_FUNCTION": "TABLE FUNCTION"}[r["routineType"]]
        yield ref.project, ref.dataset, name, ref.project, ref.dataset, name, kind, None, "SQL", r["definitionBody"], None, _time(
            r.get("creationTime")
        ), _time(r.get("lastModifiedTime"))


def _options(s: "Session", ref: DatasetRef) -> Iterator[Row]:
    for name, r in s.catalog.tables(s.cursor, ref).items():
        for option, kind, value in options(r):
            yield ref.project, ref.dataset, name, option, kind, value


def options(r: dict) -> Iterator[tuple[str, str, str]]:
    """A table's options as SQL writes them."""
    for option, key in (("description", "description"), ("friendly_name", "friendlyName")):
        if r.get(key):
            yield option, "STRING", json.dumps(r[key])
    if r.get("expirationTime"):
        shown = datetime.datetime.fromtimestamp(int(r["expirationTime"]) / 1000, datetime.timezone.utc)
        yield "expiration_timestamp", "TIMESTAMP", f'TIMESTAMP "{shown.isoformat(timespec="milliseconds").replace("+00:00", "Z")}"'
    if r.get("labels"):
        pairs = ", ".join(f"STRUCT({json.dumps(k)}, {json.dumps(v)})" for k, v in sorted(r["labels"].items()))
        yield "labels", "ARRAY<STRUCT<STRING, STRING>>", f"[{pairs}]"
    time = r.get("timePartitioning") or {}
    if time.get("expirationMs"):
        yield "partition_expiration_days", "FLOAT64", str(int(time["expirationMs"]) / 86_400_000)
    if r.get("requirePartitionFilter"):
        yield "require_partition_filter", "BOOL", "true"


def _view_rows(s: "Session", ref: DatasetRef) -> Iterator[Row]:
    for name, r in s.catalog.tables(s.cursor, ref).items():
        if r["type"] == "VIEW":
            yield ref.project, ref.dataset, name, r["view"]["query"], None, "YES"


def _columns_of(text: str) -> list[tuple[str, str]]:
    kinds = {"": _S, "#": _I, "@": _T}
    return [(re.sub(r"[#@]$", "", word), kinds[word[-1] if word[-1] in "#@" else ""]) for word in text.split()]


_TABLE = "table_catalog table_schema table_name "
# Each: its columns (# INT64, @ TIMESTAMP, else STRING), its rows, and whether it is of a project and not of a dataset.
_VIEWS: dict[str, tuple[list[tuple[str, str]], Callable[["Session", DatasetRef], Iterator[Row]], bool]] = {
    "SCHEMATA": (_columns_of("catalog_name schema_name schema_owner creation_time@ last_modified_time@ location ddl"), _schemata, True),
    "TABLES": (_columns_of(_TABLE + "table_type managed_table_type is_insertable_into is_typed creation_time@ ddl"), _tables, False),
    "COLUMNS": (
        _columns_of(
            _TABLE
            + "column_name ordinal_position# is_nullable data_type is_generated generation_expression is_stored is_hidden is_updatable"
            " is_partitioning_column clustering_ordinal_position# collation_name column_default rounding_mode"
        ),
        _columns,
        False,
    ),
    "COLUMN_FIELD_PATHS": (
        _columns_of(_TABLE + "column_name field_path data_type description collation_name rounding_mode"),
        _paths,
        False,
    ),
    "PARTITIONS": (
        _columns_of(_TABLE + "partition_id total_rows# total_logical_bytes# last_modified_time@ storage_tier"),
        _partitions,
        False,
    ),
    "ROUTINES": (
        _columns_of(
            "specific_catalog specific_schema specific_name routine_catalog routine_schema routine_name routine_type data_type routine_body"
            " routine_definition external_language created@ last_altered@"
        ),
        _routines,
        False,
    ),
    "TABLE_OPTIONS": (_columns_of(_TABLE + "option_name option_type option_value"), _options, False),
    # There are none.
    "MATERIALIZED_VIEWS": (
        _columns_of(_TABLE + "last_refresh_time@ refresh_watermark@ last_refresh_status allow_non_incremental_definition"),
        lambda s, ref: iter(()),
        False,
    ),
    "VIEWS": (_columns_of(_TABLE + "view_definition check_option use_standard_sql"), _view_rows, False),
}
