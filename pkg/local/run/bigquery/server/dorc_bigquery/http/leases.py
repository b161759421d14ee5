"""Who uses the server: it stops when nobody does any more."""

from __future__ import annotations

import threading
import uuid
from typing import Callable

# The lease of who started the server: its standard input.
OWNER = "owner"


class Leases:
    """The processes that use the server, each with its own server of the local buckets, which ends with it."""

    def __init__(self, storage: str) -> None:
        # Called once, when the last one has left.
        self.unused: Callable[[], None] = lambda: None
        self._lock = threading.Lock()
        self._closed = False
        self._storages = {OWNER: storage}

    def take(self, storage: str) -> str:
        """A new lease; "" when the server is about to stop."""
        with self._lock:
            if self._closed:
                return ""
            lease = uuid.uuid4().hex
            self._storages[lease] = storage
            return lease

    def leave(self, lease: str) -> bool:
        """Gives a lease back, if that was not done yet, and tells whether the server stays for others."""
        with self._lock:
            self._storages.pop(lease, None)
            if self._storages or self._closed:
                return not self._closed
            self._closed = True
        self.unused()
        return False

    @property
    def storage(self) -> str:
        """The URL of local buckets that are still served: all serve the same ones."""
        with self._lock:
            return next((url for url in self._storages.values() if url), "")
