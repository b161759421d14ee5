"""The resources of the REST API, by Google's client."""

from __future__ import annotations

import datetime
import io

import pytest
from conftest import PROJECT, Running, values
from google.api_core import exceptions
from google.cloud import bigquery
from google.cloud.bigquery import SchemaField


def test_datasets(client: bigquery.Client) -> None:
    made = bigquery.Dataset(f"{PROJECT}.one")
    made.location, made.labels, made.description = "EU", {"a": "b"}, "first"
    client.create_dataset(made)
    with pytest.raises(exceptions.Conflict, match="Already Exists: Dataset test-project:one"):
        client.create_dataset(made)
    client.create_dataset(made, exists_ok=True)
    found = client.get_dataset("one")
    assert (found.location, found.labels, found.description) == ("EU", {"a": "b"}, "first")
    found.labels = {"c": "d"}
    found.description = None
    client.update_dataset(found, ["labels", "description"])
    again = client.get_dataset("one")
    assert again.description is None and again.labels["c"] == "d"
    with pytest.raises(exceptions.PreconditionFailed):
        client.update_dataset(found, ["labels"])
    assert "one" in [d.dataset_id for d in client.list_datasets()]
    client.query("CREATE TABLE one.t AS SELECT 1 AS x").result()
    with pytest.raises(exceptions.BadRequest, match="still in use"):
        client.delete_dataset("one")
    client.delete_dataset("one", delete_contents=True)
    with pytest.raises(exceptions.NotFound, match="Not found: Dataset test-project:one"):
        client.get_dataset("one")
    client.delete_dataset("one", not_found_ok=True)


def test_tables(client: bigquery.Client, dataset: str) -> None:
    fields = [
        SchemaField("a", "INTEGER", "REQUIRED", description="key"),
        SchemaField("b", "STRING", "REPEATED"),
        SchemaField("at", "TIMESTAMP"),
        SchemaField(
            "r", "RECORD", fields=[SchemaField("x", "FLOAT"), SchemaField("y", "RECORD", "REPEATED", fields=[SchemaField("z", "BYTES")])]
        ),
    ]
    table = bigquery.Table(f"{PROJECT}.d.made", schema=fields)
    table.time_partitioning = bigquery.TimePartitioning(field="at")
    table.clustering_fields = ["a"]
    client.create_table(table)
    with pytest.raises(exceptions.Conflict):
        client.create_table(table)
    found = client.get_table("d.made")
    assert found.schema == fields
    assert found.time_partitioning.field == "at" and found.clustering_fields == ["a"] and found.location == "EU"
    row = {"a": 1, "b": ["x", "y"], "at": "2020-01-01T00:00:00Z", "r": {"x": 1.5, "y": [{"z": "YQ=="}]}}
    assert client.insert_rows_json("d.made", [row, {"a": 2}]) == []
    errors = client.insert_rows_json("d.made", [{"a": 3}, {"nope": 1, "a": 4}, {"b": []}])
    assert [(e["index"], e["errors"][0]["reason"]) for e in errors] == [(1, "invalid"), (2, "invalid"), (0, "stopped")]
    at = datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc)
    assert [tuple(r.values()) for r in client.list_rows("d.made")] == [
        (1, ["x", "y"], at, {"x": 1.5, "y": [{"z": b"a"}]}),
        (2, [], None, None),
    ]
    assert client.get_table("d.made").num_rows == 2
    assert [r["a"] for r in client.list_rows("d.made", start_index=1)] == [2]
    assert [r["a"] for r in client.list_rows("d.made", page_size=1)] == [1, 2]
    found.schema = [*fields, SchemaField("more", "NUMERIC")]
    found.description, found.expires = "t", datetime.datetime(2000, 1, 1, tzinfo=datetime.timezone.utc)
    client.update_table(found, ["schema", "description"])
    assert [f.name for f in client.get_table("d.made").schema] == ["a", "b", "at", "r", "more"]
    assert "made" in [t.table_id for t in client.list_tables("d")]
    fresh = client.get_table("d.made")
    fresh.expires = datetime.datetime(2000, 1, 1, tzinfo=datetime.timezone.utc)
    client.update_table(fresh, ["expires"])
    with pytest.raises(exceptions.NotFound, match="Not found: Table test-project:d.made was not found in location"):
        client.get_table("d.made")
    client.create_table(bigquery.Table(f"{PROJECT}.d.made", schema=fields[:1]))
    client.delete_table("d.made")
    with pytest.raises(exceptions.NotFound):
        client.delete_table("d.made")


