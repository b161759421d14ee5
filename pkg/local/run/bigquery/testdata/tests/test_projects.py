"""Names without a project in the text of another project's views and routines are those of that project."""

from __future__ import annotations

import pytest
from conftest import values
from google.api_core import exceptions
from google.cloud import bigquery

OTHER = "other-project"


@pytest.fixture(scope="module")
def two(client: bigquery.Client, dataset: str) -> str:
    client.query("CREATE TABLE d.t AS SELECT 'mine' AS x").result()
    client.query("CREATE SCHEMA d", project=OTHER).result()
    statements = [
        "CREATE TABLE d.t AS SELECT 'other' AS x",
        "CREATE VIEW d.v AS SELECT x FROM d.t",
        "CREATE VIEW d.w AS SELECT x FROM d.v",
        "CREATE FUNCTION d.f() AS ((SELECT MAX(x) FROM d.t))",
        "CREATE FUNCTION d.g() AS (CONCAT(d.f(), ' ', (SELECT x FROM d.w)))",
        "CREATE TABLE FUNCTION d.rows_() AS SELECT x FROM d.t",
        "CREATE PROCEDURE d.p(OUT o STRING) BEGIN SET o = CONCAT(@@project_id, ' ', (SELECT x FROM d.t)); END",
    ]
    for statement in statements:
        client.query(statement, project=OTHER).result()
    return dataset


@pytest.mark.parametrize(
    "sql,wanted",
    [
        ("SELECT x FROM `other-project`.d.v", "other"),
        ("SELECT x FROM `other-project`.d.w", "other"),
        ("SELECT `other-project`.d.f()", "other"),
        ("SELECT `other-project`.d.g()", "other other"),
        ("SELECT x FROM `other-project`.d.rows_()", "other"),
        ("DECLARE o STRING; CALL `other-project`.d.p(o); SELECT o", "test-project other"),
        ("DECLARE o STRING; CALL `other-project`.d.p(o); SELECT x FROM d.t", "mine"),
        ("DECLARE x STRING DEFAULT 'variable'; SELECT `other-project`.d.f()", "other"),
        ("CREATE OR REPLACE VIEW `other-project`.d.made AS SELECT x FROM d.t; SELECT x FROM `other-project`.d.made", "other"),
        ("CREATE TEMP FUNCTION own() AS ((SELECT x FROM d.t)); SELECT own()", "mine"),
    ],
)
def test_owner(client: bigquery.Client, two: str, sql: str, wanted: str) -> None:
    assert values(client, sql) == [(wanted,)]


def test_views_see_their_owner_only(client: bigquery.Client, two: str) -> None:
    config = bigquery.QueryJobConfig(default_dataset=f"{client.project}.d")
    assert values(client, "SELECT x FROM t", job_config=config) == [("mine",)]
    with pytest.raises(exceptions.BadRequest, match='Table "t" must be qualified with a dataset'):
        client.query("CREATE VIEW d.bare AS SELECT x FROM t", job_config=config).result()
    with pytest.raises(exceptions.BadRequest, match="Unrecognized name: n"):
        client.query("DECLARE n INT64; CREATE VIEW d.bare AS SELECT x, n FROM d.t").result()
