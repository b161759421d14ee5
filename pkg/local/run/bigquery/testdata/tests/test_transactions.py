"""Transactions that fail, that are left open, and that nobody ends."""

from __future__ import annotations

import time
from typing import Iterator

import pytest
from conftest import Running, values
from google.api_core import exceptions
from google.cloud import bigquery

CHECK = "SELECT COUNT(*) FROM d.t"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[bigquery.Client]:
    running = Running(tmp_path_factory.mktemp("transactions"), "--transaction-idle", "1")
    running.client.query("CREATE SCHEMA d; CREATE TABLE d.t AS SELECT 1 AS x").result()
    yield running.client
    running.stop()


def write(client: bigquery.Client) -> None:
    """Another job's statement, which must not wait for long."""
    client.query("UPDATE d.t SET x = x WHERE TRUE").result(timeout=20)


def fails(client: bigquery.Client, sql: str, match: str, **options) -> None:
    with pytest.raises(exceptions.BadRequest, match=match):
        client.query(sql, **options).result()


@pytest.mark.parametrize(
    "sql,match",
    [
        (f"BEGIN TRANSACTION; INSERT INTO d.t VALUES (2); {CHECK}; SELECT ERROR('check failed'); COMMIT TRANSACTION", "check failed"),
        (f"BEGIN TRANSACTION; INSERT INTO d.t VALUES (2); {CHECK}; SELECT nope", "Unrecognized name: nope"),
        (f"BEGIN TRANSACTION; INSERT INTO d.t VALUES (2); {CHECK}; RAISE USING MESSAGE = 'mine'", "mine"),
    ],
)
def test_failed_script(client: bigquery.Client, sql: str, match: str) -> None:
    fails(client, sql, match)
    write(client)
    assert values(client, CHECK) == [(1,)]


def test_script_without_commit(client: bigquery.Client) -> None:
    assert values(client, f"BEGIN TRANSACTION; INSERT INTO d.t VALUES (2); {CHECK}") == [(2,)], "the rows of a result stay"
    write(client)
    assert values(client, CHECK) == [(1,)]
    assert values(client, f"BEGIN TRANSACTION; INSERT INTO d.t VALUES (2); {CHECK}; ROLLBACK TRANSACTION") == [(2,)]


def test_handler(client: bigquery.Client) -> None:
    """The handler of BigQuery's reference: it reads, and then rolls back."""
    begin = "BEGIN BEGIN TRANSACTION; INSERT INTO d.t VALUES (3); SELECT 1 / 0; COMMIT TRANSACTION; EXCEPTION WHEN ERROR THEN"
    assert values(client, f"{begin} SELECT @@error.message; ROLLBACK TRANSACTION; END") == [("division by zero: 1 / 0",)]
    assert values(client, f"{begin} {CHECK}; ROLLBACK TRANSACTION; END") == [(1,)]
    for statement in ("COMMIT TRANSACTION", "INSERT INTO d.t VALUES (4)"):
        fails(client, f"{begin} {statement}; END", "The transaction was rolled back")
    assert values(client, CHECK) == [(1,)]
    made = "BEGIN BEGIN TRANSACTION; CREATE TEMP TABLE made AS SELECT 1 AS x; SELECT 1 / 0; EXCEPTION WHEN ERROR THEN ROLLBACK TRANSACTION; SELECT * FROM made; END"
    fails(client, made, 'Table "made" must be qualified')


def test_idle_session(client: bigquery.Client) -> None:
    first = client.query("SELECT 1", job_config=bigquery.QueryJobConfig(create_session=True))
    first.result()
    same = bigquery.QueryJobConfig(connection_properties=[bigquery.ConnectionProperty("session_id", first.session_info.session_id)])
    client.query("BEGIN TRANSACTION", job_config=same).result()
    client.query("INSERT INTO d.t VALUES (5)", job_config=same).result()
    write(client)
    fails(client, "COMMIT TRANSACTION", "its session was idle", job_config=same)
    client.query("ROLLBACK TRANSACTION", job_config=same).result()
    assert values(client, CHECK, job_config=same) == [(1,)]
    dry = bigquery.QueryJobConfig(connection_properties=same.connection_properties, dry_run=True)
    client.query("SELECT 1", job_config=dry)
    assert values(client, CHECK, job_config=same) == [(1,)], "a dry run ends no session"


def test_session_ends(tmp_path) -> None:
    running = Running(tmp_path, "--session-idle", "0.5", "--transaction-idle", "0.5")
    client = running.client
    first = client.query("CREATE SCHEMA d; CREATE TABLE d.t AS SELECT 1 AS x", job_config=bigquery.QueryJobConfig(create_session=True))
    first.result()
    same = bigquery.QueryJobConfig(connection_properties=[bigquery.ConnectionProperty("session_id", first.session_info.session_id)])
    client.query("BEGIN TRANSACTION; INSERT INTO d.t VALUES (2)", job_config=same).result()
    write(client)
    with pytest.raises(exceptions.NotFound, match="Not found: Session"):
        for _ in range(50):
            client.query("SELECT 1", job_config=same, job_retry=None).result()
            time.sleep(1)
    assert values(client, CHECK) == [(1,)]
    running.stop()
