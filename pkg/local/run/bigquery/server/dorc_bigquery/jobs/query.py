"""Query jobs."""

from __future__ import annotations

from typing import Any

from ..errors import BigQueryError, at, duplicate, invalid, not_found, unsupported
from ..names import DatasetRef, TableRef
from ..script import interpreter
from ..session import Parameters, Session
from ..state.catalog import Catalog
from ..statements import tables
from ..statements.outcome import Outcome
from ..storage import Storage
from ..values import arrays, schema, wire
from .store import Job, Jobs


def session_of(catalog: Catalog, jobs: Jobs, job: Job) -> Session:
    """The session that a query job runs in: a new one, or the one that it names."""
    query = job.configuration.get("query") or {}
    default = query.get("defaultDataset") or {}
    dataset = DatasetRef(default.get("projectId") or job.project, default["datasetId"]).check() if default.get("datasetId") else None
    parameters = Parameters.of(query.get("queryParameters") or [])
    for item in query.get("connectionProperties") or []:
        if item.get("key") == "session_id":
            found = jobs.sessions.get(item.get("value"))
            if found is None:
                raise not_found("Session", str(item.get("value")))
            found.parameters, found.dataset = parameters, dataset or found.dataset
            return found
    session = Session(catalog, job.project, dataset, parameters)
    if query.get("createSession"):
        jobs.sessions.add(session)
    return session


def run(catalog: Catalog, jobs: Jobs, job: Job, storage: Storage) -> None:
    """Runs a query job."""
    query = job.configuration.get("query") or {}
    text = query.get("query")
    if not isinstance(text, str):
        raise invalid("Required parameter is missing: query")
    if query.get("useLegacySql"):
        raise unsupported("legacy SQL: set useLegacySql to false")
    job.session = session_of(catalog, jobs, job)
    job.session.storage = storage
    with job.session.lock:
        try:
            _run(jobs, job, text)
        finally:
            if job.session.id in jobs.sessions:
                jobs.sessions.used(job.session.id)
            else:
                job.session.end_transaction()


def _run(jobs: Jobs, job: Job, text: str) -> None:
    query, session = job.configuration["query"], job.session
    assert session is not None
    try:
        outcome = interpreter.run(session, text)
    except interpreter.ScriptError as e:
        _children(jobs, job, e.children)
        raise _with_place(e.cause) from None
    _children(jobs, job, outcome.children)
    job.outcome = outcome
    if query.get("destinationTable") and outcome.kind == "SELECT":
        _store(session, outcome, query)


def _with_place(error: BigQueryError) -> BigQueryError:
    return BigQueryError(error.reason, error.message + at(error.place), error.location) if error.place else error


def dry_run(catalog: Catalog, jobs: Jobs, job: Job) -> None:
    """Checks a query without running it."""
    session = session_of(catalog, jobs, job)
    try:
        job.outcome = interpreter.plan(session, (job.configuration.get("query") or {}).get("query") or "")
    finally:
        if session.id not in jobs.sessions:
            session.close()


def _children(jobs: Jobs, job: Job, found: list[tuple[str, "Outcome | BigQueryError"]]) -> None:
    """A script's statements are jobs too."""
    for n, (text, outcome) in enumerate(found):
        child = jobs.new(
            job.project,
            {"jobId": f"script_job_{job.id}_{n}"},
            {"jobType": "QUERY", "query": {"query": text, "useLegacySql": False}},
            job.location,
            job,
        )
        child.session, child.started, child.state = job.session, child.created, "RUNNING"
        if isinstance(outcome, BigQueryError):
            child.error = outcome
        else:
            child.outcome = outcome
        jobs.finish(child)


def _store(session: Session, outcome: Outcome, query: dict[str, Any]) -> None:
    """Writes the rows of a result to the table that the client wants them in."""
    ref = TableRef.of(query["destinationTable"], session.project)
    session.catalog.need_dataset(session.cursor, ref.parent)
    fields = schema.fields(outcome.columns)
    sql = f"SELECT {wire.select(outcome.columns)} FROM {outcome.table}"
    write_rows(
        session,
        ref,
        fields,
        sql,
        query.get("writeDisposition") or "WRITE_EMPTY",
        query.get("createDisposition") or "CREATE_IF_NEEDED",
        query,
    )


def write_rows(
    session: Session, ref: TableRef, fields: list[dict[str, Any]], sql: str, write: str, create: str, settings: dict[str, Any]
) -> int:
    """Writes rows to a table by a job's dispositions. Rows beyond the first write are appended by the names of columns."""
    with session.writing(ref.parent):
        there = session.catalog.table(session.cursor, ref)
        if there and there["type"] != "TABLE":
            raise invalid(f"{ref} is not allowed for this operation because it is currently a {there['type']}.")
        if there is None and create == "CREATE_NEVER":
            session.catalog.need_table(session.cursor, ref)
        if there and write == "WRITE_EMPTY" and session.execute(f"SELECT 1 FROM {ref.sql} LIMIT 1").fetchone():
            raise duplicate("Table", str(ref))
        if there is None or write == "WRITE_TRUNCATE":
            resource = tables.new(session, ref, fields)
            if there:
                resource |= {
                    k: there[k]
                    for k in ("timePartitioning", "rangePartitioning", "clustering", "description", "labels", "creationTime")
                    if k in there
                }
            resource |= {k: settings[k] for k in ("timePartitioning", "rangePartitioning", "clustering") if settings.get(k)}
            count = tables.make(session, ref, fields, sql)
            session.catalog.put_table(session.cursor, ref, resource)
            return count
        return append(session, ref, there, fields, sql, settings)


def append(session: Session, ref: TableRef, there: dict[str, Any], fields: list[dict[str, Any]], sql: str, settings: dict[str, Any]) -> int:
    """Appends rows. New columns are added when the job may do that."""
    known = {f["name"].lower() for f in there["schema"]["fields"]}
    added = [f for f in fields if f["name"].lower() not in known]
    if added:
        if "ALLOW_FIELD_ADDITION" not in (settings.get("schemaUpdateOptions") or []):
            raise invalid(f"Provided Schema does not match Table {ref}. Cannot add fields (field: {added[0]['name']})")
        for field, (name, kind) in zip(added, schema.columns(added)):
            session.execute(f"ALTER TABLE {ref.sql} ADD COLUMN {arrays.column(name, kind)}")
            there["schema"]["fields"].append(
                {**field, "mode": "NULLABLE" if field.get("mode") == "REQUIRED" else field.get("mode", "NULLABLE")}
            )
    names = ", ".join('"' + f["name"].replace('"', '""') + '"' for f in fields)
    count = session.execute(f"INSERT INTO {ref.sql} ({names}) {arrays.rows(sql, schema.columns(fields))}").fetchone()[0]
    session.catalog.put_table(session.cursor, ref, there)
    return count
