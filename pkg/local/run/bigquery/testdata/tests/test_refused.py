"""What is not there is named, what is wrong has its place, and nothing of a user's text reaches DuckDB unread."""

from __future__ import annotations

import json
import random
import urllib.error
import urllib.request

import pytest
from conftest import PROJECT, Running, client_of, values
from google.api_core import exceptions
from google.cloud import bigquery

ERRORS: list[tuple[str, str]] = [
    ("SELECT nope FROM d.t", r"Unrecognized name: nope at \[1:8\]"),
    ("SELECT a,\n  t.nope\nFROM d.t AS t", r"Name nope not found inside t at \[2:5\]"),
    ("SELECT nope.a FROM d.t", r"Unrecognized name: nope at \[1:8\]"),
    ("SELECT a * 2 AS y, y + 1 AS z FROM d.t", r"Unrecognized name: y at \[1:20\]"),
    ("SELECT a AS r FROM d.t WHERE r = 1", r"Unrecognized name: r at \[1:30\]"),
    ("SELECT t.a AS r FROM d.t JOIN d.t AS u ON r = u.a", r"Unrecognized name: r"),
    ("SELECT STRUCT(1 AS a) AS u, u.a", r"Unrecognized name: u at \[1:29\]"),
    ("SELECT 1 AS r, (SELECT r)", r"Unrecognized name: r"),
    ("SELECT rowid FROM d.t", r"Unrecognized name: rowid"),
    ("SELECT DATE_TRUNC(DATE '2020-01-01', HOUR)", r"DATE_TRUNC does not support the HOUR date part when the argument is DATE type at \[1:8\]"),
    ("SELECT DATE_ADD(DATE '2020-01-01', INTERVAL 1 HOUR)", r"DATE_ADD does not support the HOUR date part when the argument is DATE type"),
    ("SELECT s.nope FROM d.t", r"Field name nope does not exist in STRUCT"),
    ("SELECT * FROM d.missing", r"Not found: Table test-project:d.missing was not found in location EU"),
    ("SELECT * FROM missing.t", r"Not found: Dataset test-project:missing was not found"),
    ("SELECT * FROM t", r'Table "t" must be qualified with a dataset'),
    ("SELECT * FROM `a.b.c.d`", r"Invalid table name"),
    ("SELECT frobnicate(1)", r"Function not found: frobnicate at \[1:8\]"),
    ("SELECT SUBSTR('a')", r"No matching signature for function SUBSTR for argument types: STRING. at \[1:8\]"),
    ("SELECT a, COUNT(*) FROM d.t", r"SELECT list expression references column a which is neither grouped nor aggregated at \[1:8\]"),
    ("SELECT 1 / 0", r"division by zero: 1 / 0"),
    ("SELECT MOD(1, 0)", r"division by zero"),
    ("SELECT CAST('x' AS INT64)", r"Bad int64 value: x"),
    ("SELECT CAST('1.5' AS INT64)", r"Bad int64 value: 1.5"),
    ("SELECT CAST('1_000' AS INT64)", r"Bad int64 value: 1_000"),
    ("SELECT CAST(\"it's\" AS INT64)", r"Bad int64 value: it's"),
    ("SELECT CAST('yes' AS BOOL)", r"Bad bool value: yes"),
    ("SELECT CAST('2020/01/05' AS DATE)", r'Invalid date: "2020/01/05"'),
    ("SELECT DATE '2020-01-05 10:00:00'", r'Invalid date: "2020-01-05 10:00:00"'),
    ("SELECT TIMESTAMP('epoch')", r'Invalid timestamp: "epoch"'),
    ("SELECT CAST('x' AS FLOAT64)", r"Bad double value: x"),
    ("SELECT DATE '2020-13-01'", r"(?i)date"),
    ("SELECT 9223372036854775807 + 1", r"int64 overflow: 9223372036854775807 and 1"),
    ("SELECT 99999999999999999999", r"Invalid INT64 value"),
    ("SELECT [1][OFFSET(5)]", r"Array index 5 is out of bounds"),
    ("SELECT ERROR('mine')", r"mine"),
    ("SELECT (SELECT x FROM UNNEST([1, 2]) x)", r"Scalar subquery produced more than one element"),
    ("SELECT DATE_TRUNC(DATE '2020-01-01', FORTNIGHT)", r"A valid date part argument is required, but found FORTNIGHT at \[1:8\]"),
    ("SELECT FORMAT('%d')", r"Too few arguments to FORMAT"),
    ("SELECT REGEXP_EXTRACT('a', '(a)(b)')", r"Regexp has more than 1 capturing group"),
    ("SELECT 1 UNION ALL SELECT 1, 2", r"mismatched column count"),
    ("SELECT INT64(JSON '1.7')", r"The provided JSON number: 1.7 cannot be converted to an integer"),
    ("SELECT INT64(JSON '\"1\"')", r"The provided JSON input is not an integer"),
    ("SELECT INSTR('a', 'a', 0)", r"Position in INSTR must not be 0"),
    ("SELECT UPPER(b'abc')", r"dorc's local BigQuery does not have the function UPPER of BYTES at \[1:8\]"),
    ("DECLARE f STRING DEFAULT '%x'; SELECT FORMAT_DATE(f, DATE '2020-01-02')", r"does not have this format"),
    # Syntax.
    ("SELCT 1", r'Syntax error: Unexpected identifier "SELCT" at \[1:1\]'),
    ("SELECT 1 FROM", r"Syntax error: Unexpected end of script at \[1:14\]"),
    ("SELECT a b c", r'Syntax error: Unexpected identifier "c" at \[1:12\]'),
    ("SELECT 'abc", r"Syntax error: Unclosed string literal"),
    ("SELECT (1", r"Syntax error: Unexpected end of script"),
    ("", r"Syntax error|Required parameter"),
    (";;", r"Syntax error: Unexpected end of script"),
    ("IF TRUE THEN SELECT 1;", r"Syntax error: Expected END IF but got end of script"),
    ("BEGIN SELECT 1", r"Syntax error"),
    ("DECLARE x; SELECT 1", r"Syntax error: Expected an expression but got"),
    ("SET x = 1", r"Undeclared variable: x at \[1:1\]"),
    ("DECLARE x INT64; DECLARE x INT64;", r"Variable 'x' redeclaration"),
    ("BREAK", r"BREAK is only allowed inside of a loop body"),
    ("IF 1 THEN SELECT 1; END IF", r"Condition must be of type BOOL"),
    # What BigQuery has and this has not.
    ("SELECT FARM_FINGERPRINT('a')", r"dorc's local BigQuery does not have the function FARM_FINGERPRINT at \[1:8\]"),
    ("SELECT ML.PREDICT(1)", r"dorc's local BigQuery does not have the function ML.PREDICT"),
    ("SELECT ST_GEOGPOINT(1, 2)", r"dorc's local BigQuery does not have the function ST_GEOGPOINT"),
    ("SELECT NET.HOST('x')", r"dorc's local BigQuery does not have the function NET.HOST"),
    ("CREATE TABLE d.geo (a GEOGRAPHY)", r"dorc's local BigQuery does not have the type GEOGRAPHY"),
    ("SELECT _PARTITIONTIME FROM d.t", r"dorc's local BigQuery does not have the pseudo column _PARTITIONTIME at \[1:8\]"),
    ("CREATE TABLE d.ing (a INT64) PARTITION BY _PARTITIONDATE", r"tables partitioned by ingestion time"),
    ("SELECT * FROM d.t FOR SYSTEM_TIME AS OF CURRENT_TIMESTAMP()", r"FOR SYSTEM_TIME AS OF"),
    ("CREATE MODEL d.m OPTIONS (model_type = 'x') AS SELECT 1", r"does not have this statement: CREATE MODEL"),
    ("EXPORT DATA OPTIONS (uri = 'gs://b/*', format = 'CSV') AS SELECT 1", r"does not have"),
    ("GRANT `roles/x` ON SCHEMA d TO 'user:x'", r"does not have"),
    ("CREATE FUNCTION d.py(x INT64) RETURNS INT64 LANGUAGE python AS 'x'", r"does not have functions in Python"),
    ("DECLARE id INT64; SELECT (SELECT MAX(id) FROM UNNEST(APPROX_TOP_COUNT(a, 1))) FROM d.t GROUP BY a", r"tell whether id is the variable or a column"),
    ("SELECT @@nope", r"does not have the system variable @@nope"),
    ("SELECT * FROM d.t LEFT OUTER UNION ALL BY NAME SELECT * FROM d.t", r"does not have|Syntax error"),
    ("SELECT INTERVAL '1-2' YEAR TO MONTH", r"INTERVAL with a range of parts"),
]  # fmt: skip


