"""What the local target sets of every task: nobody waits minutes on their own machine."""

from __future__ import annotations

import os


def task_policy(task) -> None:
    retries = os.environ.get("DORC_TASK_RETRIES")
    if retries is not None:
        task.retries = int(retries)
    if hasattr(task, "poke_interval"):
        task.poke_interval = min(task.poke_interval, 2)
