"""The table t$__PARTITIONS_SUMMARY__, by which Google's client lists the partitions of a table."""

from __future__ import annotations

from typing import Any

from ..app import Application
from ..http.request import Request
from ..information_schema import partitions
from ..names import TableRef

SUFFIX = "$__PARTITIONS_SUMMARY__"
_COLUMNS = {
    "project_id": "STRING",
    "dataset_id": "STRING",
    "table_id": "STRING",
    "partition_id": "STRING",
    "creation_time": "INTEGER",
    "last_modified_time": "INTEGER",
}


def table(app: Application, ref: TableRef) -> dict[str, Any]:
    """The summary as a resource."""
    with app.session(ref.project) as s:
        kept = app.catalog.need_table(s.cursor, ref)
    fields = [{"name": name, "type": kind, "mode": "NULLABLE"} for name, kind in _COLUMNS.items()]
    reference = {**ref.resource(), "tableId": ref.table + SUFFIX}
    return {
        "kind": "bigquery#table",
        "id": str(ref) + SUFFIX,
        "tableReference": reference,
        "type": "TABLE",
        "schema": {"fields": fields},
        "creationTime": kept["creationTime"],
    }


def data(app: Application, ref: TableRef, request: Request) -> dict[str, Any]:
    """The rows of the summary, all on one page."""
    with app.session(ref.project) as s:
        kept = app.catalog.need_table(s.cursor, ref)
        found = [name for name, _ in partitions(s, ref, kept) if name is not None]
    times = kept["creationTime"], kept["lastModifiedTime"]
    names = [n for n in request.argument("selectedFields").split(",") if n in _COLUMNS] or list(_COLUMNS)
    rows = []
    for name in found:
        values = dict(zip(_COLUMNS, (ref.project, ref.dataset, ref.table, name, *times)))
        rows.append({"f": [{"v": values[n]} for n in _COLUMNS if n in names]})
    return {"kind": "bigquery#tableDataList", "totalRows": str(len(rows)), "rows": rows}