@pytest.fixture(scope="module")
def d(client: bigquery.Client, dataset: str) -> str:
    client.query("CREATE TABLE d.t AS SELECT 1 AS a, STRUCT(2 AS x) AS s").result()
    return dataset


def failure(client: bigquery.Client, sql: str) -> str:
    try:
        client.query(sql, job_retry=None, retry=None).result(job_retry=None)
    except exceptions.GoogleAPICallError as e:
        assert e.code < 500, e
        return str(e)
    raise AssertionError(f"it is not refused: {sql}")


@pytest.mark.parametrize("sql,match", ERRORS, ids=[sql[:50] for sql, _ in ERRORS])
def test_error(client: bigquery.Client, d: str, sql: str, match: str) -> None:
    import re

    said = failure(client, sql)
    assert re.search(match, said), said


# DuckDB's own, by which a query could read or write files or change the server.
OUTSIDE = """
SELECT * FROM read_csv('/etc/passwd')
SELECT * FROM read_text('/etc/passwd')
SELECT read_text('/etc/passwd')
SELECT * FROM '/etc/passwd'
SELECT * FROM `/etc/passwd`
SELECT * FROM `../../etc/passwd`
SELECT * FROM glob('/etc/*')
SELECT * FROM read_parquet(['/etc/passwd'])
SELECT * FROM read_json_objects('/etc/passwd')
SELECT * FROM duckdb_settings()
SELECT * FROM duckdb_tables
SELECT * FROM pragma_database_list
SELECT * FROM sqlite_master
SELECT * FROM information_schema.tables
SELECT getenv('HOME')
SELECT getvariable('v')
SELECT current_setting('temp_directory')
SELECT query('SELECT 1')
SELECT * FROM query_table('t')
SELECT nextval('x')
SELECT error('x', 'y')
SELECT bq_fail('x')
SELECT pg_catalog.version()
SELECT main.version()
SELECT version()
COPY d.t TO '/tmp/out.csv'
COPY (SELECT 1) TO '/tmp/out.csv'
ATTACH '/tmp/x.db' AS x
DETACH d
INSTALL httpfs
LOAD httpfs
PRAGMA database_list
SET memory_limit = '1GB'
CALL pragma_version()
EXPORT DATABASE '/tmp/out'
IMPORT DATABASE '/tmp/out'
VACUUM
CHECKPOINT
USE d
CREATE MACRO m(x) AS x
CREATE SECRET s (TYPE s3)
CREATE TABLE d.x AS SELECT * FROM read_csv('/etc/passwd')
CREATE VIEW d.x AS SELECT * FROM read_csv('/etc/passwd')
CREATE FUNCTION d.x() AS ((SELECT MAX(content) FROM read_text('/etc/passwd')))
CREATE SCHEMA `../../x`
CREATE SCHEMA `a/b`
CREATE TABLE `test-project.d.../x` (a INT64)
CREATE TABLE `../../tmp.d.x` (a INT64)
SELECT * FROM dorc.tables
SELECT * FROM `test-project.d`.dorc.tables
SELECT 1; SELECT * FROM temp.main.x
EXECUTE IMMEDIATE "SELECT * FROM read_csv('/etc/passwd')"
SELECT x FROM UNNEST([1]) x TABLESAMPLE SYSTEM (10 PERCENT) REPEATABLE (1)
FROM read_csv('/etc/passwd') |> SELECT *
SELECT (SELECT 1 FROM read_csv('/etc/passwd'))
SELECT $$a$$
SELECT x'00'::BLOB
SELECT 1::INT64
"""


