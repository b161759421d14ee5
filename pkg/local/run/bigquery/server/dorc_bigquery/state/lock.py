"""A lock on a state folder, which the system gives back when its process ends, however it ends."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import IO


class Locked(Exception):
    """Another process has the lock."""


def lock(file: Path) -> IO[bytes]:
    """Takes the lock of a file; it is held as long as what is returned is open."""
    held = file.open("ab")
    try:
        if sys.platform == "win32":
            import msvcrt

            held.seek(0)
            msvcrt.locking(held.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        held.close()
        raise Locked from None
    return held
