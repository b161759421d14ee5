"""Files of the local buckets: loads, extracts and external tables. The Go test serves the bucket "data"."""

from __future__ import annotations

import datetime
import gzip
import json
import os
import urllib.parse
import urllib.request
from typing import Iterator

import pytest
from conftest import PROJECT, Running, values
from google.api_core import exceptions
from google.cloud import bigquery
from google.cloud.bigquery import SchemaField

STORAGE = os.environ.get("STORAGE_EMULATOR_HOST", "")
pytestmark = pytest.mark.skipif(not STORAGE, reason="no local Cloud Storage is served")
D = datetime.date


def put(name: str, data: bytes) -> str:
    query = urllib.parse.urlencode({"uploadType": "media", "name": name})
    urllib.request.urlopen(urllib.request.Request(f"{STORAGE}/upload/storage/v1/b/data/o?{query}", data, method="POST")).read()
    return f"gs://data/{name}"


def get(name: str) -> bytes:
    return urllib.request.urlopen(f"{STORAGE}/storage/v1/b/data/o/{urllib.parse.quote(name, safe='')}?alt=media").read()


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[bigquery.Client]:
    running = Running(tmp_path_factory.mktemp("files"), "--storage", STORAGE)
    running.client.create_dataset(f"{PROJECT}.d")
    yield running.client
    running.stop()


SCHEMA = [
    SchemaField("a", "INTEGER"),
    SchemaField("b", "STRING"),
    SchemaField("c", "TIMESTAMP"),
    SchemaField("d", "BOOLEAN"),
    SchemaField("e", "NUMERIC"),
]
AT = datetime.datetime(2020, 1, 1, 10, tzinfo=datetime.timezone.utc)


def test_csv(client: bigquery.Client) -> None:
    uri = put("in/one.csv", b'a,b,c,d,e\n1,"x,\n""y""",2020-01-01 10:00:00 UTC,true,1.5\n,,,,\n')
    put("in/two.csv", b"a,b,c,d,e\n3,z,2020-01-01T10:00:00Z,0,2\n")
    put("in/other.txt", b"no,csv\n")
    config = bigquery.LoadJobConfig(
        schema=SCHEMA, skip_leading_rows=1, source_format="CSV", write_disposition="WRITE_TRUNCATE", allow_quoted_newlines=True
    )
    job = client.load_table_from_uri(uri, "d.csv", job_config=config)
    job.result()
    assert (job.output_rows, job.input_files) == (2, 1)
    assert values(client, "SELECT * FROM d.csv ORDER BY a") == [(None, "", None, None, None), (1, 'x,\n"y"', AT, True, pytest.approx(1.5))]
    job = client.load_table_from_uri("gs://data/in/*.csv", "d.csv", job_config=config)
    job.result()
    assert (job.output_rows, job.input_files) == (3, 2)
    config.write_disposition = "WRITE_APPEND"
    client.load_table_from_uri(uri, "d.csv", job_config=config).result()
    assert client.get_table("d.csv").num_rows == 5
    config.write_disposition = "WRITE_EMPTY"
    with pytest.raises(exceptions.Conflict):
        client.load_table_from_uri(uri, "d.csv", job_config=config).result()
    found = put("in/pipe.csv.gz", gzip.compress("k|v\n1|NA\n2|é\n".encode()))
    config = bigquery.LoadJobConfig(autodetect=True, skip_leading_rows=1, field_delimiter="|", null_marker="NA")
    client.load_table_from_uri(found, "d.pipe", job_config=config).result()
    assert [(f.name, f.field_type) for f in client.get_table("d.pipe").schema] == [("k", "INTEGER"), ("v", "STRING")]