@pytest.mark.parametrize("sql", [line for line in OUTSIDE.strip().split("\n")])
def test_outside(client: bigquery.Client, d: str, sql: str) -> None:
    said = failure(client, sql)
    assert "root:" not in said


def test_quotes(client: bigquery.Client, d: str) -> None:
    """Quotes in texts and names stay texts and names."""
    for text in ["'; DROP TABLE d.t; --", '"', "`", "\\", "{0}", "{", "}}", "%s", "$1", "\n"]:
        found = values(
            client,
            f"SELECT {json.dumps(text)}, CONCAT({json.dumps(text)}, 'x'), FORMAT('%s', {json.dumps(text)}), REPLACE({json.dumps(text)}, 'q', 'r') LIKE '%'",
        )
        assert found == [(text, text + "x", text, True)]
    assert values(client, 'SELECT `a"b{0}` AS x, t.`a"b{0}` FROM (SELECT 5 AS `a"b{0}`) AS t') == [(5, 5)]
    assert values(client, 'SELECT `x"y{1}`.s.`z"{0}` FROM (SELECT STRUCT(1 AS `z"{0}`) AS s) AS `x"y{1}`') == [(1,)]
    assert values(client, "SELECT COUNT(*) FROM d.t") == [(1,)]


WORDS = (
    "SELECT FROM WHERE a b t d.t ( ) [ ] , . * + - / = < > 'x' \"y\" `z` 1 2.5 NULL TRUE AS JOIN ON LEFT UNNEST ARRAY STRUCT CAST INT64 STRING DATE IN NOT AND OR CASE WHEN THEN ELSE END IF"
    " GROUP BY ORDER LIMIT WITH UNION ALL DISTINCT EXCEPT OVER PARTITION ROWS BETWEEN INTERVAL DAY EXTRACT COUNT SUM DATE_TRUNC FORMAT @p ? @@x ; BEGIN LOOP WHILE DO DECLARE SET FOR RAISE USING MESSAGE"
    " EXECUTE IMMEDIATE INTO CALL CREATE TABLE OR REPLACE VIEW FUNCTION PROCEDURE INSERT VALUES UPDATE DELETE MERGE DROP ALTER ADD COLUMN OPTIONS INFORMATION_SCHEMA.TABLES PIVOT QUALIFY => |> :: $ # -- /* */ r'' b'' ''' { } \\ % ^ ~ | & || != := é \x00"
).split(" ")

