"""Statements that change something, scripts and routines."""

from __future__ import annotations

import datetime

import pytest
from conftest import PROJECT, Running, values
from google.api_core import exceptions
from google.cloud import bigquery

D = datetime.date


def run(client: bigquery.Client, sql: str) -> bigquery.QueryJob:
    job = client.query(sql)
    job.result()
    return job


def fails(client: bigquery.Client, sql: str, match: str, kind: type = exceptions.BadRequest) -> None:
    with pytest.raises(kind, match=match):
        client.query(sql).result()


@pytest.fixture(scope="module")
def d(client: bigquery.Client, dataset: str) -> str:
    run(
        client,
        "CREATE TABLE d.t (a INT64 NOT NULL, b STRING, c ARRAY<STRUCT<x INT64, y STRING>>, s STRUCT<p INT64, q STRUCT<r STRING>>, day DATE) PARTITION BY day CLUSTER BY a, b OPTIONS (description = 'table')",
    )
    return dataset


def test_create_table(client: bigquery.Client, d: str) -> None:
    table = client.get_table("d.t")
    assert [(f.name, f.field_type, f.mode) for f in table.schema] == [
        ("a", "INTEGER", "REQUIRED"),
        ("b", "STRING", "NULLABLE"),
        ("c", "RECORD", "REPEATED"),
        ("s", "RECORD", "NULLABLE"),
        ("day", "DATE", "NULLABLE"),
    ]
    assert (table.time_partitioning.field, table.time_partitioning.type_, table.clustering_fields, table.description) == (
        "day",
        "DAY",
        ["a", "b"],
        "table",
    )
    fails(client, "CREATE TABLE d.t (a INT64)", "Already Exists: Table test-project:d.t", exceptions.Conflict)
    assert run(client, "CREATE TABLE IF NOT EXISTS d.t (a INT64)").ddl_operation_performed == "SKIP"
    job = run(client, "CREATE OR REPLACE TABLE d.u AS SELECT 1 AS a, 'x' AS b, [1.5] AS c, NULL AS n")
    assert (job.statement_type, job.ddl_operation_performed, job.ddl_target_table.table_id) == ("CREATE_TABLE_AS_SELECT", "CREATE", "u")
    assert [(f.name, f.field_type, f.mode) for f in client.get_table("d.u").schema] == [
        ("a", "INTEGER", "NULLABLE"),
        ("b", "STRING", "NULLABLE"),
        ("c", "FLOAT", "REPEATED"),
        ("n", "INTEGER", "NULLABLE"),
    ]
    assert run(client, "CREATE OR REPLACE TABLE d.u AS SELECT a + 1 AS a FROM d.u").ddl_operation_performed == "REPLACE"
    assert values(client, "SELECT * FROM d.u") == [(2,)]
    run(client, "CREATE TABLE d.typed (a NUMERIC, b TIMESTAMP) AS SELECT 1, '2020-01-01'")
    assert client.get_table("d.typed").schema[0].field_type == "NUMERIC"
    run(client, "CREATE TABLE d.alike LIKE d.t")
    assert client.get_table("d.alike").schema == table.schema
    run(client, "CREATE TABLE `d.odd` AS SELECT 1 AS `order`, 2 AS `a b`; CREATE TABLE `test-project.d.T` AS SELECT 5 AS x")
    assert values(client, "SELECT `order`, `a b` FROM d.odd") == [(1, 2)]
    assert values(client, "SELECT x FROM `test-project.d.T`") == [(5,)], "names of tables tell capitals from small letters"


@pytest.mark.parametrize(
    "by,field",
    [("at", None), ("DATE(at)", "at"), ("TIMESTAMP_TRUNC(at, HOUR)", "at"), ("TIMESTAMP_TRUNC(at, WEEK)", None), ("day", "day"), ("DATE_TRUNC(day, MONTH)", "day"), ("n", None), ("RANGE_BUCKET(n, GENERATE_ARRAY(0, 100, 10))", "n"), ("nope", None)],
)  # fmt: skip
def test_partitions(client: bigquery.Client, d: str, by: str, field: str | None) -> None:
    sql = f"CREATE OR REPLACE TABLE d.parts PARTITION BY {by} AS SELECT TIMESTAMP '2020-01-01 10:00:00' AS at, DATE '2020-01-01' AS day, 15 AS n"
    if field is None:
        fails(client, sql, "PARTITION BY expression must be|Unrecognized name: nope")
        return
    run(client, f"DROP TABLE IF EXISTS d.parts; {sql}")
    table = client.get_table("d.parts")
    found = table.time_partitioning or table.range_partitioning
    assert found.field == field
    ids = values(client, "SELECT partition_id, total_rows FROM d.INFORMATION_SCHEMA.PARTITIONS WHERE table_name = 'parts'")
    assert ids == [
        (
            {"DATE(at)": "20200101", "TIMESTAMP_TRUNC(at, HOUR)": "2020010110", "day": "20200101", "DATE_TRUNC(day, MONTH)": "202001"}.get(
                by, "10"
            ),
            1,
        )
    ]


