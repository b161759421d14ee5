"""Jobs: what clients asked for, what became of it, and the rows of their results."""

from __future__ import annotations

import threading
import time
import uuid
from dataclasses import dataclass, field
from typing import Any, Callable

from ..errors import BigQueryError, duplicate, not_found
from ..session import Session
from ..statements.outcome import Outcome
from .sessions import Idle, Sessions

# Jobs, and results with their connections, that are remembered.
_MAX_JOBS = 2000
_MAX_RESULTS = 200


def _now() -> int:
    return int(time.time() * 1000)


@dataclass
class Job:
    """One job."""

    project: str
    id: str
    location: str
    configuration: dict[str, Any]
    created: int = field(default_factory=_now)
    started: int = 0
    ended: int = 0
    state: str = "PENDING"
    error: BigQueryError | None = None
    outcome: Outcome | None = None
    session: Session | None = None
    parent: "Job | None" = None
    statistics: dict[str, Any] = field(default_factory=dict)
    done: threading.Event = field(default_factory=threading.Event)
    children: list["Job"] = field(default_factory=list)

    @property
    def destination(self) -> dict[str, Any]:
        """The table that has the rows of a query's result."""
        given = (self.configuration.get("query") or {}).get("destinationTable")
        return given or {"projectId": self.project, "datasetId": "_dorc_anonymous", "tableId": "anon_" + self.id.replace("-", "_")}


class Jobs:
    """All jobs of a server. They live as long as it does."""

    def __init__(self, idle: Idle | None = None) -> None:
        self._lock = threading.Lock()
        self._jobs: dict[tuple[str, str], Job] = {}
        self._anonymous: dict[str, Job] = {}
        self._results: list[Job] = []
        self.sessions = Sessions(idle or Idle())

    def new(self, project: str, reference: dict[str, Any], configuration: dict[str, Any], location: str, parent: Job | None = None) -> Job:
        """Makes a job."""
        job = Job(project, str(reference.get("jobId") or uuid.uuid4()), reference.get("location") or location, configuration, parent=parent)
        with self._lock:
            if (project, job.id) in self._jobs:
                raise duplicate("Job", f"{project}:{job.location}.{job.id}")
            self._jobs[project, job.id] = job
            self._anonymous[job.destination["tableId"]] = job
            while len(self._jobs) > _MAX_JOBS:
                oldest = next(iter(self._jobs))
                self._anonymous.pop(self._jobs.pop(oldest).destination["tableId"], None)
        if parent:
            parent.children.append(job)
        return job

    def start(self, job: Job, work: Callable[[Job], None]) -> None:
        """Runs a job in a thread of its own."""
        threading.Thread(target=self.run, args=(job, work), daemon=True, name=f"job {job.id}").start()

    def run(self, job: Job, work: Callable[[Job], None]) -> None:
        """Runs a job in this thread."""
        job.started, job.state = _now(), "RUNNING"
        try:
            work(job)
        except BigQueryError as e:
            job.error = e
        except RecursionError:
            job.error = BigQueryError("invalidQuery", "Query is too complex: it is nested too deeply", "query")
        except Exception as e:
            import logging

            logging.getLogger("dorc_bigquery").exception("job %s", job.id)
            job.error = BigQueryError("internalError", f"An internal error of dorc's local BigQuery: {type(e).__name__}: {e}")
        self.finish(job)

    def finish(self, job: Job) -> None:
        """Ends a job."""
        job.ended, job.state = _now(), "DONE"
        job.done.set()
        if job.session is None or job.parent is not None or job.session.id in self.sessions:
            return
        if job.outcome is None or not job.outcome.table:
            if not any(child.outcome and child.outcome.table for child in job.children):
                job.session.close()
                return
        with self._lock:
            self._results.append(job)
            old = self._results.pop(0) if len(self._results) > _MAX_RESULTS else None
        if old and old.session:
            with old.session.lock:
                old.session.close()
            old.outcome = None

    def get(self, project: str, job_id: str) -> Job:
        """A job by its name."""
        job = self._jobs.get((project, job_id))
        if job is None:
            raise not_found("Job", f"{project}:{job_id}")
        return job

    def anonymous(self, table: str) -> Job:
        """The job whose result a name of the hidden dataset means."""
        job = self._anonymous.get(table)
        if job is None or job.outcome is None or not job.outcome.table:
            raise not_found("Table", f"_dorc_anonymous.{table}")
        return job

    def list(self, project: str, parent: str = "") -> list[Job]:
        """The jobs of a project, newest first."""
        with self._lock:
            found = [job for job in self._jobs.values() if job.project == project]
        if parent:
            found = [job for job in found if job.parent and job.parent.id == parent]
        else:
            found = [job for job in found if not job.parent]
        return found[::-1]

    def cancel(self, job: Job) -> None:
        """Stops a job."""
        if job.state != "DONE" and job.session:
            job.session.cancel()
