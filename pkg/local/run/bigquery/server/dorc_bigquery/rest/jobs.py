"""jobs and queries."""

from __future__ import annotations

from typing import Any

from ..app import Application
from ..errors import BigQueryError, invalid
from ..http.request import Request
from ..http.router import Router
from ..jobs import load, query, transfer
from ..jobs.store import Job
from ..values import schema
from . import resources, rows

# What getQueryResults and queries wait, in milliseconds, when the client does not say.
_WAIT = 10_000
_MAX_WAIT = 200_000
_SHOWN = "query useLegacySql destinationTable defaultDataset parameterMode queryParameters writeDisposition createDisposition priority labels maximumBytesBilled connectionProperties createSession useQueryCache".split()  # fmt: skip


def routes(router: Router) -> None:
    """Adds the paths."""
    router.add("POST", "projects/{p}/jobs", insert)
    router.add("GET", "projects/{p}/jobs", list_)
    router.add("GET", "projects/{p}/jobs/{j}", get)
    router.add("POST", "projects/{p}/jobs/{j}/cancel", cancel)
    router.add("DELETE", "projects/{p}/jobs/{j}/delete", lambda app, request: None)
    router.add("POST", "projects/{p}/queries", run_query)
    router.add("GET", "projects/{p}/queries/{j}", results)


def insert(app: Application, request: Request) -> dict[str, Any]:
    """jobs.insert."""
    return submit(app, request.parts["p"], request.json())


def submit(app: Application, project: str, body: dict[str, Any], upload: Any = None) -> dict[str, Any]:
    """Makes and starts a job."""
    configuration = body.get("configuration") or {}
    if not isinstance(configuration, dict):
        raise invalid("configuration must be an object")
    reference = body.get("jobReference") or {}
    kind = next((k for k in ("query", "load", "copy", "extract") if k in configuration), "")
    if not kind:
        raise invalid("Required parameter is missing: configuration")
    configuration["jobType"] = kind.upper()
    if kind == "query" and configuration.get("dryRun"):
        job = Job(project, reference.get("jobId") or "", _location(app, project, configuration, reference), configuration)
        query.dry_run(app.catalog, app.jobs, job)
        job.state = "DONE"
        return resource(job)
    job = app.jobs.new(project, reference, configuration, _location(app, project, configuration, reference))
    app.jobs.start(job, lambda j: work(app, j, upload))
    return resource(job)


def work(app: Application, job: Job, upload: Any = None) -> None:
    """Does what a job is for."""
    kind = job.configuration["jobType"]
    if kind == "QUERY":
        query.run(app.catalog, app.jobs, job, app.storage)
    elif kind == "LOAD":
        load.run(app.catalog, app.storage, job, upload)
    elif kind == "COPY":
        transfer.copy(app.catalog, job)
    else:
        transfer.extract(app.catalog, app.storage, job)


def _location(app: Application, project: str, configuration: dict[str, Any], reference: dict[str, Any]) -> str:
    return reference.get("location") or app.location


def get(app: Application, request: Request) -> dict[str, Any]:
    return resource(app.jobs.get(request.parts["p"], request.parts["j"]))


def list_(app: Application, request: Request) -> dict[str, Any]:
    found = app.jobs.list(request.parts["p"], request.argument("parentJobId"))
    states = [s.upper() for s in request.argument("stateFilter").split(",") if s]
    if states:
        found = [job for job in found if job.state in states]
    shown, token = resources.page(request, found, 50)
    items = [{**resource(job), "state": job.state, **({"errorResult": job.error.proto()} if job.error else {})} for job in shown]
    return {
        "kind": "bigquery#jobList",
        "etag": resources.etag({"n": len(items)}),
        "jobs": items,
        **({"nextPageToken": token} if token else {}),
    }


def cancel(app: Application, request: Request) -> dict[str, Any]:
    job = app.jobs.get(request.parts["p"], request.parts["j"])
    app.jobs.cancel(job)
    return {"kind": "bigquery#jobCancelResponse", "job": resource(job)}


def run_query(app: Application, request: Request) -> dict[str, Any]:
    """jobs.query: a query job that is waited for."""
    body, project = request.json(), request.parts["p"]
    if body.get("useLegacySql", True) and "useLegacySql" in body:
        raise BigQueryError("invalidQuery", "dorc's local BigQuery does not have legacy SQL: set useLegacySql to false", "query")
    configuration = {"query": {key: body[key] for key in _SHOWN if key in body}, "labels": body.get("labels") or {}}
    if body.get("dryRun"):
        done = submit(app, project, {"configuration": {**configuration, "dryRun": True}})
        statistics = done["statistics"]["query"]
        return {
            "kind": "bigquery#queryResponse",
            "jobComplete": True,
            "totalBytesProcessed": "0",
            "schema": statistics.get("schema", {"fields": []}),
            "jobReference": done["jobReference"],
        }
    made = submit(
        app, project, {"configuration": configuration, "jobReference": {"location": body.get("location")} if body.get("location") else {}}
    )
    job = app.jobs.get(project, made["jobReference"]["jobId"])
    job.done.wait(min(int(body.get("timeoutMs") or _WAIT), _MAX_WAIT) / 1000)
    request.query = "&".join(
        f"{name}={value}"
        for name, value in {
            "maxResults": body.get("maxResults"),
            "formatOptions.useInt64Timestamp": str(bool((body.get("formatOptions") or {}).get("useInt64Timestamp"))).lower(),
        }.items()
        if value is not None
    )
    return {"kind": "bigquery#queryResponse", "queryId": job.id, **_results(job, request)}


