"""What DML refuses, and what it makes of values that a table cannot hold."""

from __future__ import annotations

import pytest
from conftest import values
from google.api_core import exceptions
from google.cloud import bigquery

TWO = "(SELECT 1 AS id, 5 AS v UNION ALL SELECT 1, 6) AS s"
ONE = "(SELECT 1 AS id, 5 AS v) AS s"


@pytest.fixture(scope="module")
def d(client: bigquery.Client, dataset: str) -> str:
    return dataset


@pytest.mark.parametrize("name", ["id", "rowid"])
@pytest.mark.parametrize(
    "sql,wanted",
    [
        ("UPDATE d.m AS t SET v = s.v FROM {two} WHERE t.{name} = s.id", None),
        ("UPDATE d.m AS t SET v = s.v FROM {two} WHERE t.{name} = s.id AND s.v = 6", 6),
        ("UPDATE d.m AS t SET v = s.v FROM {one} JOIN (SELECT 1 AS k) AS j ON j.k = s.id WHERE t.{name} = s.id", 5),
        ("UPDATE d.m AS t SET v = s.v FROM {one} JOIN (SELECT 1 AS k UNION ALL SELECT 1) AS j ON j.k = s.id WHERE t.{name} = s.id", None),
        ("MERGE d.m AS t USING {two} ON t.{name} = s.id WHEN MATCHED THEN UPDATE SET v = s.v", None),
        ("MERGE d.m AS t USING {two} ON t.{name} = s.id WHEN MATCHED AND s.v > 9 THEN DELETE WHEN MATCHED THEN UPDATE SET v = s.v", None),
        ("MERGE d.m AS t USING {two} ON t.{name} = s.id WHEN MATCHED AND s.v = 6 THEN UPDATE SET v = s.v", 6),
        ("MERGE d.m AS t USING {two} ON t.{name} = s.id WHEN NOT MATCHED THEN INSERT (v) VALUES (9)", 2),
    ],
)
def test_one_source_row(client: bigquery.Client, d: str, name: str, sql: str, wanted: int | None) -> None:
    client.query(f"CREATE OR REPLACE TABLE d.m AS SELECT 1 AS {name}, 2 AS v").result()
    sql = sql.format(name=name, one=ONE, two=TWO)
    if wanted is None:
        with pytest.raises(exceptions.BadRequest, match="must match at most one source row for each target row"):
            client.query(sql).result()
        wanted = 2
    else:
        client.query(sql).result()
    assert values(client, "SELECT v FROM d.m") == [(wanted,)]


MADE = "CREATE OR REPLACE TABLE d.arrays (id INT64, l ARRAY<STRING>, s STRUCT<n ARRAY<INT64>, o INT64>, r ARRAY<STRUCT<n ARRAY<INT64>>>)"


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO d.arrays (id) VALUES (1)",
        "INSERT INTO d.arrays VALUES (1, NULL, STRUCT(NULL, 1), [STRUCT(CAST(NULL AS ARRAY<INT64>))])",
        "INSERT INTO d.arrays (id, l) SELECT 1, NULL",
        "INSERT INTO d.arrays SELECT 1, NULL, STRUCT(CAST(NULL AS ARRAY<INT64>) AS n, 1 AS o), NULL",
        "INSERT INTO d.arrays VALUES (1, ['x'], NULL, []); UPDATE d.arrays SET l = NULL, s.n = NULL WHERE TRUE",
        "MERGE d.arrays AS t USING (SELECT 1 AS id) AS s ON FALSE WHEN NOT MATCHED THEN INSERT (id, l) VALUES (id, NULL)",
        "MERGE d.arrays AS t USING (SELECT 1 AS id) AS s ON FALSE WHEN NOT MATCHED THEN INSERT (id) VALUES (id)",
        "CREATE OR REPLACE TABLE d.arrays AS SELECT 1 AS id, CAST(NULL AS ARRAY<STRING>) AS l, STRUCT(CAST(NULL AS ARRAY<INT64>) AS n) AS s, CAST(NULL AS ARRAY<STRUCT<n ARRAY<INT64>>>) AS r",
        "INSERT INTO d.arrays (id, s) VALUES (1, NULL); ALTER TABLE d.arrays DROP COLUMN l; ALTER TABLE d.arrays ADD COLUMN l ARRAY<STRING>",
    ],
)
def test_null_arrays(client: bigquery.Client, d: str, sql: str) -> None:
    """A table has no NULL array."""
    client.query(f"{MADE}; {sql}").result()
    counted = "SELECT ARRAY_LENGTH(l), s IS NULL OR ARRAY_LENGTH(s.n) = 0, ARRAY_LENGTH(r) IS NOT NULL, (SELECT COUNTIF(e.n IS NULL) FROM UNNEST(r) AS e) FROM d.arrays WHERE l IS NOT NULL"
    assert values(client, counted) == [(0, True, True, 0)]


def test_null_arrays_of_clients(client: bigquery.Client, d: str) -> None:
    client.query(MADE).result()
    assert client.insert_rows_json("d.arrays", [{"id": 1, "l": None, "s": {"n": None}}, {"id": 2}]) == []
    table = client.get_table("d.arrays")
    table.schema = [*table.schema, bigquery.SchemaField("more", "STRING", "REPEATED")]
    client.update_table(table, ["schema"])
    found = values(client, "SELECT ARRAY_LENGTH(l), ARRAY_LENGTH(s.n), ARRAY_LENGTH(r), ARRAY_LENGTH(more) FROM d.arrays ORDER BY id")
    assert found == [(0, 0, 0, 0), (0, None, 0, 0)]
    config = bigquery.QueryJobConfig(destination=f"{client.project}.d.stored")
    client.query("SELECT CAST(NULL AS ARRAY<INT64>) AS l", job_config=config).result()
    config.write_disposition = "WRITE_APPEND"
    client.query("SELECT CAST(NULL AS ARRAY<INT64>) AS l", job_config=config).result()
    assert values(client, "SELECT ARRAY_LENGTH(l) FROM d.stored") == [(0,), (0,)]
    assert values(client, "CREATE TEMP TABLE own AS SELECT CAST(NULL AS ARRAY<INT64>) AS l; SELECT ARRAY_LENGTH(l) FROM own") == [(0,)]
    assert values(client, "SELECT ARRAY_LENGTH(CAST(NULL AS ARRAY<INT64>))") == [(None,)], "in a query there are NULL arrays"
