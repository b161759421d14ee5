# Compiled by dorc from src/trading/prices/dag.yaml: change that file, not this one.

import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any

import pendulum
from airflow.providers.google.cloud.operators.bigquery import (
    BigQueryCheckOperator,
    BigQueryCreateEmptyDatasetOperator,
    BigQueryInsertJobOperator,
)
from airflow.sdk import DAG
from airflow.timetables.interval import CronDataIntervalTimetable

PROJECT_ID = os.environ["DOP_PROJECT_ID"]
LOCATION = os.environ["DOP_LOCATION"]

PARAMS = {
    "dataset": "trading",
    "market": "LSE",
    "symbols": ["ABC", "DEF"],
    "days": 7,
    "from": "2024-07-29",
}

UNSAFE = re.compile(r"['\"`;\\\n\r]")
IDENTIFIER = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*")

NAMES = r"""
{%- if ds is not defined -%}
{%- set logical_date = dag_run.run_after -%}
{%- set data_interval_start, data_interval_end = logical_date, logical_date -%}
{%- set ds, ts = logical_date.strftime("%Y-%m-%d"), logical_date.isoformat() -%}
{%- set ds_nodash, ts_nodash = ds.replace("-", ""), logical_date.strftime("%Y%m%dT%H%M%S") -%}
{%- set ts_nodash_with_tz = ts.replace("-", "").replace(":", "") -%}
{%- endif -%}
{%- set is_incremental = incremental(dag_run.conf) -%}
{%- set params = parameters(dag_run.conf, var.value) -%}
{%- set literal = literals(params) -%}
{%- set identifier = identifiers(params) -%}
"""

SCOPE = r"""
{%- set relation = "`%s.%s.%s`" % (task.database, task.schema, task.identifier) -%}
{%- set sql %}{% include "sql/" ~ task.identifier ~ ".sql" %}{% endset -%}
{%- set sql = sql.strip().rstrip("; \n\r\t") -%}
{%- set run = run_id | replace(":", "_") | replace("+", "_") | replace(".", "_") | replace("~", "_") -%}
{%- set tmp = "_tmp_%s_%s" % (task.identifier, run) -%}
{%- set tmp_relation = "`%s.%s.%s`" % (task.database, task.schema, tmp) -%}
{%- macro make_tmp() -%}
CREATE OR REPLACE TABLE {{ tmp_relation }}
OPTIONS (expiration_timestamp = TIMESTAMP_ADD(CURRENT_TIMESTAMP(), INTERVAL 12 HOUR)) AS
{{ sql }}
;
{%- endmacro -%}
{%- macro replace_table(partitioned) -%}
BEGIN
  CREATE OR REPLACE TABLE {{ relation }}{{ partitioned }} AS
  {{ sql }}
  ;
EXCEPTION WHEN ERROR THEN
  IF @@error.message NOT LIKE '%different partitioning spec%' THEN
    RAISE;
  END IF;
  {{ make_tmp() }}
  DROP TABLE {{ relation }};
  CREATE TABLE {{ relation }}{{ partitioned }} AS
  SELECT * FROM {{ tmp_relation }};
  DROP TABLE {{ tmp_relation }};
END;
{%- endmacro -%}
"""

TABLE = """\
{%- if is_incremental() -%}
CREATE OR REPLACE TABLE {{ relation }} AS
{{ sql }}
;
{%- else -%}
{{ replace_table("") }}
{%- endif -%}
"""