def results(app: Application, request: Request) -> dict[str, Any]:
    """jobs.getQueryResults."""
    job = app.jobs.get(request.parts["p"], request.parts["j"])
    if job.configuration["jobType"] != "QUERY":
        raise invalid(f"Job {job.id} is not a query job")
    job.done.wait(min(request.number("timeoutMs", _WAIT), _MAX_WAIT) / 1000)
    return {"kind": "bigquery#getQueryResultsResponse", **_results(job, request)}


def _results(job: Job, request: Request) -> dict[str, Any]:
    out: dict[str, Any] = {"jobReference": _reference(job), "jobComplete": job.done.is_set(), "cacheHit": False, "totalBytesProcessed": "0"}
    if not job.done.is_set():
        return out
    if job.error:
        raise job.error
    outcome = job.outcome
    out |= {"totalRows": "0", "rows": [], "schema": {"fields": schema.fields(outcome.columns) if outcome else []}}
    if outcome and outcome.table:
        if request.argument("maxResults") == "0":
            out["totalRows"] = str(outcome.rows)
            if outcome.rows:
                out["pageToken"] = "0"
        else:
            out |= rows.of_job(job, request)
    if outcome and outcome.affected is not None and outcome.dml:
        out["numDmlAffectedRows"] = str(outcome.affected)
        out["dmlStats"] = {k: str(v) for k, v in outcome.dml.items()}
    return out


_WRITING = frozenset(["CREATE_TABLE_AS_SELECT", "INSERT", "UPDATE", "DELETE", "MERGE"])


def _reference(job: Job) -> dict[str, Any]:
    return {"projectId": job.project, "jobId": job.id, "location": job.location}


def resource(job: Job) -> dict[str, Any]:
    """A Job."""
    status: dict[str, Any] = {"state": job.state}
    if job.error:
        status |= {"errorResult": job.error.proto(), "errors": [job.error.proto()]}
    configuration = dict(job.configuration)
    if configuration["jobType"] == "QUERY" and job.outcome:
        # What a statement has written is the destination of its job, as a query's result is.
        written = job.destination if job.outcome.table else job.outcome.target if job.outcome.kind in _WRITING else None
        if written:
            configuration["query"] = {**configuration["query"], "destinationTable": written}
    statistics: dict[str, Any] = {"creationTime": str(job.created), "totalBytesProcessed": "0", **job.statistics}
    if job.started:
        statistics["startTime"] = str(job.started)
    if job.ended:
        statistics |= {"endTime": str(job.ended), "finalExecutionDurationMs": str(job.ended - (job.started or job.created))}
    if job.children:
        statistics["numChildJobs"] = str(len(job.children))
    if job.parent:
        statistics |= {"parentJobId": job.parent.id, "scriptStatistics": {"evaluationKind": "STATEMENT"}}
    if configuration["jobType"] == "QUERY":
        statistics["query"] = _query_statistics(job)
    if job.session is not None and (configuration.get("query") or {}).get("createSession"):
        statistics["sessionInfo"] = {"sessionId": job.session.id}
    return {
        "kind": "bigquery#job",
        "etag": resources.etag(status),
        "id": f"{job.project}:{job.location}.{job.id}",
        "selfLink": f"/projects/{job.project}/jobs/{job.id}",
        "user_email": "dorc@local",
        "configuration": configuration,
        "jobReference": _reference(job),
        "statistics": statistics,
        "status": status,
    }


def _query_statistics(job: Job) -> dict[str, Any]:
    out: dict[str, Any] = {"totalBytesProcessed": "0", "totalBytesBilled": "0", "totalSlotMs": "0", "cacheHit": False, "billingTier": 0}
    outcome = job.outcome
    if outcome is None:
        return out
    out["statementType"] = outcome.kind
    if outcome.columns:
        out["schema"] = {"fields": schema.fields(outcome.columns)}
    if outcome.dml:
        out |= {"numDmlAffectedRows": str(outcome.affected), "dmlStats": {k: str(v) for k, v in outcome.dml.items()}}
    if outcome.operation:
        out["ddlOperationPerformed"] = outcome.operation
        key = {"table": "ddlTargetTable", "routine": "ddlTargetRoutine", "dataset": "ddlTargetDataset"}.get(outcome.target_kind)
        if key:
            out[key] = outcome.target
    return out
