package compile

import "strings"

// names gives a template the names that the definition promises. Its text is made for
// each file: only what is used is there.
var names = helper{name: "NAMES"}

const (
	nameIncremental = "{%- set is_incremental = incremental(dag_run.conf) -%}\n"
	nameParams      = "{%- set params = parameters(dag_run.conf, var.value) -%}\n"
	nameLiteral     = "{%- set literal = literals(params) -%}\n"
	nameIdentifier  = "{%- set identifier = identifiers(params) -%}\n"
	// nameDates are those of a run that Airflow 3 has no logical date for, as one that was
	// triggered by its API or command line may be: the time of the trigger, as on Airflow 2.
	nameDates = `{%- if ds is not defined -%}
{%- set logical_date = dag_run.run_after -%}
{%- set data_interval_start, data_interval_end = logical_date, logical_date -%}
{%- set ds, ts = logical_date.strftime("%Y-%m-%d"), logical_date.isoformat() -%}
{%- set ds_nodash, ts_nodash = ds.replace("-", ""), logical_date.strftime("%Y%m%dT%H%M%S") -%}
{%- set ts_nodash_with_tz = ts.replace("-", "").replace(":", "") -%}
{%- endif -%}
`
	// nameOfDOP is for SQL that was written for DOP, whose params have both in them.
	nameOfDOP = "{%- set params = {\"params\": params, \"task\": task} -%}\n"
)

// scope gives a script the task's relation, and its SQL without what ends it.
var scope = helper{name: "SCOPE", text: `SCOPE = r"""
{%- set relation = "` + "`%s.%s.%s`" + `" % (task.database, task.schema, task.identifier) -%}
{%- set sql %}{% include "sql/" ~ task.identifier ~ ".sql" %}{% endset -%}
{%- set sql = sql.strip().rstrip("; \n\r\t") -%}
"""
`}

// script is a constant with a template.
func script(name, template string) helper {
	return helper{name: name, text: name + " = \"\"\"\\\n" + strings.TrimPrefix(template, "\n") + "\"\"\"\n"}
}

// forTables is what tables have in SCOPE besides. BigQuery replaces no table by one whose
// rows lie in other partitions, so a full refresh makes such a table anew: the query is
// run before the old table goes. The table on the way has the run in its name, as two
// runs may be at it at once; a run that is killed leaves it to expire.
const forTables = `{%- set run = run_id | replace(":", "_") | replace("+", "_") | replace(".", "_") | replace("~", "_") -%}
{%- set tmp = "_tmp_%s_%s" % (task.identifier, run) -%}
{%- set tmp_relation = "` + "`%s.%s.%s`" + `" % (task.database, task.schema, tmp) -%}
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
`

var table = script("TABLE", `
{%- if is_incremental() -%}
CREATE OR REPLACE TABLE {{ relation }} AS
{{ sql }}
;
{%- else -%}
{{ replace_table("") }}
{%- endif -%}
`)

var view = script("VIEW", `
CREATE OR REPLACE VIEW {{ relation }} AS
{{ sql }}
;
`)

const signature = `({% for a in task.options.get("arguments", []) %}{{ ", " if not loop.first }}{{ a.name }} {{ a.type }}{% endfor %})`

var udf = script("UDF", `
CREATE OR REPLACE FUNCTION {{ relation }}
`+signature+` AS (
{{ sql }}
);
`)

var procedure = script("STORED_PROCEDURE", `
CREATE OR REPLACE PROCEDURE {{ relation }}
`+signature+`
BEGIN
{{ sql }}
;
END;
`)

var invocation = script("INVOCATION", `
BEGIN
{{ sql }}
;
END;
`)

// selection is the task's query and nothing else.
var selection = script("SELECTION", `
{{ sql }}
`)

// assertion keeps what the rows say, fails with the descriptions of those that do not
// hold, and returns them all.
var assertion = script("ASSERTION", `
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
`)

// partitionedTable replaces the table in a full refresh and when there is none, else the
// partitions that the query has rows of. Variables that stand beside columns begin with _,
// as a column of the same name would go before them.
var partitionedTable = script("PARTITIONED_TABLE", `
{%- set type = task.partitioning.data_type | upper -%}
{%- set unit = task.partitioning.granularity | upper -%}
{%- macro partition(column) -%}
{{ column if (type, unit) == ("DATE", "DAY") else "%s_TRUNC(%s, %s)" % (type, column, unit) }}
{%- endmacro -%}
{%- set field = "`+"`%s`"+`" % task.partitioning.field -%}
{%- set tables = "`+"`%s`.`%s`"+`.INFORMATION_SCHEMA.TABLES" % (task.database, task.schema) -%}
{%- set columns = "`+"`%s`.`%s`"+`.INFORMATION_SCHEMA.COLUMNS" % (task.database, task.schema) -%}
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
`)