@pytest.mark.parametrize(
    "old,new,said",
    [
        ("", "PARTITION BY day", r"partitioning spec is interval\(type:day,field:day\) and existing spec is none"),
        ("PARTITION BY day", "", r"partitioning spec is none and existing spec is interval\(type:day,field:day\)"),
        ("PARTITION BY day", "PARTITION BY DATE_TRUNC(day, MONTH)", "different partitioning spec"),
        ("PARTITION BY RANGE_BUCKET(n, GENERATE_ARRAY(0, 9, 3))", "PARTITION BY RANGE_BUCKET(n, GENERATE_ARRAY(0, 9, 2))", "different partitioning spec"),
        ("CLUSTER BY n", "CLUSTER BY n, day", "different clustering spec"),
        ("PARTITION BY day CLUSTER BY n", "PARTITION BY day CLUSTER BY n OPTIONS (partition_expiration_days = 5000)", None),
    ],
)  # fmt: skip
def test_replace_partitions(client: bigquery.Client, d: str, old: str, new: str, said: str | None) -> None:
    query = "AS SELECT DATE '2020-01-01' AS day, 1 AS n"
    run(client, f"DROP TABLE IF EXISTS d.replaced; CREATE TABLE d.replaced {old} {query}")
    if said is None:
        run(client, f"CREATE OR REPLACE TABLE d.replaced {new} {query}")
        return
    fails(client, f"CREATE OR REPLACE TABLE d.replaced {new} {query}", f"Cannot replace a table with a .*{said}")
    assert values(client, "SELECT n FROM d.replaced") == [(1,)]


def test_dml(client: bigquery.Client, d: str) -> None:
    job = run(
        client,
        "INSERT INTO d.t (a, b, c, s, day) VALUES (1, 'x', [STRUCT(1, 'q'), (2, 'r')], STRUCT(7, STRUCT('deep')), '2020-01-01'), (2, 'y', [], NULL, '2020-01-02')",
    )
    assert (job.statement_type, job.num_dml_affected_rows, job.dml_stats.inserted_row_count) == ("INSERT", 2, 2)
    run(client, "INSERT d.t (a, day) SELECT 3, DATE '2020-01-02'")
    assert values(client, "SELECT a, b, c, s.q.r FROM d.t ORDER BY a") == [
        (1, "x", [{"x": 1, "y": "q"}, {"x": 2, "y": "r"}], "deep"),
        (2, "y", [], None),
        (3, None, [], None),
    ]
    job = run(client, "UPDATE d.t SET b = CONCAT('z', CAST(a AS STRING)), s.q.r = 'changed' WHERE a IN (1, 3)")
    assert job.num_dml_affected_rows == 2
    assert values(client, "SELECT a, b, s.p, s.q.r FROM d.t ORDER BY a") == [
        (1, "z1", 7, "changed"),
        (2, "y", None, None),
        (3, "z3", None, "changed"),
    ]
    run(client, "UPDATE d.t AS t SET b = u.b FROM (SELECT 2 AS a, 'from' AS b) AS u WHERE t.a = u.a")
    assert values(client, "SELECT b FROM d.t WHERE a = 2") == [("from",)]
    job = run(client, "DELETE FROM d.t AS x WHERE x.a = 3")
    assert job.num_dml_affected_rows == 1
    job = run(
        client,
        "MERGE d.t AS t USING (SELECT 1 AS a, 'm1' AS b UNION ALL SELECT 9, 'm9') AS s ON t.a = s.a WHEN MATCHED THEN UPDATE SET b = s.b WHEN NOT MATCHED THEN INSERT (a, b) VALUES (s.a, s.b) WHEN NOT MATCHED BY SOURCE THEN DELETE",
    )
    assert (job.dml_stats.inserted_row_count, job.dml_stats.updated_row_count, job.dml_stats.deleted_row_count) == (1, 1, 1)
    assert values(client, "SELECT a, b FROM d.t ORDER BY a") == [(1, "m1"), (9, "m9")]
    run(client, "TRUNCATE TABLE d.t")
    assert client.get_table("d.t").num_rows == 0
    fails(client, "UPDATE d.t SET b = 'x'", "UPDATE must have a WHERE clause")
    fails(client, "DELETE FROM d.t", "DELETE must have a WHERE clause")
    fails(client, "INSERT INTO d.t (a, nope) VALUES (1, 2)", "Column nope is not present")
    fails(client, "INSERT INTO d.t (a, b) VALUES (1)", "Inserted row has wrong column count; Has 1, expected 2")
    fails(client, "INSERT INTO d.t (b) VALUES ('x')", "Required field a cannot be null")
    fails(client, "UPDATE d.t SET nope = 1 WHERE TRUE", "Unrecognized name: nope")