def test_json_and_parquet(client: bigquery.Client) -> None:
    rows = [{"a": 1, "n": {"x": ["p", "q"]}, "t": "2020-01-01T10:00:00Z", "z": "1.25"}, {"a": None}]
    uri = put("in/rows.json", "\n".join(map(json.dumps, rows)).encode())
    schema = [
        SchemaField("a", "INTEGER"),
        SchemaField("n", "RECORD", fields=[SchemaField("x", "STRING", "REPEATED")]),
        SchemaField("t", "TIMESTAMP"),
        SchemaField("z", "NUMERIC"),
    ]
    config = bigquery.LoadJobConfig(schema=schema, source_format="NEWLINE_DELIMITED_JSON")
    client.load_table_from_uri(uri, "d.rows", job_config=config).result()
    assert values(client, "SELECT a, n.x[0], t, z FROM d.rows WHERE a = 1") == [(1, "p", AT, pytest.approx(1.25))]
    client.extract_table(
        "d.rows", "gs://data/out/rows-*.parquet", job_config=bigquery.ExtractJobConfig(destination_format="PARQUET")
    ).result()
    client.load_table_from_uri(
        "gs://data/out/rows-*.parquet", "d.back", job_config=bigquery.LoadJobConfig(source_format="PARQUET")
    ).result()
    assert values(client, "SELECT a, n.x, t, z FROM d.back WHERE a = 1") == values(client, "SELECT a, n.x, t, z FROM d.rows WHERE a = 1")
    bad = put("in/bad.json", b'{"a": 1, "nope": 2}\n')
    with pytest.raises(exceptions.BadRequest, match="No such field: nope"):
        client.load_table_from_uri(bad, "d.rows", job_config=config).result()
    config.ignore_unknown_values = True
    client.load_table_from_uri(bad, "d.rows", job_config=config).result()
    broken = put("in/broken.json", b'{"a": ')
    with pytest.raises(exceptions.BadRequest, match="Error while reading data"):
        client.load_table_from_uri(broken, "d.rows", job_config=config).result()


@pytest.mark.parametrize("text", ["1.5", "1_000", "1e3", "0.0"])
def test_integers_are_not_rounded(client: bigquery.Client, text: str) -> None:
    fields = [SchemaField("a", "INTEGER")]
    nested = [*fields, SchemaField("n", "RECORD", "REPEATED", fields=fields)]
    csv, row = put("in/int.csv", text.encode()), '{"a": "' + text + '"}'
    one, deep = put("in/int.json", row.encode()), put("in/deep.json", ('{"a": 1, "n": [' + row + "]}").encode())
    for uri, form, schema in ((csv, "CSV", fields), (one, "NEWLINE_DELIMITED_JSON", fields), (deep, "NEWLINE_DELIMITED_JSON", nested)):
        config = bigquery.LoadJobConfig(schema=schema, source_format=form)
        with pytest.raises(exceptions.BadRequest, match=f"Error while reading data, error message: Bad int64 value: {text}"):
            client.load_table_from_uri(uri, "d.never", job_config=config).result()
    number = put("in/int.json", b'{"a": 1.5}')
    with pytest.raises(exceptions.BadRequest, match="Bad int64 value: 1.5"):
        config = bigquery.LoadJobConfig(schema=fields, source_format="NEWLINE_DELIMITED_JSON")
        client.load_table_from_uri(number, "d.never", job_config=config).result()


BAD = [
    ("CSV", b"1,a\nx,b\n3\n4,d\n", 2),
    ("CSV", b"1,a\n1.5,b\n4,d\n", 1),
    ("NEWLINE_DELIMITED_JSON", b'{"a": 1}\n{"a": 1.5}\n{"a": "x", "b": "y"}\n{"a": 4}\n', 2),
]


