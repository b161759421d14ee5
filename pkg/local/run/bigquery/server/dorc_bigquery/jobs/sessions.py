"""Sessions that clients have made and name in later jobs. Nobody has to end one, so they end by themselves.

https://cloud.google.com/bigquery/docs/sessions-intro#limitations
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

from ..session import Session


@dataclass
class Idle:
    """Seconds without a job: a session ends as in BigQuery, and its transaction, which others wait for, much earlier."""

    session: float = 24 * 60 * 60
    transaction: float = 10 * 60


class Sessions:
    """The named sessions of a server."""

    def __init__(self, idle: Idle) -> None:
        self._idle = idle
        self._lock = threading.Lock()
        self._sessions: dict[str, Session] = {}
        self._used: dict[str, float] = {}

    def __contains__(self, id: str) -> bool:
        return id in self._sessions

    def get(self, id: str) -> Session | None:
        """A session by its name."""
        self.used(id)
        return self._sessions.get(id)

    def add(self, session: Session) -> None:
        """Gives a session its name, and begins to look after it."""
        with self._lock:
            first = not self._sessions
            self._sessions[session.id] = session
            self._used[session.id] = time.monotonic()
        if first:
            threading.Thread(target=self._watch, daemon=True, name="sessions").start()

    def used(self, id: str) -> None:
        """Says that a job of a session has ended."""
        with self._lock:
            if id in self._sessions:
                self._used[id] = time.monotonic()

    def _watch(self) -> None:
        """Looks after the sessions as long as there are any."""
        while True:
            time.sleep(min(self._idle.session, self._idle.transaction) / 4)
            with self._lock:
                found = list(self._sessions.values())
            for session in found:
                self._look(session)
            with self._lock:
                if not self._sessions:
                    return

    def _look(self, session: Session) -> None:
        if not session.lock.acquire(blocking=False):
            return  # A job runs in it.
        try:
            idle = time.monotonic() - self._used[session.id]
            if idle > self._idle.transaction:
                session.transactions.fail()
            if idle > self._idle.session:
                self._end(session)
        finally:
            session.lock.release()

    def _end(self, session: Session) -> None:
        with self._lock:
            del self._sessions[session.id], self._used[session.id]
        session.close()