def test_defaults(client: bigquery.Client, d: str) -> None:
    run(
        client,
        "CREATE TABLE d.defaults (a INT64, b STRING DEFAULT 'x', c TIMESTAMP DEFAULT CURRENT_TIMESTAMP()); INSERT INTO d.defaults (a) VALUES (1); INSERT INTO d.defaults (a, b) VALUES (2, DEFAULT)",
    )
    assert values(client, "SELECT a, b, c > '2024-01-01' FROM d.defaults ORDER BY a") == [(1, "x", True), (2, "x", True)]


def test_alter(client: bigquery.Client, d: str) -> None:
    run(client, "CREATE TABLE d.al (a INT64 NOT NULL, b STRING)")
    run(client, "INSERT INTO d.al VALUES (1, 'x')")
    run(client, "ALTER TABLE d.al ADD COLUMN c ARRAY<STRING>, ADD COLUMN IF NOT EXISTS a INT64, RENAME COLUMN b TO bb")
    assert values(client, "SELECT * FROM d.al") == [(1, "x", [])]
    run(client, "ALTER TABLE d.al DROP COLUMN c, ALTER COLUMN a DROP NOT NULL, ALTER COLUMN a SET DATA TYPE NUMERIC")
    assert [(f.name, f.field_type, f.mode) for f in client.get_table("d.al").schema] == [
        ("a", "NUMERIC", "NULLABLE"),
        ("bb", "STRING", "NULLABLE"),
    ]
    run(
        client,
        "ALTER TABLE d.al SET OPTIONS (description = 'new', labels = [('k', 'v')], expiration_timestamp = TIMESTAMP '2090-01-01 00:00:00 UTC')",
    )
    table = client.get_table("d.al")
    assert (table.description, table.labels, table.expires.year) == ("new", {"k": "v"}, 2090)
    assert (
        dict(values(client, "SELECT option_name, option_value FROM d.INFORMATION_SCHEMA.TABLE_OPTIONS WHERE table_name = 'al'"))[
            "description"
        ]
        == '"new"'
    )
    run(client, "ALTER TABLE d.al RENAME TO al2")
    assert values(client, "SELECT bb FROM d.al2") == [("x",)]
    run(client, "ALTER TABLE IF EXISTS d.al SET OPTIONS (description = 'x')")
    fails(client, "ALTER TABLE d.al SET OPTIONS (description = 'x')", "Not found: Table", exceptions.NotFound)
    fails(client, "ALTER TABLE d.al2 SET OPTIONS (nope = 1)", "Unknown option: nope")
    fails(client, "ALTER TABLE d.al2 DROP COLUMN nope", "Column not found: nope")
    run(client, "ALTER SCHEMA d SET OPTIONS (description = 'set')")
    assert client.get_dataset("d").description == "set"


def test_expiration(client: bigquery.Client, d: str) -> None:
    run(client, "CREATE TABLE d.gone (a INT64) OPTIONS (expiration_timestamp = TIMESTAMP '2001-01-01 00:00:00 UTC')")
    fails(client, "SELECT * FROM d.gone", "Not found: Table test-project:d.gone was not found in location", exceptions.NotFound)
    assert values(client, "SELECT COUNT(*) FROM d.INFORMATION_SCHEMA.TABLES WHERE table_name = 'gone'") == [(0,)]
    run(client, "CREATE TABLE d.gone (b INT64)")
    assert values(client, "SELECT b FROM d.gone") == []


