"""Several jobs at once."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from conftest import client_of, values
from google.api_core import exceptions
from google.cloud import bigquery


@pytest.fixture(scope="module")
def d(client: bigquery.Client, dataset: str) -> str:
    client.query("CREATE SCHEMA e; CREATE TABLE d.t (w INT64, n INT64); CREATE TABLE e.t (w INT64, n INT64)").result()
    return dataset


def test_writers_of_one_dataset(server, d: str) -> None:
    """No row is lost and no job fails, whatever others write."""
    failures: list[BaseException] = []

    def work(w: int) -> None:
        client = client_of(server.url)
        try:
            for n in range(6):
                one, other = ("d", "e") if w % 2 else ("e", "d")
                client.query(
                    f"INSERT INTO {one}.t VALUES ({w}, {n}); INSERT INTO {other}.t SELECT {w}, {n}; UPDATE {one}.t SET n = n WHERE w = {w}"
                ).result()
                client.query(f"CREATE OR REPLACE TABLE {one}.own_{w} AS SELECT * FROM {other}.t").result()
        except BaseException as e:
            failures.append(e)

    threads = [threading.Thread(target=work, args=(w,)) for w in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(300)
    assert not failures and not any(t.is_alive() for t in threads)
    client = client_of(server.url)
    assert values(client, "SELECT COUNT(*), COUNT(DISTINCT FORMAT('%d-%d', w, n)) FROM d.t") == [(30, 30)]
    assert values(client, "SELECT COUNT(*) FROM e.t") == [(30,)]


def test_transactions_wait(server, client: bigquery.Client, d: str) -> None:
    """A transaction that is open keeps other writers of the dataset waiting, and readers not."""
    session = bigquery.QueryJobConfig(create_session=True)
    first = client.query("CREATE OR REPLACE TABLE d.x AS SELECT 1 AS n", job_config=session)
    first.result()
    same = bigquery.QueryJobConfig(connection_properties=[bigquery.ConnectionProperty("session_id", first.session_info.session_id)])
    client.query("BEGIN TRANSACTION", job_config=same).result()
    client.query("UPDATE d.x SET n = 2 WHERE TRUE", job_config=same).result()
    waiting = client.query("UPDATE d.x SET n = n * 10 WHERE TRUE")
    other = client.query("INSERT INTO e.t VALUES (0, 0)")
    other.result()
    assert values(client, "SELECT n FROM d.x") == [(1,)]
    assert not waiting.done()
    client.query("COMMIT TRANSACTION", job_config=same).result()
    waiting.result()
    assert values(client, "SELECT n FROM d.x") == [(20,)]


def test_cancel(client: bigquery.Client, d: str) -> None:
    job = client.query("DECLARE i INT64 DEFAULT 0; LOOP SET i = i + 1; END LOOP")
    while client.get_job(job.job_id, location="EU").state != "RUNNING":
        time.sleep(0.01)
    client.cancel_job(job.job_id, location="EU")
    with pytest.raises(exceptions.GoogleAPICallError, match="cancelled"):
        job.result(job_retry=None)
    big = client.query(
        "SELECT COUNT(*) FROM UNNEST(GENERATE_ARRAY(1, 100000)) a, UNNEST(GENERATE_ARRAY(1, 100000)) b WHERE MOD(a * b, 7) = 3"
    )
    assert not big.done()
    big.cancel()
    with pytest.raises(exceptions.GoogleAPICallError, match="cancelled"):
        big.result(job_retry=None)


def test_readers(server, d: str) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda n: values(client_of(server.url), f"SELECT {n} + COUNT(*) * 0 FROM d.t"), range(24)))
    assert found == [[(n,)] for n in range(24)]


def test_pages(client: bigquery.Client) -> None:
    rows = client.query("SELECT x FROM UNNEST(GENERATE_ARRAY(1, 25000)) AS x ORDER BY x").result(page_size=10000)
    assert [r.x for r in rows] == list(range(1, 25001))
    assert rows.total_rows == 25000