@pytest.mark.parametrize("form,data,bad", BAD)
def test_bad_records(client: bigquery.Client, form: str, data: bytes, bad: int) -> None:
    """As many as are allowed are left out and counted; one more, and nothing is loaded."""
    uri, schema = put("in/badrecords", data), [SchemaField("a", "INTEGER"), SchemaField("b", "STRING")]
    config = bigquery.LoadJobConfig(schema=schema, source_format=form, max_bad_records=bad, write_disposition="WRITE_TRUNCATE")
    job = client.load_table_from_uri(uri, "d.lenient", job_config=config)
    job.result()
    assert (job.output_rows, job._properties["statistics"]["load"]["badRecords"]) == (2, str(bad))
    assert values(client, "SELECT a FROM d.lenient ORDER BY a") == [(1,), (4,)]
    config.max_bad_records = bad - 1
    with pytest.raises(exceptions.BadRequest, match="Error while reading data"):
        client.load_table_from_uri(uri, "d.lenient", job_config=config).result()
    assert values(client, "SELECT COUNT(*) FROM d.lenient") == [(2,)]


def test_extract(client: bigquery.Client) -> None:
    client.query(
        "CREATE TABLE d.out AS SELECT 1 AS a, 'x,y' AS b, TIMESTAMP '2020-01-01 10:00:00' AS c, 1.0 AS f, DATE '2020-01-01' AS d"
    ).result()
    client.extract_table("d.out", "gs://data/out/rows.csv").result()
    assert get("out/rows.csv") == b'a,b,c,f,d\n1,"x,y",2020-01-01 10:00:00 UTC,1,2020-01-01\n'
    client.extract_table(
        "d.out",
        "gs://data/out/rows.json.gz",
        job_config=bigquery.ExtractJobConfig(destination_format="NEWLINE_DELIMITED_JSON", compression="GZIP"),
    ).result()
    found = json.loads(gzip.decompress(get("out/rows.json.gz")))
    assert (found["a"], found["b"], found["d"]) == ("1", "x,y", "2020-01-01")


def test_external(client: bigquery.Client) -> None:
    put("ext/one.csv", b"n,day\n1,2020-01-01\n")
    sql = "CREATE EXTERNAL TABLE d.ext (n INT64, day DATE) OPTIONS (format = 'CSV', uris = ['gs://data/ext/*.csv'], skip_leading_rows = 1)"
    client.query(sql).result()
    assert values(client, "SELECT * FROM d.ext") == [(1, D(2020, 1, 1))]
    put("ext/two.csv", b"n,day\n2,2020-01-02\n")
    assert values(client, "SELECT SUM(n) FROM d.ext") == [(3,)], "the files are read when the table is"
    assert client.get_table("d.ext").table_type == "EXTERNAL"
    client.query("CREATE OR REPLACE VIEW d.over AS SELECT n FROM d.ext WHERE n > 1; CREATE TABLE d.copied AS SELECT * FROM d.over").result()
    assert values(client, "SELECT n FROM d.copied") == [(2,)]
    with pytest.raises(exceptions.BadRequest, match="INSERT is not supported for test-project:d.ext, which is a EXTERNAL"):
        client.query("INSERT INTO d.ext VALUES (1, NULL)").result()
    client.query("DROP EXTERNAL TABLE d.ext").result()


@pytest.mark.parametrize("uri,match,kind", [("gs://data/none.csv", "Not found: URI gs://data/none.csv", exceptions.NotFound), ("gs://none/x.csv", "Not found: URI", exceptions.NotFound), ("gs://data/none*", "Not found: URI", exceptions.NotFound), ("/etc/passwd", "must be a Google Cloud Storage location", exceptions.BadRequest), ("gs://data/../../etc/passwd", "Not found: URI|Cloud Storage answered", exceptions.GoogleAPICallError)])  # fmt: skip
def test_no_file(client: bigquery.Client, uri: str, match: str, kind: type) -> None:
    with pytest.raises(kind, match=match):
        client.load_table_from_uri(uri, "d.never", job_config=bigquery.LoadJobConfig(autodetect=True)).result()


def test_formats(client: bigquery.Client) -> None:
    for form in ("AVRO", "ORC", "DATASTORE_BACKUP"):
        with pytest.raises(exceptions.BadRequest, match=f"does not have files in {form}"):
            client.load_table_from_uri("gs://data/in/one.csv", "d.never", job_config=bigquery.LoadJobConfig(source_format=form)).result()