def test_views(client: bigquery.Client, d: str) -> None:
    run(client, "CREATE OR REPLACE TABLE d.base AS SELECT 1 AS a, 'x' AS b UNION ALL SELECT 2, 'y'")
    job = run(
        client,
        "CREATE OR REPLACE VIEW d.v OPTIONS (description = 'view') AS\n-- a comment\nSELECT a, UPPER(b) AS b FROM d.base WHERE a > 1",
    )
    assert job.statement_type == "CREATE_VIEW"
    assert client.get_table("d.v").view_query == "-- a comment\nSELECT a, UPPER(b) AS b FROM d.base WHERE a > 1"
    run(client, "CREATE VIEW d.w (n, m) AS SELECT v.a, v.b FROM d.v AS v JOIN d.base USING (a)")
    assert values(client, "SELECT w.m, n FROM d.w AS w") == [("Y", 2)]
    run(client, "INSERT INTO d.base VALUES (3, 'z')")
    assert values(client, "SELECT COUNT(*) FROM d.w") == [(2,)], "a view has what its tables have now"
    fails(client, "CREATE VIEW d.bad AS SELECT nope FROM d.base", "Unrecognized name: nope")
    fails(client, "INSERT INTO d.v VALUES (1, 'x')", "INSERT is not supported for test-project:d.v, which is a VIEW")
    fails(client, "DROP TABLE d.v", "it is a VIEW")
    fails(client, "CREATE OR REPLACE TABLE d.v AS SELECT 1 AS x", "currently a VIEW")
    run(client, "DROP VIEW d.w; DROP VIEW IF EXISTS d.w")
    run(client, "CREATE VIEW d.a1 AS SELECT 1 AS x; CREATE VIEW d.a2 AS SELECT * FROM d.a1; CREATE OR REPLACE VIEW d.a1 AS SELECT 1 AS x")
    fails(client, "CREATE OR REPLACE VIEW d.a1 AS SELECT * FROM d.a2; SELECT * FROM d.a1", "too deeply")
    fails(client, "CREATE MATERIALIZED VIEW d.mv AS SELECT 1 AS x", "does not have materialized views")


def test_functions(client: bigquery.Client, d: str) -> None:
    run(client, "CREATE OR REPLACE FUNCTION `test-project.d.clean` (x STRING) AS (\nTRIM(LOWER(x))\n)")
    run(client, "CREATE FUNCTION d.twice(x ANY TYPE) AS (x + x); CREATE FUNCTION d.four(x INT64) RETURNS FLOAT64 AS (d.twice(d.twice(x)))")
    assert values(client, "SELECT d.clean('  A '), `test-project.d.twice`(2), `test-project`.d.twice(1.5), d.four(1)") == [
        ("a", 4, 3.0, 4.0)
    ]
    run(client, "CREATE OR REPLACE TABLE d.xs AS SELECT x FROM UNNEST([1, 2, 3]) AS x")
    run(client, "CREATE FUNCTION d.larger(x INT64) AS ((SELECT COUNT(*) FROM d.xs AS t WHERE t.x > x))")
    run(client, "CREATE FUNCTION d.larger_than(limit_ INT64) AS ((SELECT COUNT(*) FROM d.xs AS t WHERE t.x > limit_))")
    assert values(client, "SELECT d.larger_than(1), (SELECT MAX(d.larger_than(x)) FROM d.xs)") == [(2, 2)]
    assert values(client, "CREATE TEMP FUNCTION f(a INT64, b STRING) AS (CONCAT(b, CAST(a AS STRING))); SELECT f(1, 'x'), F(2, 'y')") == [
        ("x1", "y2")
    ]
    run(client, "CREATE TABLE FUNCTION d.above(n INT64) AS SELECT x FROM d.xs WHERE x > n")
    assert values(client, "SELECT x FROM d.above(1) ORDER BY x") == [(2,), (3,)]
    run(client, "DROP TABLE FUNCTION d.above")
    fails(client, "SELECT d.twice(1, 2)", r"No matching signature.* at \[1:8\]")
    fails(client, "SELECT d.nope(1)", r"Function not found: d.nope at \[1:8\]")
    fails(client, "CREATE FUNCTION d.js(x INT64) RETURNS INT64 LANGUAGE js AS 'return x'", "does not have functions in Js")
    fails(client, "CREATE FUNCTION d.clean(x INT64) AS (x)", "Already Exists: Routine", exceptions.Conflict)
    run(client, "DROP FUNCTION d.twice; DROP FUNCTION IF EXISTS d.twice")
    fails(client, "SELECT d.four(1)", "Function not found: d.twice")


