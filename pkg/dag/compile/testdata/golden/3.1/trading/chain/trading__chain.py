# Compiled by dorc from src/trading/chain/dag.yaml: change that file, not this one.

import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any

import pendulum
from airflow.providers.google.cloud.operators.workflows import (
    WorkflowsCreateExecutionOperator,
)
from airflow.providers.google.cloud.sensors.workflows import WorkflowExecutionSensor
from airflow.sdk import DAG, TaskGroup

PROJECT_ID = os.environ["DOP_PROJECT_ID"]
ENVIRONMENT = os.environ["DOP_ENVIRONMENT"]
WORKFLOWS_REGION = os.environ["DOP_WORKFLOWS_REGION"]
PARAMS = {"region": "GB"}
UNSAFE = re.compile(r"['\"`;\\\n\r]")

NAMES = r"""
{%- if ds is not defined -%}
{%- set logical_date = dag_run.run_after -%}
{%- set data_interval_start, data_interval_end = logical_date, logical_date -%}
{%- set ds, ts = logical_date.strftime("%Y-%m-%d"), logical_date.isoformat() -%}
{%- set ds_nodash, ts_nodash = ds.replace("-", ""), logical_date.strftime("%Y%m%dT%H%M%S") -%}
{%- set ts_nodash_with_tz = ts.replace("-", "").replace(":", "") -%}
{%- endif -%}
{%- set params = parameters(dag_run.conf, var.value) -%}
{%- set literal = literals(params) -%}
"""


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
            value = self._variables.get(f"trading__chain.{name}", None)
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


def literals(parameters: Parameters) -> Callable[[str], str]:
    """Return what literal() is in SQL: a parameter as a literal of BigQuery."""

    def write(value: Any) -> str:
        if isinstance(value, list):
            return "[" + ", ".join(write(one) for one in value) + "]"
        if isinstance(value, dict):
            return "JSON " + write(json.dumps(value))
        return json.dumps(value, ensure_ascii=False)

    return lambda name: write(parameters._find(name))


def workflow_name(pipeline: str) -> str:
    """Return the name of a pipeline's workflow in this environment."""
    name = f"Acme_Data-{ENVIRONMENT}-{pipeline}"
    return name.lower().replace("_", "-").replace("/", "-")


def json_template(value: Any) -> str:
    """Return a template that is rendered to a value as JSON."""
    if isinstance(value, dict):
        items = [f"{json_template(k)}: {json_template(v)}" for k, v in value.items()]
        return "{ " + ", ".join(items) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(json_template(one) for one in value) + "]"
    if isinstance(value, str) and "{" in value:
        return "{% set text %}" + value + "{% endset %}{{ text | tojson }}"
    return json.dumps(value)


with DAG(
    dag_id="trading__chain",
    schedule=None,
    start_date=pendulum.datetime(1970, 1, 1, tz="Europe/London"),
    catchup=False,
    max_active_runs=5,
    max_active_tasks=2,
    default_args={"owner": "acme", "retries": 3, "retry_delay": timedelta(minutes=5)},
    user_defined_macros={"parameters": Parameters, "literals": literals},
    tags=["acme", "trading"],
):
    with TaskGroup(group_id="clean_up") as clean_up:
        clean_up_start = WorkflowsCreateExecutionOperator(
            task_id="start",
            workflow_id=workflow_name("raw-clean-up"),
            location=WORKFLOWS_REGION,
            project_id=PROJECT_ID,
            execution={
                "argument": NAMES
                + json_template(
                    {
                        "day": "{{ ds }}",
                        "region": "{{ params.region }}",
                        "limit": 10,
                        "more": {"{{ ds }}": ["{{ literal('region') }}", 'a "b"', {}]},
                    },
                ),
            },
        )
        clean_up_wait = WorkflowExecutionSensor(
            task_id="wait",
            workflow_id=workflow_name("raw-clean-up"),
            location=WORKFLOWS_REGION,
            project_id=PROJECT_ID,
            execution_id="{{ ti.xcom_pull(task_ids='clean_up.start', key='execution_id') }}",
            mode="reschedule",
        )

        clean_up_start >> clean_up_wait

    with TaskGroup(group_id="copy") as copy:
        copy_start = WorkflowsCreateExecutionOperator(
            task_id="start",
            workflow_id=workflow_name("raw-copy"),
            location=WORKFLOWS_REGION,
            project_id=PROJECT_ID,
            execution={},
        )
        copy_wait = WorkflowExecutionSensor(
            task_id="wait",
            workflow_id=workflow_name("raw-copy"),
            location=WORKFLOWS_REGION,
            project_id=PROJECT_ID,
            execution_id="{{ ti.xcom_pull(task_ids='copy.start', key='execution_id') }}",
            mode="reschedule",
        )

        copy_start >> copy_wait

    clean_up >> copy