def test_jobs(client: bigquery.Client, dataset: str) -> None:
    job = client.query("SELECT 1 AS x UNION ALL SELECT 2", job_id="mine", job_retry=None)
    assert [r.x for r in job.result()] == [1, 2]
    assert job.state == "DONE" and job.statement_type == "SELECT" and job.location == "EU"
    assert client.get_job("mine", location="EU").statement_type == "SELECT"
    assert client.get_table(job.destination).num_rows == 2
    with pytest.raises(exceptions.Conflict, match="Already Exists: Job"):
        client.query("SELECT 1", job_id="mine", job_retry=None, retry=None)
    with pytest.raises(exceptions.NotFound):
        client.get_job("other")
    dry = client.query("SELECT 1 AS a, 'x' AS b", job_config=bigquery.QueryJobConfig(dry_run=True))
    assert [(f.name, f.field_type) for f in dry.schema] == [("a", "INTEGER"), ("b", "STRING")]
    with pytest.raises(exceptions.BadRequest, match=r"Unrecognized name: nope at \[1:8\]"):
        client.query("SELECT nope", job_config=bigquery.QueryJobConfig(dry_run=True))
    failed = client.query("SELECT 1 / 0")
    assert isinstance(failed.exception(), exceptions.BadRequest)
    assert failed.error_result == {"reason": "invalidQuery", "location": "query", "message": "division by zero: 1 / 0"}
    target = bigquery.QueryJobConfig(destination=f"{PROJECT}.d.kept", write_disposition="WRITE_TRUNCATE", labels={"a": "b"})
    for _ in range(2):
        client.query("SELECT 5 AS n", job_config=target).result()
    assert values(client, "SELECT * FROM d.kept") == [(5,)]
    target.write_disposition = "WRITE_APPEND"
    client.query("SELECT 6 AS n", job_config=target).result()
    target.write_disposition = "WRITE_EMPTY"
    with pytest.raises(exceptions.Conflict):
        client.query("SELECT 7 AS n", job_config=target, job_retry=None).result(job_retry=None)
    assert values(client, "SELECT n FROM d.kept ORDER BY n") == [(5,), (6,)]
    client.copy_table("d.kept", "d.copied").result()
    assert client.get_table("d.copied").num_rows == 2
    assert client.query_and_wait("SELECT COUNT(*) FROM d.copied").total_rows == 1
    assert {"mine"} <= {j.job_id for j in client.list_jobs()}


def test_parameters(client: bigquery.Client) -> None:
    scalar, array, struct = bigquery.ScalarQueryParameter, bigquery.ArrayQueryParameter, bigquery.StructQueryParameter
    config = bigquery.QueryJobConfig(
        query_parameters=[
            scalar("s", "STRING", 'it\'s \\ "x"'),
            scalar("d", "DATE", datetime.date(2020, 2, 29)),
            scalar("t", "TIMESTAMP", datetime.datetime(2020, 1, 1, 12, tzinfo=datetime.timezone.utc)),
            scalar("n", "NUMERIC", "1.5"),
            scalar("none", "INT64", None),
            scalar("b", "BYTES", b"\xff"),
            array("a", "INT64", [1, 2]),
            struct("st", scalar("x", "INT64", 1), scalar("y", "STRING", "z")),
        ]
    )
    sql = "SELECT @s, EXTRACT(DAY FROM @d), @t = TIMESTAMP '2020-01-01 12:00:00', @n, @none IS NULL, @b, ARRAY_LENGTH(@a), @st.y, 2 IN UNNEST(@a)"
    assert values(client, sql, job_config=config) == [('it\'s \\ "x"', 29, True, 1.5, True, b"\xff", 2, "z", True)]
    config = bigquery.QueryJobConfig(query_parameters=[scalar(None, "INT64", 4), scalar(None, "STRING", "x")])
    assert values(client, "SELECT ? + 1, ?", job_config=config) == [(5, "x")]
    with pytest.raises(exceptions.BadRequest, match="Query parameter 'nope' not found"):
        values(client, "SELECT @nope")


