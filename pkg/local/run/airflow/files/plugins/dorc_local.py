"""Tells dorc what becomes of tasks, and answers on this machine what no variable can redirect."""

from __future__ import annotations

import json
import os
import sys
import urllib.error
import urllib.request

from airflow.listeners import hookimpl
from airflow.plugins_manager import AirflowPlugin


# dorc reads lines of 64 KiB at most; in JSON a character takes up to 12 bytes.
LONGEST = 48 * 1024


def shortened(text: str) -> str:
    """A text that fits into a line."""
    return text if len(json.dumps(text)) <= LONGEST else text[: LONGEST // 12] + " …"


def tell(**event: object) -> None:
    """Writes an event as one line for dorc, in order with what the task writes itself."""
    if os.environ.get("DORC_EVENTS") != "stdout":
        return
    sys.stdout.flush()
    print(json.dumps(event, default=str), file=sys.__stdout__, flush=True)


@hookimpl
def on_task_instance_running(previous_state, task_instance):
    stand_in()
    tell(dorc="running", task=task_instance.task_id)


@hookimpl
def on_task_instance_success(previous_state, task_instance):
    tell(dorc="success", task=task_instance.task_id)


@hookimpl
def on_task_instance_failed(previous_state, task_instance, error):
    if isinstance(error, BaseException):
        name, text = type(error).__name__, str(error)
    else:
        name, text = "", str(error or "")
    tell(dorc="failed", task=task_instance.task_id, error=name, cause=shortened(text))


@hookimpl
def on_dag_run_success(dag_run, msg):
    ended(dag_run, "success")


@hookimpl
def on_dag_run_failed(dag_run, msg):
    ended(dag_run, "failed")


def ended(dag_run, state: str) -> None:
    """Tells how a run ended, and the state of each task: of what was skipped nothing else tells."""
    if os.environ.get("DORC_EVENTS") != "stdout":
        return  # a scheduler may not ask the database here: it would end
    states = [(ti.task_id, str(getattr(ti.state, "value", ti.state))) for ti in dag_run.get_task_instances()]
    part: dict[str, str] = {}
    size = 0
    for task, value in states:
        if size > LONGEST // 2:
            tell(dorc="states", tasks=part)
            part, size = {}, 0
        part[task] = value
        size += len(json.dumps([task, value]))
    tell(dorc="states", tasks=part)
    tell(dorc="ended", state=state)


class Executions:
    """Google's client of Workflow Executions, as far as Airflow calls it, over the local target's REST API."""

    def __init__(self, url: str):
        self.url = url

    def create_execution(self, request=None, **_):
        execution = request["execution"]
        argument = execution.get("argument", "") if isinstance(execution, dict) else execution.argument
        return self._call("POST", f"{request['parent']}/executions", {"argument": argument})

    def get_execution(self, request=None, **_):
        return self._call("GET", request["name"])

    def cancel_execution(self, request=None, **_):
        return self._call("POST", f"{request['name']}:cancel", {})

    def _call(self, method: str, path: str, body: dict | None = None):
        from google.api_core.exceptions import from_http_status
        from google.cloud.workflows.executions_v1beta import Execution

        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/v1/{path}", data=data, method=method)
        try:
            with urllib.request.urlopen(request) as answer:
                return Execution.from_json(answer.read(), ignore_unknown_fields=True)
        except urllib.error.HTTPError as error:
            said = json.loads(error.read() or b"{}").get("error", {}).get("message", error.reason)
            raise from_http_status(error.code, said) from None


def stand_in() -> None:
    """Replaces two of Google's clients: one speaks gRPC only, and one reads no variable for its address."""
    workflows = sys.modules.get("airflow.providers.google.cloud.hooks.workflows")
    url = os.environ.get("DORC_WORKFLOW_EXECUTIONS")
    if workflows is not None and url:
        workflows.WorkflowsHook.get_executions_client = lambda self: Executions(url)
    bigquery = sys.modules.get("airflow.providers.google.cloud.hooks.bigquery")
    if bigquery is not None and os.environ.get("BIGQUERY_EMULATOR_HOST"):
        bigquery.build = build


def build(service: str, version: str, **arguments):
    """googleapiclient's build, with the local address for BigQuery."""
    from googleapiclient.discovery import build as original

    if service == "bigquery":
        arguments["client_options"] = {"api_endpoint": os.environ["BIGQUERY_EMULATOR_HOST"]}
    return original(service, version, **arguments)


class DorcLocalPlugin(AirflowPlugin):
    name = "dorc_local"
    listeners = [sys.modules[__name__]]
