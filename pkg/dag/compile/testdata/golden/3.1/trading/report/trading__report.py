# Compiled by dorc from src/trading/report/dag.yaml: change that file, not this one.

import json
import os
import time
from datetime import timedelta
from typing import Any

import pendulum
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.providers.standard.operators.python import ShortCircuitOperator
from airflow.sdk import DAG, TaskGroup
from airflow.timetables.interval import CronDataIntervalTimetable

PROJECT_ID = os.environ["DOP_PROJECT_ID"]
LOCATION = os.environ["DOP_LOCATION"]
ENVIRONMENT = os.environ["DOP_ENVIRONMENT"]
DBT_SERVICE_ACCOUNT = os.environ["DOP_DBT_SERVICE_ACCOUNT"]
KUBE_CONFIG = os.environ.get("DOP_KUBE_CONFIG", "/home/airflow/composer_kube_config")

DBT_IMAGES = {
    "shop": "europe-west2-docker.pkg.dev/acme-infra/acme/dbt-shop@sha256:abababababababababababababababababababababababababababababababab",
}

NAMES = r"""
{%- if ds is not defined -%}
{%- set logical_date = dag_run.run_after -%}
{%- set data_interval_start, data_interval_end = logical_date, logical_date -%}
{%- set ds, ts = logical_date.strftime("%Y-%m-%d"), logical_date.isoformat() -%}
{%- set ds_nodash, ts_nodash = ds.replace("-", ""), logical_date.strftime("%Y%m%dT%H%M%S") -%}
{%- set ts_nodash_with_tz = ts.replace("-", "").replace(":", "") -%}
{%- endif -%}
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

PUBLISH = """\
import os, pathlib, subprocess, sys
from google.cloud import storage

bucket, path, *command = sys.argv[1:]
ended = subprocess.run(command).returncode
bucket = storage.Client(project=os.environ["DOP_PROJECT_ID"]).bucket(bucket)
for name in "index.html", "catalog.json", "manifest.json", "run_results.json":
    file = pathlib.Path(os.environ.get("DBT_TARGET_PATH", "target"), name)
    if file.exists():
        bucket.blob(f"{path}/{name}".lstrip("/")).upload_from_filename(file)
sys.exit(ended)
"""


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


class DbtPublishOperator(DbtOperator):
    """A command of dbt, whose results go to a bucket."""

    def __init__(self, *, bucket: str, path: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.cmds = ["python", "-c", PUBLISH, bucket, path, *self.cmds]


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


with DAG(
    dag_id="trading__report",
    schedule=CronDataIntervalTimetable("@daily", timezone="Europe/London"),
    start_date=pendulum.datetime(1970, 1, 1, tz="Europe/London"),
    catchup=False,
    max_active_runs=1,
    max_active_tasks=2,
    default_args={"owner": "acme", "retries": 3, "retry_delay": timedelta(minutes=5)},
    tags=["acme", "trading"],
):
    check_running_dags = ShortCircuitOperator(
        task_id="check_running_dags",
        python_callable=none_is_running,
        op_kwargs={"others": ["dop__cases", "other__dag"]},
    )
    staging = DbtOperator(
        task_id="staging",
        project="shop",
        command=["run"],
        options=["-m", "staging", "--fail-fast", FULL_REFRESH],
    )

    with TaskGroup(group_id="everything") as everything:
        everything_a_orders = DbtOperator(
            task_id="a_orders",
            project="shop",
            command=["build"],
            options=[
                "--threads",
                "8",
                "--select",
                "fqn:shop.a_orders",
                "--indirect-selection",
                "buildable",
                FULL_REFRESH,
            ],
        )
        everything_model_shop_daily = DbtOperator(
            task_id="model_shop_daily",
            project="shop",
            command=["build"],
            options=[
                "--threads",
                "8",
                "--select",
                "fqn:shop.daily",
                "--indirect-selection",
                "buildable",
                FULL_REFRESH,
            ],
        )
        everything_staging = DbtOperator(
            task_id="staging",
            project="shop",
            command=["build"],
            options=[
                "--threads",
                "8",
                "--select",
                "fqn:shop.staging",
                "--indirect-selection",
                "buildable",
                FULL_REFRESH,
            ],
        )
        everything_regions = DbtOperator(
            task_id="regions",
            project="shop",
            command=["build"],
            options=[
                "--threads",
                "8",
                "--select",
                "fqn:shop.regions",
                "--indirect-selection",
                "buildable",
                FULL_REFRESH,
            ],
        )
        everything_snapshot_shop_daily = DbtOperator(
            task_id="snapshot_shop_daily",
            project="shop",
            command=["build"],
            options=[
                "--threads",
                "8",
                "--select",
                "fqn:shop.daily",
                "--indirect-selection",
                "buildable",
                FULL_REFRESH,
            ],
        )
        everything_relation = DbtOperator(
            task_id="relation",
            project="shop",
            command=["test"],
            options=["--threads", "8", "--select", "fqn:shop.relation"],
        )
        everything_sources = DbtOperator(
            task_id="sources",
            project="shop",
            command=["test"],
            options=["--threads", "8", "--select", "fqn:shop.sources"],
        )

        everything_staging >> everything_a_orders
        [everything_a_orders, everything_regions] >> everything_model_shop_daily
        everything_model_shop_daily >> everything_snapshot_shop_daily
        [everything_a_orders, everything_regions] >> everything_relation

    docs = DbtPublishOperator(
        task_id="docs",
        project="shop",
        command=["docs", "generate"],
        options=[],
        bucket="acme-docs",
        path=NAMES + "dbt/{{ ds }}",
    )

    with TaskGroup(group_id="tests") as tests:
        tests_daily = DbtOperator(
            task_id="daily",
            project="shop",
            command=["test"],
            options=["--select", "fqn:shop.daily", "--indirect-selection", "buildable"],
        )
        tests_relation = DbtOperator(
            task_id="relation",
            project="shop",
            command=["test"],
            options=["--select", "fqn:shop.relation"],
        )
        tests_sources = DbtOperator(
            task_id="sources",
            project="shop",
            command=["test"],
            options=["--select", "fqn:shop.sources"],
        )

    check_running_dags >> staging
    staging >> everything
    everything >> docs
    check_running_dags >> tests