SEEDS = [
    "SELECT a, COUNT(*) FROM d.t WHERE a > 1 GROUP BY a ORDER BY a LIMIT 1",
    "WITH x AS (SELECT 1 AS a) SELECT DATE_TRUNC(CURRENT_DATE(), MONTH), [1, 2][OFFSET(0)], STRUCT(1 AS a).a FROM x, UNNEST([1]) AS y WITH OFFSET o",
    "DECLARE x INT64 DEFAULT 1; WHILE x < 3 DO SET x = x + 1; END WHILE; SELECT x",
    "MERGE d.t USING (SELECT 1 AS b) AS s ON d.t.a = s.b WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT ROW",
    "CREATE OR REPLACE TABLE d.fuzz (a INT64, b ARRAY<STRUCT<x STRING>>) PARTITION BY RANGE_BUCKET(a, GENERATE_ARRAY(0, 10, 1)) OPTIONS (labels = [('a', 'b')])",
    "ALTER TABLE d.fuzz ADD COLUMN IF NOT EXISTS c STRING, SET OPTIONS (description = 'x')",
    "SELECT SUM(x) OVER (PARTITION BY a ORDER BY b ROWS BETWEEN 1 PRECEDING AND CURRENT ROW), CAST('1' AS NUMERIC), EXTRACT(DAY FROM DATE '2020-01-01') FROM d.t",
    "BEGIN SELECT 1; EXCEPTION WHEN ERROR THEN RAISE USING MESSAGE = 'x'; END",
]


