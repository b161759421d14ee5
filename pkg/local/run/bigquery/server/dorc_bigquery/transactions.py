"""The transaction of a session: BEGIN, COMMIT, ROLLBACK, the lock of the dataset it writes, and results that outlive it."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING, Iterator

import duckdb

from .errors import BigQueryError, invalid_query, unsupported
from .names import DatasetRef, quote

if TYPE_CHECKING:
    from .session import Session

# Seconds between two looks at whether a job that waits was cancelled.
_TICK = 0.2
_FAILED = "The transaction was rolled back, because a statement of it failed or its session was idle: end it with ROLLBACK TRANSACTION"


class Transactions:
    """At most one transaction is open. DuckDB ends one at its first error, BigQuery when it is told to: in between it is failed."""

    def __init__(self, session: "Session") -> None:
        self._session = session
        # Whether BEGIN TRANSACTION was said and not yet ended.
        self.open = False
        # Whether DuckDB has rolled an open transaction back already.
        self.failed = False
        # Whether DuckDB is in a transaction, a client's or that of a statement.
        self.running = False
        self._held: DatasetRef | None = None
        self._temporary: dict = {}
        # Tables of results by the variables that keep their rows.
        self._kept: dict[str, str] = {}

    def begin(self) -> None:
        """BEGIN TRANSACTION."""
        if self.open:
            raise invalid_query("Transaction control statements are not supported inside a transaction: a transaction is open")
        self._session.execute("BEGIN TRANSACTION")
        self.open = self.running = True
        self._temporary = dict(self._session.temporary)

    def commit(self) -> None:
        """COMMIT TRANSACTION."""
        self._need("commit")
        if self.failed:
            raise invalid_query(_FAILED)
        self._session.execute("COMMIT")
        self._forget()
        self._release()
        self.open = False

    def rollback(self) -> None:
        """ROLLBACK TRANSACTION."""
        self._need("rollback")
        self.fail()
        self.open = self.failed = False

    def _need(self, word: str) -> None:
        if not self.open:
            raise invalid_query(f"There is no open transaction to {word}")

    def fail(self) -> None:
        """Takes back what an open transaction has done, and gives its lock back. It stays open until it is told to end."""
        if not self.open or self.failed:
            return
        with contextlib.suppress(duckdb.Error):
            self._session.cursor.execute("ROLLBACK")
        self._session.temporary = self._temporary
        self._release()
        self.failed = True
        for table, variable in self._kept.items():
            rows = f"SELECT UNNEST(r) FROM (SELECT UNNEST(getvariable('{variable}')) AS r)"
            self._session.cursor.execute(f"CREATE TEMP TABLE {table.removeprefix('temp.main.')} AS {rows}")
        self._forget()

    def _release(self) -> None:
        self.running = False
        if self._held:
            held, self._held = self._held, None
            self._session.catalog.database.writing(held).release()

    def keep(self, table: str) -> None:
        """Makes the rows of a result outlive a rollback."""
        if not self.open or self.failed:
            return
        variable = self._session.fresh("kept")
        rows = f"SELECT COALESCE(list(r ORDER BY r.rowid), []) FROM {table} AS r"
        self._session.execute(f"SET VARIABLE {quote(variable)} = ({rows})")
        self._kept[table] = variable

    def _forget(self) -> None:
        for variable in self._kept.values():
            self._session.cursor.execute(f"RESET VARIABLE {quote(variable)}")
        self._kept = {}

    @contextlib.contextmanager
    def writing(self, ref: DatasetRef, ddl: bool) -> Iterator[None]:
        """Takes the lock of a dataset for a statement that writes it, and makes the statement a transaction."""
        lock = self._session.catalog.database.writing(ref)
        if self.open:
            self._join(ref, lock, ddl)
            yield
            return
        self._wait(lock)
        try:
            with self._statement():
                yield
        finally:
            lock.release()

    def _join(self, ref: DatasetRef, lock: threading.Lock, ddl: bool) -> None:
        """Makes a statement a part of the open transaction."""
        if self.failed:
            raise invalid_query(_FAILED)
        if ddl:
            raise invalid_query("Transaction is not supported for DDL statements that change permanent tables")
        if self._held is None:
            self._wait(lock)
            self._held = ref
        elif self._held != ref:
            raise unsupported(f"transactions that write more than one dataset ({self._held} and {ref})")

    @contextlib.contextmanager
    def _statement(self) -> Iterator[None]:
        self._session.execute("BEGIN TRANSACTION")
        self.running = True
        try:
            yield
            self._session.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(duckdb.Error):
                self._session.cursor.execute("ROLLBACK")
            raise
        finally:
            self.running = False

    def _wait(self, lock: threading.Lock) -> None:
        """Waits for a dataset, as long as the job is not cancelled."""
        while not lock.acquire(timeout=_TICK):
            if self._session.cancelled.is_set():
                raise BigQueryError("stopped", "Job execution was cancelled: User requested cancellation")