def test_uploads(client: bigquery.Client, dataset: str) -> None:
    schema = [SchemaField("a", "INTEGER"), SchemaField("b", "STRING"), SchemaField("c", "DATE")]
    config = bigquery.LoadJobConfig(schema=schema, skip_leading_rows=1, source_format="CSV")
    data = b'a,b,c\n1,"x,""y""",2020-01-01\n,,\n'
    job = client.load_table_from_file(io.BytesIO(data), "d.csv", job_config=config)
    job.result()
    assert job.output_rows == 2
    assert values(client, "SELECT * FROM d.csv ORDER BY a") == [(None, "", None), (1, 'x,"y"', datetime.date(2020, 1, 1))]
    client.load_table_from_file(io.BytesIO(data), "d.csv", size=len(data), job_config=config).result()
    assert client.get_table("d.csv").num_rows == 4
    with pytest.raises(exceptions.BadRequest, match="Bad int64 value: q"):
        client.load_table_from_file(io.BytesIO(b"a,b,c\nq,,\n"), "d.csv", job_config=config).result()
    assert client.get_table("d.csv").num_rows == 4
    client.load_table_from_json(
        [{"a": 1, "b": ["x"], "c": {"d": "2020-01-01T00:00:00Z"}}], "d.json", job_config=bigquery.LoadJobConfig(autodetect=True)
    ).result()
    assert values(client, "SELECT a, b[0] FROM d.json") == [(1, "x")]
    with pytest.raises(exceptions.BadRequest, match="No such field: z"):
        client.load_table_from_json([{"z": 1}], "d.csv").result()


def test_partitions(client: bigquery.Client, dataset: str) -> None:
    client.query(
        "CREATE TABLE d.days PARTITION BY day AS SELECT DATE '2020-01-01' AS day UNION ALL SELECT DATE '2020-03-01' UNION ALL SELECT NULL"
    ).result()
    assert sorted(client.list_partitions("d.days")) == ["20200101", "20200301", "__NULL__"]
    with pytest.raises(exceptions.BadRequest, match="does not have partition decorators"):
        client.delete_table("d.days$20200101")
    assert ("days", 3, 1) in values(client, "SELECT table_id, row_count, type FROM `test-project.d.__TABLES__`")


def test_routines(client: bigquery.Client, dataset: str) -> None:
    client.query("CREATE FUNCTION d.plus(x INT64) RETURNS INT64 AS (x + 1)").result()
    assert [r.routine_id for r in client.list_routines("d")] == ["plus"]
    found = client.get_routine(f"{PROJECT}.d.plus")
    assert (found.body, found.type_, found.arguments[0].name) == ("x + 1", "SCALAR_FUNCTION", "x")
    client.delete_routine(f"{PROJECT}.d.plus")
    with pytest.raises(exceptions.NotFound):
        client.get_routine(f"{PROJECT}.d.plus")


def test_views(client: bigquery.Client, dataset: str) -> None:
    view = bigquery.Table(f"{PROJECT}.d.seen")
    view.view_query = "SELECT 1 AS x, 'a' AS y"
    client.create_table(view)
    found = client.get_table("d.seen")
    assert found.table_type == "VIEW" and [f.name for f in found.schema] == ["x", "y"] and found.view_query == view.view_query
    assert values(client, "SELECT y FROM d.seen") == [("a",)]


def test_scripts(client: bigquery.Client) -> None:
    job = client.query("DECLARE x INT64 DEFAULT 1; SELECT x; SELECT x + 1 AS y;")
    assert [r.y for r in job.result()] == [2]
    assert job.statement_type == "SCRIPT" and job.num_child_jobs == 2
    children = list(client.list_jobs(parent_job=job))
    assert [c.statement_type for c in children] == ["SELECT", "SELECT"]
    assert [tuple(r.values()) for r in children[-1].result()] == [(1,)]


def test_sessions(client: bigquery.Client) -> None:
    first = client.query("CREATE TEMP TABLE kept AS SELECT 3 AS x", job_config=bigquery.QueryJobConfig(create_session=True))
    first.result()
    same = bigquery.QueryJobConfig(connection_properties=[bigquery.ConnectionProperty("session_id", first.session_info.session_id)])
    assert values(client, "SELECT x FROM kept", job_config=same) == [(3,)]
    with pytest.raises(exceptions.BadRequest, match="must be qualified with a dataset"):
        values(client, "SELECT x FROM kept")


def test_second_server(server: Running, tmp_path) -> None:
    state = server.process.args[server.process.args.index("--state") + 1]
    with pytest.raises(AssertionError, match="another dorc has the local BigQuery's state"):
        Running(state)
