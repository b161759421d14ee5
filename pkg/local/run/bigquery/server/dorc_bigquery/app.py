"""The application: what the resources of the REST API work with."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Callable, Iterator

from .http.leases import Leases
from .jobs.sessions import Idle
from .jobs.store import Jobs
from .session import Session
from .state.catalog import DEFAULT_LOCATION, Catalog
from .state.database import Database
from .storage import Storage


class Application:
    """A state folder, its jobs and the local buckets."""

    def __init__(self, root: Path, storage: str = "", location: str = DEFAULT_LOCATION, memory: str = "", idle: Idle | None = None) -> None:
        self.database = Database(root, memory)
        self.catalog = Catalog(self.database, location)
        self.jobs = Jobs(idle)
        self.leases = Leases(storage)
        self.location = location
        # Stops the server; main sets it.
        self.stop: Callable[[], None] = lambda: None

    @property
    def storage(self) -> Storage:
        """The local buckets, as one who is there now serves them."""
        return Storage(self.leases.storage)

    @contextlib.contextmanager
    def session(self, project: str) -> Iterator[Session]:
        """A session for one request."""
        session = Session(self.catalog, project)
        session.storage = self.storage
        try:
            yield session
        finally:
            session.close()
