"""Load jobs, and the rows of external tables."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from pathlib import Path
from typing import Any, Iterator

from ..errors import BigQueryError, invalid
from ..names import TableRef, quote
from ..session import Session
from ..state.catalog import Catalog
from ..statements.outcome import Outcome
from ..storage import Storage
from . import files
from .query import write_rows
from .store import Job


@contextlib.contextmanager
def _folder(session: Session) -> Iterator[Path]:
    """A folder for files that DuckDB may read."""
    folder = Path(tempfile.mkdtemp(dir=session.catalog.database.scratch))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _fetch(storage: Storage, uris: list[str], folder: Path) -> list[Path]:
    out = []
    for uri in [found for uri in uris for found in storage.list(uri)]:
        suffix = ".gz" if uri.endswith(".gz") else ""
        file = folder / f"{len(out)}{suffix}"
        storage.download(uri, file)
        out.append(file)
    return out


def run(catalog: Catalog, storage: Storage, job: Job, upload: Path | None = None) -> None:
    """Runs a load job; upload is a file that came with it."""
    settings = job.configuration.get("load") or {}
    ref = TableRef.of(settings.get("destinationTable") or {}, job.project)
    session = job.session = Session(catalog, job.project)
    catalog.need_dataset(session.cursor, ref.parent)
    with _folder(session) as folder:
        if upload is not None:
            found = [upload.rename(folder / ("upload.gz" if upload.read_bytes()[:2] == b"\x1f\x8b" else "upload"))]
        else:
            uris = settings.get("sourceUris") or []
            if not uris:
                raise invalid("Required parameter is missing: sourceUris")
            found = _fetch(storage, uris, folder)
        try:
            count, bad = _rows(session, ref, found, settings)
        except BigQueryError as e:
            if e.reason == "invalidQuery":
                raise BigQueryError("invalid", f"Error while reading data, error message: {e.message}") from None
            raise
        size = sum(f.stat().st_size for f in found)
    job.outcome = Outcome("LOAD", affected=count)
    job.statistics["load"] = {
        "inputFiles": str(len(found)),
        "inputFileBytes": str(size),
        "outputRows": str(count),
        "outputBytes": str(size),
        "badRecords": str(bad),
    }


def _rows(session: Session, ref: TableRef, found: list[Path], settings: dict[str, Any]) -> tuple[int, int]:
    """Writes the rows of files to a table; the results are how many there are, and how many are bad."""
    given = (settings.get("schema") or {}).get("fields") or []
    there = session.catalog.table(session.cursor, ref)
    create, write = settings.get("createDisposition") or "CREATE_IF_NEEDED", settings.get("writeDisposition") or "WRITE_APPEND"
    detected = False
    if not given:
        detected = bool(settings.get("autodetect")) or files.format_of(settings) == "PARQUET"
        if there and there["type"] == "TABLE" and (not detected or write == "WRITE_APPEND") and files.format_of(settings) != "PARQUET":
            given, detected = there["schema"]["fields"], False
        elif detected:
            given = files.detect(session, found, settings)
        else:
            raise invalid("No schema specified on job or table.")
    sql, bad = files.query(session, found, settings, given, detected)
    return write_rows(session, ref, given, sql, write, create, settings), bad


def detect(session: Session, configuration: dict[str, Any]) -> list[dict[str, Any]]:
    """The schema of an external table that has none."""
    with _folder(session) as folder:
        found = _fetch(session.storage or Storage(""), configuration.get("sourceUris") or [], folder)
        return files.detect(session, found, configuration)


def external(session: Session, ref: TableRef, resource: dict[str, Any]) -> str:
    """Reads the files of an external table into a temporary one, and returns its name in DuckDB."""
    configuration = resource["externalDataConfiguration"]
    name = session.fresh("external")
    with _folder(session) as folder:
        found = _fetch(session.storage or Storage(""), configuration.get("sourceUris") or [], folder)
        sql, _ = files.query(session, found, configuration, resource["schema"]["fields"], bool(configuration.get("autodetect")))
        session.execute(f"CREATE TEMP TABLE {quote(name)} AS {sql}")
    return f"temp.main.{quote(name)}"