def test_procedures(client: bigquery.Client, d: str) -> None:
    run(
        client,
        "CREATE OR REPLACE PROCEDURE `test-project.d.p` (a INT64, OUT b INT64, INOUT c STRING) BEGIN DECLARE t INT64 DEFAULT a * 2; SET b = t; SET c = CONCAT(c, '!'); END;",
    )
    assert values(client, "DECLARE o INT64; DECLARE s STRING DEFAULT 'x'; CALL d.p(4, o, s); SELECT o, s;") == [(8, "x!")]
    run(client, "CREATE OR REPLACE TABLE d.log (n INT64)")
    run(
        client,
        "CREATE OR REPLACE PROCEDURE d.count_down(n INT64) BEGIN IF n > 0 THEN INSERT INTO d.log VALUES (n); CALL d.count_down(n - 1); END IF; END",
    )
    run(client, "CALL `test-project.d.count_down`(3)")
    assert values(client, "SELECT n FROM d.log ORDER BY n") == [(1,), (2,), (3,)]
    fails(client, "CREATE OR REPLACE PROCEDURE d.endless() BEGIN CALL d.endless(); END; CALL d.endless();", "more than 50 levels deep")
    fails(client, "CALL d.p(1)", "takes 3 arguments, and 1 are given")
    fails(client, "CALL d.nope()", "Not found: Procedure test-project.d.nope", exceptions.NotFound)
    run(client, "DROP PROCEDURE d.count_down")


SCRIPTS: list[tuple[str, list[tuple]]] = [
    ("DECLARE x, y INT64 DEFAULT 1; SET x = x + 1; SET (x, y) = (x * 10, 7); SELECT x, y", [(20, 7)]),
    (
        "DECLARE a ARRAY<INT64> DEFAULT [1, 2]; DECLARE s STRUCT<p INT64, q STRING>; SET s = (5, 'q'); SELECT ARRAY_LENGTH(a), s.p, s.q, a[OFFSET(1)]",
        [(2, 5, "q", 2)],
    ),
    ("DECLARE x DEFAULT DATE '2020-01-01'; SELECT DATE_ADD(x, INTERVAL 1 DAY)", [(D(2020, 1, 2),)]),
    ("DECLARE x INT64 DEFAULT 3; IF x = 1 THEN SELECT 'one'; ELSEIF x = 3 THEN SELECT 'three'; ELSE SELECT 'else'; END IF", [("three",)]),
    ("DECLARE x INT64; IF x = 1 THEN SELECT 'yes'; ELSE SELECT 'null is not true'; END IF;", [("null is not true",)]),
    (
        "DECLARE i INT64 DEFAULT 0; WHILE i < 10 DO SET i = i + 1; IF i = 3 THEN CONTINUE; END IF; IF i = 5 THEN BREAK; END IF; END WHILE; SELECT i",
        [(5,)],
    ),
    ("DECLARE i INT64 DEFAULT 0; LOOP SET i = i + 1; IF i >= 4 THEN LEAVE; END IF; END LOOP; SELECT i", [(4,)]),
    ("DECLARE i INT64 DEFAULT 0; REPEAT SET i = i + 2; UNTIL i >= 5 END REPEAT; SELECT i", [(6,)]),
    (
        "DECLARE t STRING DEFAULT ''; FOR r IN (SELECT x, x * 2 AS y FROM UNNEST([1, 2, 3]) AS x ORDER BY x) DO SET t = CONCAT(t, CAST(r.x + r.y AS STRING), ','); END FOR; SELECT t",
        [("3,6,9,",)],
    ),
    ("DECLARE i INT64 DEFAULT 0; outer_: LOOP LOOP SET i = i + 1; BREAK outer_; END LOOP; END LOOP; SELECT i", [(1,)]),
    ("DECLARE x INT64 DEFAULT 2; CASE x WHEN 1 THEN SELECT 'a'; WHEN 2 THEN SELECT 'b'; ELSE SELECT 'c'; END CASE", [("b",)]),
    ("CASE WHEN 1 > 2 THEN SELECT 'a'; ELSE SELECT 'c'; END CASE", [("c",)]),
    ("BEGIN SELECT 1 / 0; EXCEPTION WHEN ERROR THEN SELECT @@error.message; END", [("division by zero: 1 / 0",)]),
    (
        "BEGIN RAISE USING MESSAGE = 'mine'; EXCEPTION WHEN ERROR THEN SELECT @@error.message, @@error.statement_text; END",
        [("mine", "RAISE USING MESSAGE = 'mine'")],
    ),
    (
        "BEGIN BEGIN RAISE USING MESSAGE = 'in'; EXCEPTION WHEN ERROR THEN RAISE; END; EXCEPTION WHEN ERROR THEN SELECT CONCAT('out ', @@error.message); END",
        [("out in",)],
    ),
    ("SELECT 1; RETURN; SELECT 2", [(1,)]),
    ("EXECUTE IMMEDIATE 'SELECT @a + ?' USING 1 AS a", None),
    ("EXECUTE IMMEDIATE 'SELECT @a + @b' USING 1 AS a, 2 AS b", [(3,)]),
    ("EXECUTE IMMEDIATE CONCAT('SELECT ', '? || ?') USING 'x', 'y'", [("xy",)]),
    ("DECLARE a, b INT64; EXECUTE IMMEDIATE 'SELECT 1, 2' INTO a, b; SELECT b, a", [(2, 1)]),
    (
        "CREATE TEMP TABLE tmp AS SELECT 1 AS x; INSERT INTO tmp VALUES (2); UPDATE tmp SET x = x * 10 WHERE x = 2; SELECT SUM(x) FROM tmp",
        [(21,)],
    ),
    ("CREATE TEMP TABLE tmp (x INT64); INSERT INTO _SESSION.tmp VALUES (5); SELECT x FROM _SESSION.tmp; DROP TABLE tmp; SELECT 1", [(1,)]),
    ("DECLARE x INT64 DEFAULT 1; BEGIN DECLARE y INT64 DEFAULT 5; SET x = y; END; SELECT x", [(5,)]),
    ("DECLARE x INT64 DEFAULT 1; SELECT x FROM (SELECT 2 AS x)", [(2,)]),
    (
        "DECLARE names ARRAY<STRING>; SET names = (SELECT ARRAY_AGG(n ORDER BY n) FROM UNNEST(['b', 'a']) AS n); SELECT n FROM UNNEST(names) AS n ORDER BY n",
        [("a",), ("b",)],
    ),
    ("DECLARE e ARRAY<STRUCT<k INT64, v STRING>> DEFAULT [(1, 'x')]; SELECT k, v FROM UNNEST(e)", [(1, "x")]),
    ("SET @@dataset_id = 'd'; SELECT @@dataset_id", [("d",)]),
    ("DECLARE n INT64; CREATE TEMP TABLE tmp AS SELECT 1 AS x; DELETE FROM tmp WHERE TRUE; SET n = @@row_count; SELECT n", [(1,)]),
]


