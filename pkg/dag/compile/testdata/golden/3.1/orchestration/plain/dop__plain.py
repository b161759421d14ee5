# Compiled by dorc from orchestration/plain/config.yaml: change that file, not this one.

import json
import os
import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import pendulum
from airflow.providers.google.cloud.operators.bigquery import BigQueryInsertJobOperator
from airflow.sdk import DAG
from airflow.timetables.interval import CronDataIntervalTimetable

PROJECT_ID = os.environ["DOP_PROJECT_ID"]
LOCATION = os.environ["DOP_LOCATION"]
PARAMS = {}
UNSAFE = re.compile(r"['\"`;\\\n\r]")

NAMES = r"""
{%- set params = parameters(dag_run.conf, var.value) -%}
{%- set params = {"params": params, "task": task} -%}
"""

SCOPE = r"""
{%- set relation = "`%s.%s.%s`" % (task.database, task.schema, task.identifier) -%}
{%- set sql %}{% include "sql/" ~ task.identifier ~ ".sql" %}{% endset -%}
{%- set sql = sql.strip().rstrip("; \n\r\t") -%}
"""

VIEW = """\
CREATE OR REPLACE VIEW {{ relation }} AS
{{ sql }}
;
"""


def query(template: str, *, action: str, target: str, **task: Any) -> dict[str, Any]:
    """Return a job that runs a template, to which the task is known as task."""
    kind = {"action": action, "target": target}
    task = {"database": PROJECT_ID, "options": {}, "kind": kind} | kind | task
    text = "{%- set task = " + repr(task) + " -%}\n" + NAMES + SCOPE + template
    return {"query": {"query": text, "useLegacySql": False}}


class Parameters(Mapping[str, Any]):
    """Parameters: the run's configuration, before Variables, before the defaults."""

    def __init__(self, conf: dict[str, Any] | None, variables: Any) -> None:
        self._conf = conf or {}
        self._variables = variables

    def __iter__(self) -> Iterator[str]:
        return iter(PARAMS)

    def __len__(self) -> int:
        return len(PARAMS)

    def __getitem__(self, name: str) -> Any:
        value = self._find(name)
        return value if value is PARAMS[name] else safe(name, value)

    def _find(self, name: str) -> Any:
        default = PARAMS[name]
        value = self._conf.get(name)
        if value is None:
            value = self._variables.get(f"dop__plain.{name}", None)
        try:
            return default if value is None else typed(default, value)
        except ValueError as error:
            raise ValueError(f"the parameter {name} is {value!r}: {error}") from error


def typed(default: Any, value: Any) -> Any:
    """Return a value from outside, which must be of the default's type."""
    if isinstance(value, str) and not isinstance(default, str | None):
        value = json.loads(value)
    if isinstance(default, float) and type(value) is int:
        value = float(value)
    if default is not None and type(value) is not type(default):
        raise ValueError(f"{type(default).__name__} is expected")
    if isinstance(default, list) and default:
        return [typed(default[0], one) for one in value]
    if isinstance(default, dict):
        return {name: typed(default.get(name), one) for name, one in value.items()}
    return value


def safe(name: str, value: Any) -> Any:
    """Return a value from outside, unless it could end a literal or a statement."""
    if isinstance(value, str) and UNSAFE.search(value):
        raise ValueError(
            f"the parameter {name} is {value!r}: a quote, a backslash, a semicolon or a new"
            f' line could end what it is in; write literal("{name}") in the SQL for a value,'
            f' identifier("{name}") for a name'
        )
    if isinstance(value, list | dict):
        for one in value:
            safe(name, one)
    if isinstance(value, dict):
        for one in value.values():
            safe(name, one)
    return value


with DAG(
    dag_id="dop__plain",
    schedule=CronDataIntervalTimetable("0 4 * * *", timezone="Europe/London"),
    start_date=pendulum.datetime(1970, 1, 1, tz="Europe/London"),
    catchup=False,
    max_active_runs=5,
    max_active_tasks=int(os.environ.get("AIRFLOW_VAR_DAG_CONCURRENCY", "2")),
    default_args={"owner": "acme", "retries": 3, "retry_delay": timedelta(minutes=5)},
    template_searchpath=[os.path.dirname(__file__)],
    user_defined_macros={"parameters": Parameters},
    tags=["acme", "orchestration"],
):
    numbers = BigQueryInsertJobOperator(
        task_id="numbers",
        configuration=query(
            VIEW,
            action="materialization",
            target="view",
            identifier="numbers",
            schema="trading",
        ),
        project_id=PROJECT_ID,
        location=LOCATION,
    )
