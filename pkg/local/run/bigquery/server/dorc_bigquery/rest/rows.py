"""Pages of rows."""

from __future__ import annotations

from typing import Any

from ..app import Application
from ..errors import BigQueryError, not_found
from ..http.request import Request
from ..jobs.store import Job
from ..session import Session
from ..values import schema, wire

ANONYMOUS = "_dorc_anonymous"
# Rows of a page when the client does not say.
_PAGE = 10_000


def page(session: Session, table: str, columns: schema.Columns, total: int, request: Request) -> dict[str, Any]:
    """A page of a table's rows, by startIndex or pageToken and maxResults."""
    token = request.argument("pageToken")
    start = int(token) if token.isdigit() else request.number("startIndex", 0)
    size = min(request.number("maxResults", _PAGE), 100_000) if request.argument("maxResults") else _PAGE
    if not columns:
        return {"totalRows": str(total), "rows": []}
    int64 = request.truth("formatOptions.useInt64Timestamp")
    found = session.execute(f"SELECT {wire.select(columns)} FROM {table} LIMIT {size} OFFSET {start}").fetchall()
    out: dict[str, Any] = {"totalRows": str(total), "rows": [wire.row(values, columns, int64) for values in found]}
    if start + len(found) < total and found:
        out["pageToken"] = str(start + len(found))
    return out


def of_job(job: Job, request: Request) -> dict[str, Any]:
    """A page of a query's result."""
    outcome, session = job.outcome, job.session
    if outcome is None or session is None:
        raise not_found("Table", f"of the result of job {job.id}, which is not kept any more")
    if not outcome.table:
        return {"totalRows": "0", "rows": []}
    with session.lock:
        session.cancelled.clear()
        return page(session, outcome.table, outcome.columns, outcome.rows, request)


def anonymous_table(app: Application, name: str) -> dict[str, Any]:
    """The hidden table of a query's result, as a resource."""
    job = app.jobs.anonymous(name)
    if job.outcome is None:
        raise BigQueryError("notFound", f"Not found: Table {ANONYMOUS}.{name}")
    reference = job.destination
    return {
        "kind": "bigquery#table",
        "id": f"{reference['projectId']}:{reference['datasetId']}.{name}",
        "tableReference": reference,
        "type": "TABLE",
        "location": job.location,
        "schema": {"fields": schema.fields(job.outcome.columns)},
        "numRows": str(job.outcome.rows),
        "numBytes": "0",
        "creationTime": str(job.created),
        "lastModifiedTime": str(job.ended or job.created),
    }
