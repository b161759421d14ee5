# Compiled by dorc from embedded_dop/orchestration/cases/config.yaml: change that file, not this one.

import json
import os
import re
import time
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

import pendulum
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.providers.google.cloud.hooks.bigquery import BigQueryHook
from airflow.providers.standard.operators.bash import BashOperator
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.providers.standard.operators.python import ShortCircuitOperator
from airflow.providers.standard.sensors.external_task import ExternalTaskSensor
from airflow.providers.standard.sensors.python import PythonSensor
from airflow.sdk import DAG as DAG2
from airflow.timetables.interval import CronDataIntervalTimetable

PROJECT_ID = os.environ["DOP_PROJECT_ID"]
LOCATION = os.environ["DOP_LOCATION"]
ENVIRONMENT = os.environ["DOP_ENVIRONMENT"]
DBT_SERVICE_ACCOUNT = os.environ["DOP_DBT_SERVICE_ACCOUNT"]
KUBE_CONFIG = os.environ.get("DOP_KUBE_CONFIG", "/home/airflow/composer_kube_config")

DBT_IMAGES = {
    "shop": "europe-west2-docker.pkg.dev/acme-infra/acme/dbt-shop@sha256:abababababababababababababababababababababababababababababababab",
}

PARAMS = {"days": 7, "list": [1, 2]}
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
{%- set params = {"params": params, "task": task} -%}
"""

SCOPE = r"""
{%- set relation = "`%s.%s.%s`" % (task.database, task.schema, task.identifier) -%}
{%- set sql %}{% include "sql/" ~ task.identifier ~ ".sql" %}{% endset -%}
{%- set sql = sql.strip().rstrip("; \n\r\t") -%}
"""

SELECTION = """\
{{ sql }}
"""

DBT_VARS = NAMES + json.dumps(
    {
        "ds": "{{ ds }}",
        "ds_nodash": "{{ ds_nodash }}",
        "ts": "{{ ts }}",
        "ts_nodash": "{{ ts_nodash }}",
        "ts_nodash_with_tz": "{{ ts_nodash_with_tz }}",
    }
)

FULL_REFRESH = """{{
    "--full-refresh" if (dag_run.conf or {}).get("full_refresh") is true
}}"""


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
            value = self._variables.get(f"dop__cases.{name}", None)
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


def holds(configuration: dict[str, Any]) -> bool:
    """Return whether success is true in every row of a query."""
    hook = BigQueryHook(location=LOCATION, use_legacy_sql=False)
    job = hook.insert_job(
        configuration=configuration, project_id=PROJECT_ID, location=LOCATION
    )
    failed = [dict(row) for row in job.result() if row["success"] is not True]
    for row in failed:
        print("does not hold yet:", row)
    return not failed


class DbtOperator(KubernetesPodOperator):
    """A command of dbt in a pod, without the options that are rendered to nothing."""

    def __init__(
        self, *, project: str, command: list[str], options: list[str], **kwargs: Any
    ) -> None:
        dirs = ["--project-dir", f"/dbt/{project}", "--profiles-dir", "/dbt/profiles"]
        super().__init__(
            image=DBT_IMAGES[project],
            namespace="composer-user-workloads",
            config_file=KUBE_CONFIG,
            kubernetes_conn_id=None,
            startup_timeout_seconds=600,
            cmds=["dbt", "--no-use-colors"],
            arguments=[*command, *dirs, "--vars", DBT_VARS, *options],
            env_vars={
                "DOP_PROJECT_ID": PROJECT_ID,
                "DOP_LOCATION": LOCATION,
                "DOP_ENVIRONMENT": ENVIRONMENT,
                "DOP_DBT_SERVICE_ACCOUNT": DBT_SERVICE_ACCOUNT,
            },
            **kwargs,
        )

    def execute(self, context: Any) -> Any:
        self.arguments = [argument for argument in self.arguments if argument]
        return super().execute(context)


def none_is_running(others: list[str], ti: Any) -> bool:
    """Return whether this run goes on: no other DAG of the dbt project is at work."""
    for _ in range(12):
        running = [dag_id for dag_id in others if is_running(dag_id, ti)]
        if not running:
            return True
        print("DAGs of the same dbt project are running:", *running)
        if min(running) < ti.dag_id:
            break
        time.sleep(5)
    return False


def is_running(dag_id: str, ti: Any) -> bool:
    """Return whether a DAG has a run at work."""
    return ti.get_dr_count(dag_id=dag_id, states=["running"]) > 0


with DAG2(
    dag_id="dop__cases",
    schedule=CronDataIntervalTimetable("0 4 * * *", timezone="Asia/Tokyo"),
    start_date=pendulum.datetime(1970, 1, 1, tz="Asia/Tokyo"),
    catchup=False,
    max_active_runs=1,
    max_active_tasks=int(os.environ.get("AIRFLOW_VAR_DAG_CONCURRENCY", "2")),
    default_args={"owner": "acme", "retries": 3, "retry_delay": timedelta(minutes=5)},
    template_searchpath=[os.path.dirname(__file__)],
    user_defined_macros={"parameters": Parameters},
    tags=["acme", "orchestration"],
):
    check_running_dags = ShortCircuitOperator(
        task_id="check_running_dags",
        python_callable=none_is_running,
        op_kwargs={"others": ["other__dag", "trading__report"]},
    )
    sensor = ExternalTaskSensor(
        task_id="sensor",
        external_dag_id="dop__upstream",
        external_task_id="upstream",
        execution_delta=timedelta(minutes=5),
        timeout=3600,
        mode="reschedule",
    )
    query_task = PythonSensor(
        task_id="query",
        python_callable=holds,
        op_kwargs={
            "configuration": query(
                SELECTION,
                action="assertion",
                target="assertion_sensor",
                identifier="query",
                schema="trading",
            ),
        },
        mode="reschedule",
    )
    import_task = BashOperator(
        task_id="import",
        bash_command=NAMES
        + (
            "set -eu\n"
            'echo "it\'s {{ params.params.days }} days in \\"{{ params[\'task\'].task_id }}\\""\n'
            "echo and a second line that is long enough not to fit\n"
        ),
        env={
            "PLAIN": "café 日本 😀 \u202e",
            "DAYS": NAMES + "{{ params.params.days }}",
            "A_LONG_ONE": "a text that is a good deal longer than what a line of eighty-eight columns has place for",
        },
        retries=1,
    )
    values = EmptyOperator(
        task_id="values",
        executor_config={
            "nothing": None,
            "yes": True,
            "numbers": [-1, 0.5, 1e300, 2.0],
            "day": date(2024, 2, 29),
            "moment": pendulum.datetime(2024, 2, 29, 4, 30, 0, 5, tz="Asia/Tokyo"),
            "elsewhere": pendulum.datetime(2024, 2, 28, 23, 0, 0, tz="UTC"),
            "nested": [{"a": [], "b": {}}, "x\x00\t\r\n", "\\N{BULLET}"],
        },
    )
    models = DbtOperator(
        task_id="models",
        project="shop",
        command=["run"],
        options=[FULL_REFRESH],
    )
    DAG = EmptyOperator(task_id="DAG")

    check_running_dags >> sensor
    check_running_dags >> query_task
    [sensor, query_task] >> import_task
    import_task >> values
    check_running_dags >> models
    check_running_dags >> DAG