@pytest.mark.parametrize("sql,wanted", SCRIPTS, ids=[sql[:60] for sql, _ in SCRIPTS])
def test_script(client: bigquery.Client, d: str, sql: str, wanted: list[tuple] | None) -> None:
    if wanted is None:
        fails(client, sql, "Query parameter number 1 is not given")
    else:
        assert values(client, sql) == wanted


def test_transactions(client: bigquery.Client, d: str) -> None:
    run(client, "CREATE OR REPLACE TABLE d.tx AS SELECT 1 AS x")
    run(client, "BEGIN TRANSACTION; INSERT INTO d.tx VALUES (2); SELECT COUNT(*) FROM d.tx; ROLLBACK TRANSACTION")
    assert values(client, "SELECT COUNT(*) FROM d.tx") == [(1,)]
    run(client, "BEGIN; INSERT INTO d.tx VALUES (2); DELETE FROM d.tx WHERE x = 1; COMMIT;")
    assert values(client, "SELECT x FROM d.tx") == [(2,)]
    sql = "BEGIN BEGIN TRANSACTION; INSERT INTO d.tx VALUES (3); SELECT 1 / 0; COMMIT TRANSACTION; EXCEPTION WHEN ERROR THEN ROLLBACK TRANSACTION; SELECT @@error.message; END"
    assert values(client, sql) == [("division by zero: 1 / 0",)]
    fails(client, "BEGIN TRANSACTION; INSERT INTO d.tx VALUES (4); SELECT nope;", "Unrecognized name")
    assert values(client, "SELECT x FROM d.tx") == [(2,)], "a script that ends in a transaction has done nothing"
    run(client, "INSERT INTO d.tx VALUES (5)")
    fails(client, "BEGIN TRANSACTION; CREATE TABLE d.never (x INT64); COMMIT TRANSACTION", "not supported for DDL")
    fails(
        client,
        "CREATE SCHEMA d2; CREATE TABLE d2.t (x INT64); BEGIN TRANSACTION; INSERT INTO d.tx VALUES (1); INSERT INTO d2.t VALUES (1); COMMIT",
        "transactions that write more than one dataset",
    )
    fails(client, "COMMIT TRANSACTION", "no open transaction")


