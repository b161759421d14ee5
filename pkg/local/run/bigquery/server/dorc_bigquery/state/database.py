"""The DuckDB instance: one database in memory, to which a file is attached per dataset.

The instance may touch files of the state folder only, and its settings are locked. SQL of users never reaches it as it
was written, so this is the second wall.
"""

from __future__ import annotations

import importlib.resources
import logging
import os
import shutil
import threading
from pathlib import Path

import duckdb

from ..errors import BigQueryError, not_found
from ..names import DatasetRef, literal, quote

_METADATA = """
CREATE SCHEMA IF NOT EXISTS {0}.dorc;
CREATE TABLE IF NOT EXISTS {0}.dorc.dataset (project VARCHAR, id VARCHAR, resource VARCHAR);
CREATE TABLE IF NOT EXISTS {0}.dorc.tables (id VARCHAR, resource VARCHAR);
CREATE TABLE IF NOT EXISTS {0}.dorc.routines (id VARCHAR, resource VARCHAR);
"""


class Database:
    """All datasets of a state folder."""

    def __init__(self, root: Path, memory: str = "") -> None:
        self.root = root
        self.scratch = root / ".scratch"
        shutil.rmtree(self.scratch, ignore_errors=True)
        self.scratch.mkdir(parents=True)
        self._main = duckdb.connect(":memory:")
        self._lock = threading.RLock()
        self._attached: dict[DatasetRef, threading.Lock] = {}
        self._configure(memory)
        # Why datasets cannot be used whose files cannot be opened.
        self._broken: dict[DatasetRef, str] = {}
        for file in sorted(root.glob("*/*.duckdb")):
            self._open(file)

    def _configure(self, memory: str) -> None:
        library = importlib.resources.files("dorc_bigquery.sql").joinpath("library.sql").read_text("utf-8")
        self._main.execute(library)
        folders = ", ".join(literal(str(folder) + os.sep) for folder in (self.root, self.scratch))
        settings = [
            "SET GLOBAL TimeZone = 'UTC'",
            "SET GLOBAL default_null_order = 'nulls_first_on_asc_last_on_desc'",
            "SET GLOBAL autoinstall_known_extensions = false",
            "SET GLOBAL autoload_known_extensions = false",
            f"SET GLOBAL temp_directory = {literal(str(self.scratch / 'spill'))}",
            f"SET GLOBAL allowed_directories = [{folders}]",
            "SET GLOBAL enable_external_access = false",
            "SET GLOBAL lock_configuration = true",
        ]
        if memory:
            settings.insert(0, f"SET GLOBAL memory_limit = {literal(memory)}")
        for setting in settings:
            self._main.execute(setting)

    def _open(self, file: Path) -> None:
        """Attaches the file of a dataset that an earlier server made."""
        project = file.parent.name.replace("^", ":")
        name = "".join(part if n == 0 else part[:1].upper() + part[1:] for n, part in enumerate(file.stem.split("^")))
        ref = DatasetRef(project, name)
        try:
            self._attach(ref.check())
        except (duckdb.Error, BigQueryError) as e:
            why = f"dorc's local BigQuery cannot open {file}, the file of the dataset {ref}: {str(e).splitlines()[0]}"
            self._broken[ref] = why
            logging.getLogger("dorc_bigquery").warning("%s", why)

    def _attach(self, ref: DatasetRef) -> None:
        path = self.root / ref.path
        path.parent.mkdir(parents=True, exist_ok=True)
        database = quote(ref.database)
        self._main.execute(f"ATTACH {literal(str(path))} AS {database}")
        try:
            self._main.execute(_METADATA.replace("{0}", database))
        except duckdb.Error:
            self._main.execute(f"DETACH {database}")
            raise
        self._attached[ref] = threading.Lock()

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A connection of its own to the instance, for one session."""
        return self._main.cursor()

    def create(self, ref: DatasetRef) -> bool:
        """Makes the file of a dataset. False when it is there."""
        with self._lock:
            if self.has(ref):
                return False
            self._attach(ref.check())
            return True

    def drop(self, ref: DatasetRef) -> None:
        """Removes the file of a dataset."""
        with self.writing(ref), self._lock:
            self._main.execute(f"DETACH {quote(ref.database)}")
            del self._attached[ref]
            for suffix in ("", ".wal"):
                (self.root / (ref.path + suffix)).unlink(missing_ok=True)

    def has(self, ref: DatasetRef) -> bool:
        """Whether a dataset is there. One whose file cannot be opened is neither there nor not."""
        if ref in self._broken:
            raise BigQueryError("invalid", self._broken[ref])
        return ref in self._attached

    def datasets(self, project: str) -> list[DatasetRef]:
        """The datasets of a project, in order."""
        with self._lock:
            return sorted(ref for ref in self._attached if ref.project == project)

    def projects(self) -> list[str]:
        """The projects that have a dataset."""
        with self._lock:
            return sorted({ref.project for ref in self._attached})

    def writing(self, ref: DatasetRef) -> threading.Lock:
        """The lock of a dataset. Who holds one takes no other, so that two writers cannot wait for each other."""
        if not self.has(ref):
            raise not_found("Dataset", str(ref))
        return self._attached[ref]

    def close(self) -> None:
        """Writes what is in memory to the files."""
        with self._lock:
            for ref in list(self._attached):
                try:
                    self._main.execute(f"CHECKPOINT {quote(ref.database)}")
                    self._main.execute(f"DETACH {quote(ref.database)}")
                except duckdb.Error:
                    pass  # A session that still runs has it; the log of the file has everything.
            self._main.close()