PARTITIONED_TABLE = """\
{%- set type = task.partitioning.data_type | upper -%}
{%- set unit = task.partitioning.granularity | upper -%}
{%- macro partition(column) -%}
{{ column if (type, unit) == ("DATE", "DAY") else "%s_TRUNC(%s, %s)" % (type, column, unit) }}
{%- endmacro -%}
{%- set field = "`%s`" % task.partitioning.field -%}
{%- set tables = "`%s`.`%s`.INFORMATION_SCHEMA.TABLES" % (task.database, task.schema) -%}
{%- set columns = "`%s`.`%s`.INFORMATION_SCHEMA.COLUMNS" % (task.database, task.schema) -%}
{%- macro shape(name) -%}
(
  SELECT STRING_AGG(CONCAT(column_name, ' ', data_type), ', ' ORDER BY ordinal_position)
  FROM {{ columns }}
  WHERE table_name = '{{ name }}'
)
{%- endmacro -%}
{%- if not is_incremental() -%}
{{ replace_table("\\nPARTITION BY " ~ partition(field)) }}
{%- else -%}
DECLARE old_columns, new_columns STRING;
DECLARE _replaced ARRAY<{{ type }}>;
DECLARE _replaces_null BOOL;

{{ make_tmp() }}
IF NOT EXISTS (SELECT 1 FROM {{ tables }} WHERE table_name = '{{ task.identifier }}') THEN
  CREATE OR REPLACE TABLE {{ relation }}
  PARTITION BY {{ partition(field) }} AS
  SELECT * FROM {{ tmp_relation }};
ELSE
  SET old_columns = {{ shape(task.identifier) | indent(2) }};
  SET new_columns = {{ shape(tmp) | indent(2) }};
  IF old_columns != new_columns THEN
    DROP TABLE {{ tmp_relation }};
    RAISE USING MESSAGE = CONCAT(
      'The columns of {{ task.identifier }} have changed, run it with {"full_refresh": true}. ',
      'It has: ', old_columns, '. The query gives: ', new_columns
    );
  END IF;
  IF NOT EXISTS (
    SELECT 1
    FROM {{ columns }}
    WHERE table_name = '{{ task.identifier }}'
      AND column_name = '{{ task.partitioning.field }}'
      AND is_partitioning_column = 'YES'
  ) THEN
    DROP TABLE {{ tmp_relation }};
    RAISE USING MESSAGE = CONCAT(
      'The table {{ task.identifier }} is not partitioned by {{ task.partitioning.field }}, ',
      'run it with {"full_refresh": true}.'
    );
  END IF;
  SET _replaced = (
    SELECT ARRAY_AGG(DISTINCT {{ partition(field) }} IGNORE NULLS) FROM {{ tmp_relation }}
  );
  SET _replaces_null = EXISTS (SELECT 1 FROM {{ tmp_relation }} WHERE {{ field }} IS NULL);
  MERGE INTO {{ relation }} AS old
  USING (SELECT * FROM {{ tmp_relation }}) AS fresh
  ON FALSE
  WHEN NOT MATCHED BY SOURCE AND (
    {{ partition("old." ~ field) }} IN UNNEST(_replaced)
    OR (_replaces_null AND old.{{ field }} IS NULL)
  ) THEN DELETE
  WHEN NOT MATCHED THEN INSERT ROW;
END IF;
DROP TABLE IF EXISTS {{ tmp_relation }};
{%- endif -%}
"""

VIEW = """\
CREATE OR REPLACE VIEW {{ relation }} AS
{{ sql }}
;
"""

UDF = """\
CREATE OR REPLACE FUNCTION {{ relation }}
({% for a in task.options.get("arguments", []) %}{{ ", " if not loop.first }}{{ a.name }} {{ a.type }}{% endfor %}) AS (
{{ sql }}
);
"""

STORED_PROCEDURE = """\
CREATE OR REPLACE PROCEDURE {{ relation }}
({% for a in task.options.get("arguments", []) %}{{ ", " if not loop.first }}{{ a.name }} {{ a.type }}{% endfor %})
BEGIN
{{ sql }}
;
END;
"""

ASSERTION = """\
{%- if message is defined -%}
{%- set quoted = message | replace("\\\\", "\\\\\\\\") | replace('"', '\\\\"') -%}
{%- set quoted = quoted | replace("\\n", "\\\\n") | replace("\\r", "\\\\r") -%}
{%- endif -%}
DECLARE failed STRING;

CREATE TEMP TABLE results AS
SELECT success, CAST(description AS STRING) AS description
FROM (
{{ sql }}
);
SET failed = (
  SELECT STRING_AGG(IFNULL(description, 'a row without a description'), '; ')
  FROM results
  WHERE success IS NOT TRUE
);
IF failed IS NOT NULL THEN
  RAISE USING MESSAGE = {{ 'CONCAT("%s: ", failed)' % quoted if message is defined else "failed" }};
END IF;
SELECT * FROM results;
"""

INVOCATION = """\
BEGIN
{{ sql }}
;
END;
"""


def query(template: str, *, action: str, target: str, **task: Any) -> dict[str, Any]:
    """Return a job that runs a template, to which the task is known as task."""
    kind = {"action": action, "target": target}
    task = {"database": PROJECT_ID, "options": {}, "kind": kind} | kind | task
    text = "{%- set task = " + repr(task) + " -%}\n" + NAMES + SCOPE + template
    return {"query": {"query": text, "useLegacySql": False}}


def incremental(conf: dict[str, Any] | None) -> Callable[[], bool]:
    """Return what is_incremental() is in SQL: false for a run with full_refresh."""
    full_refresh = (conf or {}).get("full_refresh", False)
    if not isinstance(full_refresh, bool):
        raise ValueError("full_refresh in the run's configuration is true or false")
    return lambda: not full_refresh


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
            value = self._variables.get(f"trading__prices.{name}", None)
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


def identifiers(parameters: Parameters) -> Callable[[str], str]:
    """Return what identifier() is in SQL: a parameter as a name of BigQuery, quoted."""

    def write(name: str) -> str:
        value = parameters._find(name)
        if not isinstance(value, str) or not IDENTIFIER.fullmatch(value):
            raise ValueError(
                f"the parameter {name} is {value!r}: a name of BigQuery has letters,"
                " digits, _ and -, and dots between its parts"
            )
        return f"`{value}`"

    return write