def test_information_schema(client: bigquery.Client, d: str) -> None:
    run(
        client,
        "CREATE SCHEMA meta OPTIONS (location = 'EU', description = 'm'); CREATE TABLE meta.t (a INT64 NOT NULL, b ARRAY<STRUCT<x STRING>>, c DATE) PARTITION BY c CLUSTER BY a; CREATE VIEW meta.v AS SELECT a FROM meta.t",
    )
    assert values(client, "SELECT schema_name, location FROM INFORMATION_SCHEMA.SCHEMATA WHERE schema_name = 'meta'") == [("meta", "EU")]
    assert values(client, "SELECT table_name, table_type FROM `test-project`.meta.INFORMATION_SCHEMA.TABLES ORDER BY 1") == [
        ("t", "BASE TABLE"),
        ("v", "VIEW"),
    ]
    assert values(client, "SELECT table_name FROM `test-project`.`meta`.INFORMATION_SCHEMA.TABLES WHERE table_name = 't'") == [("t",)]
    assert values(client, "SELECT column_name, data_type, is_nullable, is_partitioning_column, clustering_ordinal_position FROM `test-project.meta.INFORMATION_SCHEMA.COLUMNS` WHERE table_name = 't' ORDER BY ordinal_position") == [
        ("a", "INT64", "NO", "NO", 1), ("b", "ARRAY<STRUCT<x STRING>>", "YES", "NO", None), ("c", "DATE", "YES", "YES", None)]  # fmt: skip
    assert values(client, "SELECT field_path FROM meta.INFORMATION_SCHEMA.COLUMN_FIELD_PATHS WHERE table_name = 't' ORDER BY 1") == [
        ("a",),
        ("b",),
        ("b.x",),
        ("c",),
    ]
    assert values(client, "SELECT view_definition FROM meta.INFORMATION_SCHEMA.VIEWS") == [("SELECT a FROM meta.t",)]
    assert values(client, "SELECT COUNT(*) FROM meta.INFORMATION_SCHEMA.MATERIALIZED_VIEWS") == [(0,)]
    assert ("meta",) in values(client, "SELECT schema_name FROM `region-eu`.INFORMATION_SCHEMA.SCHEMATA")
    fails(client, "SELECT * FROM meta.INFORMATION_SCHEMA.NOPE", "does not have the view INFORMATION_SCHEMA.NOPE")
    fails(client, "SELECT * FROM nope.INFORMATION_SCHEMA.TABLES", "Not found: Dataset test-project:nope", exceptions.NotFound)
    run(client, "DROP SCHEMA meta CASCADE; DROP SCHEMA IF EXISTS meta")


def test_wildcards(client: bigquery.Client, d: str) -> None:
    run(client, "CREATE TABLE d.ev_2020 AS SELECT 1 AS x; CREATE TABLE d.ev_2021 AS SELECT 2 AS x")
    assert values(client, "SELECT x, _TABLE_SUFFIX FROM `test-project.d.ev_*` ORDER BY x") == [(1, "2020"), (2, "2021")]
    assert values(client, "SELECT * FROM `d.ev_*` WHERE _TABLE_SUFFIX = '2021'") == [(2,)]


PARTITIONED = """
DECLARE old_columns, new_columns STRING;
DECLARE _replaced ARRAY<{type}>;
DECLARE _replaces_null BOOL;

CREATE OR REPLACE TABLE `test-project.d._tmp_daily`
OPTIONS (expiration_timestamp = TIMESTAMP_ADD(CURRENT_TIMESTAMP(), INTERVAL 12 HOUR)) AS
{sql}
;
IF NOT EXISTS (SELECT 1 FROM `test-project`.`d`.INFORMATION_SCHEMA.TABLES WHERE table_name = '{name}') THEN
  CREATE OR REPLACE TABLE `test-project.d.{name}`
  PARTITION BY {partition} AS
  SELECT * FROM `test-project.d._tmp_daily`;
ELSE
  SET old_columns = (
    SELECT STRING_AGG(CONCAT(column_name, ' ', data_type), ', ' ORDER BY ordinal_position)
    FROM `test-project`.`d`.INFORMATION_SCHEMA.COLUMNS
    WHERE table_name = '{name}'
  );
  SET new_columns = (
    SELECT STRING_AGG(CONCAT(column_name, ' ', data_type), ', ' ORDER BY ordinal_position)
    FROM `test-project`.`d`.INFORMATION_SCHEMA.COLUMNS
    WHERE table_name = '_tmp_daily'
  );
  IF old_columns != new_columns THEN
    DROP TABLE `test-project.d._tmp_daily`;
    RAISE USING MESSAGE = CONCAT(
      'The columns of {name} have changed, run it with {{"full_refresh": true}}. ',
      'It has: ', old_columns, '. The query gives: ', new_columns
    );
  END IF;
  SET _replaced = (
    SELECT ARRAY_AGG(DISTINCT {partition} IGNORE NULLS) FROM `test-project.d._tmp_daily`
  );
  SET _replaces_null = EXISTS (SELECT 1 FROM `test-project.d._tmp_daily` WHERE {field} IS NULL);
  MERGE INTO `test-project.d.{name}` AS old
  USING (SELECT * FROM `test-project.d._tmp_daily`) AS fresh
  ON FALSE
  WHEN NOT MATCHED BY SOURCE AND (
    {old} IN UNNEST(_replaced)
    OR (_replaces_null AND old.{field} IS NULL)
  ) THEN DELETE
  WHEN NOT MATCHED THEN INSERT ROW;
END IF;
DROP TABLE IF EXISTS `test-project.d._tmp_daily`;
"""


