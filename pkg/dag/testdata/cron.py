"""Says of each expression of a JSON list whether croniter takes it and it ever comes to pass."""

import datetime
import json
import sys

from croniter import croniter


def judge(expression: str) -> bool:
    """Whether Airflow could run a DAG by it."""
    try:
        croniter(expression, datetime.datetime(2024, 1, 1)).get_next()
    except (ValueError, KeyError, AttributeError, IndexError):
        return False
    return True


json.dump([judge(expression) for expression in json.load(sys.stdin)], sys.stdout)