with DAG(
    dag_id="trading__prices",
    description="Prices by day and hour",
    schedule=CronDataIntervalTimetable("0 4 * * *", timezone="Europe/London"),
    start_date=pendulum.datetime(1970, 1, 1, tz="Europe/London"),
    catchup=False,
    max_active_runs=5,
    max_active_tasks=2,
    default_args={"owner": "acme", "retries": 3, "retry_delay": timedelta(minutes=5)},
    template_searchpath=[os.path.dirname(__file__)],
    user_defined_macros={
        "incremental": incremental,
        "parameters": Parameters,
        "literals": literals,
        "identifiers": identifiers,
    },
    tags=["acme", "trading", "finance"],
):
    trading_dataset = BigQueryCreateEmptyDatasetOperator(
        task_id="trading_dataset",
        dataset_id="trading",
        project_id=PROJECT_ID,
        location=LOCATION,
        if_exists="ignore",
    )
    clean = BigQueryInsertJobOperator(
        task_id="clean",
        configuration=query(
            UDF,
            action="materialization",
            target="udf",
            identifier="clean",
            schema="trading",
            options={"arguments": [{"name": "x", "type": "STRING"}]},
        ),
        project_id=PROJECT_ID,
        location=LOCATION,
    )
    daily = BigQueryInsertJobOperator(
        task_id="daily",
        configuration=query(
            PARTITIONED_TABLE,
            action="materialization",
            target="table",
            identifier="daily",
            schema="trading",
            partitioning={"field": "day", "data_type": "date", "granularity": "day"},
        ),
        project_id=PROJECT_ID,
        location=LOCATION,
    )
    hourly = BigQueryInsertJobOperator(
        task_id="hourly",
        configuration=query(
            PARTITIONED_TABLE,
            action="materialization",
            target="table",
            identifier="hourly",
            schema="trading",
            partitioning={
                "field": "at",
                "data_type": "timestamp",
                "granularity": "hour",
            },
        ),
        project_id=PROJECT_ID,
        location=LOCATION,
    )
    symbols = BigQueryInsertJobOperator(
        task_id="symbols",
        configuration=query(
            TABLE,
            action="materialization",
            target="table",
            identifier="symbols",
            schema="trading",
        ),
        project_id=PROJECT_ID,
        location=LOCATION,
    )
    latest = BigQueryInsertJobOperator(
        task_id="latest",
        configuration=query(
            VIEW,
            action="materialization",
            target="view",
            identifier="latest",
            schema="trading",
        ),
        project_id=PROJECT_ID,
        location=LOCATION,
    )
    forget = BigQueryInsertJobOperator(
        task_id="forget",
        configuration=query(
            STORED_PROCEDURE,
            action="materialization",
            target="stored_procedure",
            identifier="forget",
            schema="trading",
            options={"arguments": [{"name": "until", "type": "DATE"}]},
        ),
        project_id=PROJECT_ID,
        location=LOCATION,
    )
    call_forget = BigQueryInsertJobOperator(
        task_id="call_forget",
        configuration=query(
            INVOCATION,
            action="invocation",
            target="stored_procedure",
            identifier="call_forget",
            schema="trading",
        ),
        project_id=PROJECT_ID,
        location=LOCATION,
    )
    checks = BigQueryInsertJobOperator(
        task_id="checks",
        doc_md="The day has rows.\nEach has a price.",
        retries=0,
        configuration=query(
            "{%- set message %}what is \"asked\" of 'daily' on {{ ds }}{% endset -%}\n"
            + ASSERTION,
            action="assertion",
            target="assertion",
            identifier="checks",
            schema="trading",
            options={"message": "what is \"asked\" of 'daily' on {{ ds }}"},
        ),
        project_id=PROJECT_ID,
        location=LOCATION,
    )
    bool_task = BigQueryInsertJobOperator(
        task_id="bool",
        configuration=query(
            VIEW,
            action="materialization",
            target="view",
            identifier="bool",
            schema="trading",
        ),
        project_id=PROJECT_ID,
        location=LOCATION,
    )
    one = BigQueryInsertJobOperator(
        task_id="one",
        configuration=query(
            UDF,
            action="materialization",
            target="udf",
            identifier="one",
            schema="trading",
        ),
        project_id=PROJECT_ID,
        location=LOCATION,
    )
    holds_task = BigQueryInsertJobOperator(
        task_id="holds",
        configuration=query(
            ASSERTION,
            action="assertion",
            target="assertion",
            identifier="holds",
            schema="trading",
        ),
        project_id=PROJECT_ID,
        location=LOCATION,
    )
    check = BigQueryCheckOperator(
        task_id="check",
        sql=NAMES + '{% include "sql/parts/one.sql" %}',
        use_legacy_sql=False,
        location="EU",
    )

    trading_dataset >> clean
    clean >> daily
    clean >> hourly
    daily >> symbols
    daily >> latest
    daily >> forget
    forget >> call_forget
    [daily, hourly] >> checks