@pytest.mark.parametrize("kind", ["DATE", "TIMESTAMP"])
def test_upsert(client: bigquery.Client, d: str, kind: str) -> None:
    """The script that a compiled DAG has for a table with partitions."""

    def script(sql: str) -> None:
        if kind == "DATE":
            run(client, PARTITIONED.format(type="DATE", name="daily", sql=sql, partition="`day`", field="`day`", old="old.`day`"))
        else:
            trunc = "TIMESTAMP_TRUNC({}, HOUR)"
            run(
                client,
                PARTITIONED.format(
                    type=kind, name="hourly", sql=sql, partition=trunc.format("`day`"), field="`day`", old=trunc.format("old.`day`")
                ),
            )

    table = "daily" if kind == "DATE" else "hourly"

    def row(text: str, n: int) -> str:
        return f"SELECT {kind} '{text}' AS day, {n} AS n"

    script(f"{row('2020-01-01', 1)} UNION ALL {row('2020-01-02', 2)} UNION ALL SELECT NULL, 3")
    assert (client.get_table(f"d.{table}").time_partitioning.field, client.get_table(f"d.{table}").num_rows) == ("day", 3)
    script(f"{row('2020-01-02', 20)} UNION ALL {row('2020-01-02', 21)} UNION ALL {row('2020-01-03', 30)}")
    assert [n for (n,) in values(client, f"SELECT n FROM d.{table} ORDER BY n")] == [1, 3, 20, 21, 30]
    script("SELECT CAST(NULL AS {}) AS day, 9 AS n".format(kind))
    assert [n for (n,) in values(client, f"SELECT n FROM d.{table} ORDER BY n")] == [1, 9, 20, 21, 30]
    with pytest.raises(
        exceptions.BadRequest,
        match=r'have changed, run it with \{"full_refresh": true\}. It has: day \w+, n INT64. The query gives: day \w+, n STRING',
    ):
        script(f"SELECT {kind} '2020-01-01' AS day, 'x' AS n")
    assert "_tmp_daily" not in [t.table_id for t in client.list_tables("d")]


ASSERTION = """DECLARE failed STRING;

CREATE TEMP TABLE results AS
{sql}
;
SET failed = (
  SELECT STRING_AGG(IFNULL(description, 'a row without a description'), '; ')
  FROM results
  WHERE success IS NOT TRUE
);
IF failed IS NOT NULL THEN
  RAISE USING MESSAGE = CONCAT("what is \\"asked\\" of 'daily': ", failed);
END IF;
SELECT * FROM results;
"""


def test_assertion(client: bigquery.Client, d: str) -> None:
    """The script that a compiled DAG has for an assertion."""
    assert values(client, ASSERTION.format(sql="SELECT 'ok' AS description, TRUE AS success")) == [("ok", True)]
    sql = "SELECT 'first' AS description, FALSE AS success UNION ALL SELECT NULL, NULL"
    with pytest.raises(
        exceptions.BadRequest,
        match="what is \"asked\" of 'daily': (first; a row without a description|a row without a description; first) at",
    ):
        values(client, ASSERTION.format(sql=sql))


def test_survives(tmp_path) -> None:
    """What was said to be done is there after a kill."""
    first = Running(tmp_path)
    run(
        first.client,
        "CREATE SCHEMA d; CREATE TABLE d.t AS SELECT 1 AS x; CREATE VIEW d.v AS SELECT x + 1 AS y FROM d.t; CREATE FUNCTION d.f(x INT64) AS (x)",
    )
    for n in range(2, 12):
        run(first.client, f"INSERT INTO d.t VALUES ({n})")
    first.client.query("INSERT INTO d.t SELECT x FROM UNNEST(GENERATE_ARRAY(100, 3000000)) AS x")
    first.kill()
    second = Running(tmp_path)
    assert values(second.client, "SELECT COUNTIF(x < 100), COUNTIF(x >= 100) IN (0, 2999901) FROM d.t") == [(11, True)]
    assert values(second.client, "SELECT MIN(y), d.f(3) FROM d.v") == [(2, 3)]
    assert second.stop() == 0
    assert PROJECT in [p.name for p in tmp_path.iterdir()]
