"""Imports compiled DAGs with the Airflow that runs this, and renders their tasks.

Reads {"folder": …, "render": [{"dag": …, "conf": …, "variables": …}]} from standard
input, and prints as JSON what Airflow has made of it.
"""

import ast
import datetime
import importlib
import json
import pathlib
import sys
import warnings


class Variables:
    def __init__(self, values: dict) -> None:
        self.values = values

    def get(self, name: str, default: object) -> object:
        return self.values.get(name, default)


class Fake:
    def __init__(self, **values: object) -> None:
        self.__dict__.update(values)


def modules(folder: pathlib.Path) -> list[str]:
    """Return what the files import, so that warnings of others are not theirs."""
    found = set()
    for file in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.ImportFrom):
                found.add(node.module)
    return sorted(found)


def bag(folder: str) -> object:
    try:
        from airflow.dag_processing.dagbag import DagBag
    except ImportError:
        from airflow.models import DagBag
    return DagBag(folder, include_examples=False)


def graph(dag: object) -> dict:
    return {task.task_id: sorted(task.upstream_task_ids) for task in dag.tasks}


def facts(dag: object) -> dict:
    from airflow.serialization.serialized_objects import SerializedDAG

    SerializedDAG.to_dict(dag)
    interval = dag.timetable.infer_manual_data_interval(run_after=dag.start_date.add(days=30, hours=12))
    return {
        "description": dag.description,
        "tags": sorted(dag.tags),
        "start": dag.start_date.isoformat(),
        "interval": [interval.start.isoformat(), interval.end.isoformat()],
        "catchup": dag.catchup,
        "max_active_runs": dag.max_active_runs,
        "max_active_tasks": dag.max_active_tasks,
        "owner": dag.owner,
        "classes": {task.task_id: type(task).__mro__[0].__name__ for task in dag.tasks},
        "retries": {task.task_id: [task.retries, task.retry_delay.total_seconds()] for task in dag.tasks},
    }


def render(dag: object, conf: object, variables: dict, undated: bool) -> dict:
    found = {}
    for task in dag.tasks:
        context = {
            "dag": dag,
            "dag_run": Fake(conf=conf, run_after=datetime.datetime(2020, 2, 29, tzinfo=datetime.timezone.utc)),
            "ds": "2020-02-29",
            "ds_nodash": "20200229",
            "params": {},
            "run_id": "scheduled__2020-02-29T00:00:00+00:00",
            "task": task,
            "ti": Fake(task_id=task.task_id, xcom_pull=lambda **given: json.dumps(given)),
            "ts": "2020-02-29T00:00:00+00:00",
            "ts_nodash": "20200229T000000",
            "ts_nodash_with_tz": "20200229T000000+0000",
            "var": {"value": Variables(variables)},
        }
        if undated:
            context = {name: value for name, value in context.items() if not name.startswith(("ds", "ts"))}
        # Rendering changes the task: the next one renders another.
        copy = task.prepare_for_execution()
        try:
            copy.render_template_fields(context)
        except Exception as error:
            found[task.task_id] = {"error": f"{type(error).__name__}: {error}"}
            continue
        found[task.task_id] = {
            name: getattr(copy, name)
            for name in ("configuration", "arguments", "op_kwargs", "bash_command", "env", "execution", "workflow_id", "execution_id", "sql")
            if hasattr(copy, name)
        }
    return found


def main() -> None:
    asked = json.load(sys.stdin)
    folder = pathlib.Path(asked["folder"])
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        for module in modules(folder):
            importlib.import_module(module)
        bag(asked["folder"])
    ours = [str(w.message) for w in heard if str(folder) in w.filename]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        dags = bag(asked["folder"])
    answer = {
        "errors": {pathlib.Path(name).name: text for name, text in dags.import_errors.items()},
        "warnings": ours,
        "graphs": {name: graph(dag) for name, dag in dags.dags.items()},
        "facts": {name: facts(dag) for name, dag in dags.dags.items()},
        "rendered": [render(dags.dags[r["dag"]], r["conf"], r["variables"] or {}, r["undated"]) for r in asked["render"]],
    }
    print("\n" + json.dumps(answer, default=str))


if __name__ == "__main__":
    main()
