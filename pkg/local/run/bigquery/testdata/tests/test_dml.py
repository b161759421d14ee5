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