def test_random_words(server: Running, client: bigquery.Client, d: str) -> None:
    """Whatever is asked, the server answers, and it is never its own fault."""
    rng = random.Random(20240229)
    texts = [" ".join(rng.choice(WORDS) for _ in range(rng.randint(1, 30))) for _ in range(150)]
    for _ in range(250):
        words = rng.choice(SEEDS).split(" ")
        for _ in range(rng.randint(1, 3)):
            at = rng.randrange(len(words))
            words[at : at + rng.choice([0, 1])] = [rng.choice(WORDS)] if rng.random() < 0.7 else []
            words = words or ["x"]
        texts.append(" ".join(words))
    texts += [
        "(" * 500,
        "SELECT " + "(" * 3000 + "1" + ")" * 3000,
        "SELECT " + "1+" * 5000 + "1",
        "SELECT " + "NOT " * 3000 + "TRUE",
        "[" * 2000,
        "BEGIN " * 2000,
        "CASE " * 1000,
        "SELECT '" + "\\" * 1001,
    ]
    for text in texts:
        body = json.dumps({"query": text, "useLegacySql": False, "timeoutMs": 20000}).encode()
        request = urllib.request.Request(f"{server.url}/bigquery/v2/projects/{PROJECT}/queries", body, {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                found = json.load(answer)
                if not found.get("jobComplete"):
                    client.cancel_job(found["jobReference"]["jobId"], location="EU")
        except urllib.error.HTTPError as e:
            said = e.read().decode()
            assert e.code < 500, f"{text!r}: {said}"
            assert "internal error" not in said.lower(), f"{text!r}: {said}"
    assert server.process.poll() is None
    assert values(client, "SELECT 1") == [(1,)]


def test_random_requests(server: Running) -> None:
    """The same for the resources."""
    rng = random.Random(7)
    bodies = [b"", b"{", b"[]", b"null", b'{"configuration": 1}', b'{"configuration": {"query": {"query": 5}}}', b'{"configuration": {"load": {"destinationTable": {"datasetId": "../x", "tableId": "y"}}}}',
              b'{"datasetReference": {"datasetId": "../../x"}}', b'{"tableReference": {"tableId": "a/b"}}', b'{"schema": {"fields": [{"name": "a", "type": "NOPE"}]}, "tableReference": {"tableId": "x"}}',
              b'{"rows": [{"json": {"a": {"b": 1}}}]}', b'{"query": "SELECT 1", "queryParameters": [{"name": "a"}]}', b'{"routineReference": {"routineId": "r"}, "routineType": "SCALAR_FUNCTION", "definitionBody": "1", "arguments": [{}]}', b"\xff\xfe"]  # fmt: skip
    paths = ["projects", "projects/p/datasets", "projects/p/datasets/d", "projects/p/datasets/d/tables", "projects/p/datasets/d/tables/t", "projects/p/datasets/d/tables/t/data?startIndex=x", "projects/p/datasets/..%2F..%2Fx/tables/t",
             "projects/p/datasets/d/tables/t/insertAll", "projects/p/jobs", "projects/p/jobs/j", "projects/p/queries", "projects/p/queries/j?timeoutMs=-5", "projects/..%2F..%2Fx/datasets/y", "projects/p/datasets/d/routines", "projects/p/jobs/j/cancel", "nope", ""]  # fmt: skip
    for _ in range(400):
        url = f"{server.url}/{rng.choice(['bigquery/v2/', '', 'upload/bigquery/v2/'])}{rng.choice(paths)}"
        request = urllib.request.Request(
            url,
            rng.choice(bodies),
            method=rng.choice(["GET", "POST", "PUT", "PATCH", "DELETE"]),
            headers={"Content-Type": "application/json"},
        )
        try:
            urllib.request.urlopen(request, timeout=30).read()
        except urllib.error.HTTPError as e:
            said = e.read().decode()
            assert e.code < 500 or e.code == 501, f"{request.method} {url} {request.data!r}: {said}"
    assert server.process.poll() is None
    state = server.process.args[server.process.args.index("--state") + 1]
    import pathlib

    assert not [p for p in pathlib.Path(state).parent.iterdir() if "x" == p.name]


def test_browsers_are_refused(server: Running) -> None:
    for headers in ({"Origin": "https://example.com"}, {"Host": "example.com"}):
        request = urllib.request.Request(f"{server.url}/bigquery/v2/projects", headers=headers)
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(request, timeout=30)
        assert caught.value.code == 403


def test_loopback_only(server: Running) -> None:
    assert server.url.startswith("http://127.0.0.1:")
    assert client_of(server.url).project == PROJECT
