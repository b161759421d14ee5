"""Queries: clauses, joins, arrays, windows, tables that queries make."""

from __future__ import annotations

import csv
import datetime
import io
from collections import defaultdict
from pathlib import Path

import pytest
from conftest import values
from google.api_core import exceptions
from google.cloud import bigquery

D = datetime.date
AT = "TIMESTAMP '2020-01-01 10:30:00'"
HOUR = datetime.datetime(2020, 1, 1, 10, tzinfo=datetime.timezone.utc)

CASES: list[tuple[str, list[tuple]]] = [
    ("SELECT x, SUM(y) FROM (SELECT 1 x, 2 y) GROUP BY ROLLUP(x) ORDER BY 1", [(None, 2), (1, 2)]),
    ("SELECT a, b, SUM(c) FROM (SELECT 1 a, 2 b, 3 c) GROUP BY GROUPING SETS (a, b) ORDER BY a, b", [(None, 2, 3), (1, None, 3)]),
    ("SELECT x AS k, COUNT(*) FROM UNNEST([1, 1, 2]) x GROUP BY k ORDER BY k", [(1, 2), (2, 1)]),
    ("SELECT MOD(x, 2) AS x, COUNT(*) FROM UNNEST([1, 2, 3]) x GROUP BY x ORDER BY x", [(0, 1), (1, 2)]),
    ("SELECT x FROM UNNEST([1, 2, 3]) x WHERE x > 1 ORDER BY x DESC LIMIT 1 OFFSET 1", [(2,)]),
    ("SELECT x FROM UNNEST([2, NULL, 1]) x ORDER BY x", [(None,), (1,), (2,)]),
    ("SELECT x FROM UNNEST([2, NULL, 1]) x ORDER BY x DESC", [(2,), (1,), (None,)]),
    ("SELECT x FROM UNNEST([2, NULL, 1]) x ORDER BY x NULLS LAST", [(1,), (2,), (None,)]),
    ("SELECT * FROM (SELECT 1 a UNION ALL SELECT 2 ORDER BY 1 DESC LIMIT 1)", [(2,)]),
    ("SELECT 1 UNION DISTINCT SELECT 1", [(1,)]),
    ("SELECT 1 a EXCEPT DISTINCT SELECT 2", [(1,)]),
    ("SELECT a FROM (SELECT 1 a) INTERSECT DISTINCT SELECT 1", [(1,)]),
    ("(SELECT 1 a) UNION ALL (SELECT 2) ORDER BY a DESC", [(2,), (1,)]),
    ("SELECT NULL UNION ALL SELECT 'x' ORDER BY 1", [(None,), ("x",)]),
    ("SELECT a, b FROM (SELECT 1 a, 2 b UNION ALL BY NAME SELECT 4 b, 3 a) ORDER BY a", [(1, 2), (3, 4)]),
    ("SELECT DISTINCT x FROM UNNEST([1, 1]) x", [(1,)]),
    ("SELECT COUNT(*) FROM UNNEST([1, 2]) HAVING COUNT(*) > 1", [(2,)]),
    ("WITH RECURSIVE r AS (SELECT 1 n UNION ALL SELECT n + 1 FROM r WHERE n < 5) SELECT SUM(n) FROM r", [(15,)]),
    ("WITH a AS (SELECT 1 x), b AS (SELECT x + 1 AS x FROM a) SELECT * FROM a UNION ALL SELECT * FROM b ORDER BY x", [(1,), (2,)]),
    ("SELECT * EXCEPT (a), 5 AS q FROM (SELECT 1 a, 2 b)", [(2, 5)]),
    ("SELECT * REPLACE (a + 1 AS a) FROM (SELECT 1 a, 2 b)", [(2, 2)]),
    ("SELECT t.* EXCEPT (b) FROM (SELECT 1 a, 2 b) t", [(1,)]),
    ("SELECT t.x.y, x.y FROM (SELECT STRUCT(1 AS y) x) t", None),
    ("SELECT x.* FROM (SELECT STRUCT(1 AS y, 2 AS z) x)", [(1, 2)]),
    ("SELECT AS STRUCT 1 a, 2 b", [(1, 2)]),
    ("SELECT t FROM (SELECT 1 a, 2 b) t", [({"a": 1, "b": 2},)]),
    ("SELECT s.* FROM (SELECT STRUCT(1 AS y, 2 AS z) AS s) ORDER BY z", [(1, 2)]),
    ("SELECT z FROM (SELECT s.* FROM (SELECT STRUCT(1 AS y, 2 AS z) AS s))", [(2,)]),
    # Names.
    ("SELECT (SELECT AS STRUCT x, y).y, (SELECT x) FROM (SELECT 1 x, 2 y)", [(2, 1)]),
    ("SELECT x AS r, COUNT(*) AS c FROM UNNEST([1, 1]) AS x GROUP BY r HAVING c > 1 AND r = 1 ORDER BY c, r", [(1, 2)]),
    ("SELECT x AS r, ROW_NUMBER() OVER (ORDER BY x) AS n FROM UNNEST([1, 2]) AS x QUALIFY n = 2", [(2, 2)]),
    ("SELECT t.s.w.k FROM (SELECT STRUCT(STRUCT(4 AS k) AS w) AS s) AS t GROUP BY k ORDER BY k", [(4,)]),
    ("SELECT x + 1 AS x FROM UNNEST([1, 2]) AS x WHERE x = 1 ORDER BY x", [(2,)]),
    ("SELECT (SELECT MAX(p + x) FROM UNNEST(t.a)) FROM (SELECT 1 AS x, [STRUCT(2 AS p)] AS a) AS t", [(3,)]),
    ("SELECT x v FROM UNNEST([2]) AS x UNION ALL SELECT 1 ORDER BY v", [(1,), (2,)]),
    ("SELECT * FROM (SELECT 'a' AS x, 2 AS y) PIVOT(SUM(y) FOR x IN ('a' AS one)) WHERE one = 2", [(2,)]),
    (
        "WITH RECURSIVE a AS (WITH b AS (SELECT 1 AS n) SELECT n FROM b UNION ALL SELECT n + 1 FROM a WHERE n < 3) SELECT MAX(n) FROM a",
        [(3,)],
    ),
    # Types that only come out of all branches, or of DuckDB.
    (f"WITH w AS (SELECT NULL AS n UNION ALL SELECT {AT}) SELECT DATE_TRUNC(n, HOUR) FROM w ORDER BY 1", [(None,), (HOUR,)]),
    (f"SELECT DATE_TRUNC(CASE WHEN FALSE THEN NULL ELSE x END, HOUR) FROM (SELECT {AT} AS x)", [(HOUR,)]),
    (f"SELECT DATE_TRUNC(IF(TRUE, x, NULL), HOUR), DATE_TRUNC(IFNULL(x, '2020-01-01'), HOUR) FROM (SELECT {AT} AS x)", [(HOUR, HOUR)]),
    (f"SELECT DATE_TRUNC(COALESCE(NULL, x), HOUR), DATE_TRUNC(x - INTERVAL 30 MINUTE, HOUR) FROM (SELECT {AT} AS x)", [(HOUR, HOUR)]),
    (
        f"SELECT DATE_TRUNC(s.x, HOUR), DATE_TRUNC(l[0].x, HOUR) FROM (SELECT STRUCT({AT} AS x) AS s, [STRUCT({AT} AS x)] AS l)",
        [(HOUR, HOUR)],
    ),
    (f"SELECT DATE_TRUNC(x, HOUR) FROM (SELECT s.* FROM (SELECT STRUCT({AT} AS x) AS s))", [(HOUR,)]),
    (
        f"SELECT DATE_TRUNC(q, HOUR), DATE_ADD(q, INTERVAL -30 MINUTE), DATE_DIFF(q, q, HOUR), FORMAT_DATE('%H', q) FROM (SELECT 'k' AS k, {AT} AS x) PIVOT(MAX(x) FOR k IN ('k' AS q))",
        [(HOUR, HOUR, 0, "10")],
    ),
    # Joins.
    ("SELECT a.x, b.y FROM (SELECT 1 x) a FULL JOIN (SELECT 2 y) b ON a.x = b.y ORDER BY 1", [(None, 2), (1, None)]),
    ("SELECT * FROM (SELECT 1 k, 2 a) x JOIN (SELECT 1 k, 3 b) y USING (k)", [(1, 2, 3)]),
    ("SELECT a, b FROM (SELECT 1 a), (SELECT 2 b)", [(1, 2)]),
    ("SELECT x.a, y.a FROM (SELECT 1 a) x CROSS JOIN (SELECT 2 a) y", None),
    ("SELECT x.a FROM (SELECT 1 a) x LEFT JOIN (SELECT 2 a) y ON x.a = y.a WHERE y.a IS NULL", [(1,)]),
    ("SELECT 1 FROM (SELECT 1 a) a WHERE EXISTS (SELECT 1 FROM (SELECT 1 a) c WHERE c.a = a.a)", [(1,)]),
    ("SELECT x FROM UNNEST(['a', 'b']) x WHERE x IN (SELECT 'a')", [("a",)]),
    ("SELECT x FROM UNNEST(['a', 'b']) x WHERE x NOT IN (SELECT 'a')", [("b",)]),
    # Arrays.
    ("SELECT a FROM UNNEST([1, 2]) a WITH OFFSET WHERE offset = 1", [(2,)]),
    ("SELECT * FROM UNNEST([STRUCT(1 AS a, 'x' AS b), STRUCT(2, 'y')]) WITH OFFSET o ORDER BY o", [(1, "x", 0), (2, "y", 1)]),
    (
        "WITH t AS (SELECT 1 a, [1, 2] b UNION ALL SELECT 2, []) SELECT a, c FROM t LEFT JOIN UNNEST(b) c ORDER BY a, c",
        [(1, 1), (1, 2), (2, None)],
    ),
    ("SELECT e.a FROM (SELECT ARRAY_AGG(STRUCT(a, b)) arr FROM (SELECT 1 a, 2 b)) t, t.arr e", [(1,)]),
    ("SELECT (SELECT MAX(y) FROM UNNEST([x, 5]) y) FROM UNNEST([1]) x", [(5,)]),
    (
        "SELECT * FROM UNNEST(GENERATE_DATE_ARRAY('2020-01-01', '2020-01-03')) d ORDER BY d",
        [(D(2020, 1, 1),), (D(2020, 1, 2),), (D(2020, 1, 3),)],
    ),
    ("SELECT [NULL, 1][OFFSET(1)], ARRAY_LENGTH([NULL])", [(1, 1)]),
    # Aggregates.
    (
        "SELECT (SELECT COUNTIF(e > 1) FROM UNNEST(r) AS e), (SELECT SUM(e) IS NULL FROM UNNEST(r) AS e) FROM (SELECT CAST([] AS ARRAY<INT64>) AS r)",
        [(0, True)],
    ),
    ("SELECT COUNTIF(x > 1) OVER (ORDER BY x) FROM UNNEST([1, 2]) AS x ORDER BY 1", [(0,), (1,)]),
    (
        "SELECT COUNT(DISTINCT x), SUM(DISTINCT x), COUNTIF(x > 1), LOGICAL_OR(x > 1), LOGICAL_AND(x > 1), BIT_OR(x), MIN(x), MAX(x) FROM UNNEST([1, 2, 2]) x",
        [(2, 3, 2, True, False, 3, 1, 2)],
    ),
    (
        "SELECT STRING_AGG(x), STRING_AGG(x, '-' ORDER BY x DESC), STRING_AGG(DISTINCT x, '') FROM UNNEST(['a', 'b']) x WHERE x = 'a'",
        [("a", "a", "a")],
    ),
    ("SELECT STRING_AGG(CAST(x AS STRING), '-' ORDER BY x DESC) FROM UNNEST([1, 2, 2]) x", [("2-2-1",)]),
    ("SELECT ARRAY_AGG(x IGNORE NULLS ORDER BY x DESC LIMIT 2) FROM UNNEST([1, NULL, 3, 2]) x", [([3, 2],)]),
    ("SELECT ARRAY_AGG(DISTINCT x ORDER BY x), AVG(x), SUM(x) / COUNT(*) FROM UNNEST([1, 2, 2]) x", [([1, 2], 5 / 3, 5 / 3)]),
    ("SELECT ANY_VALUE(x HAVING MAX y), MAX_BY(x, y), MIN_BY(x, y) FROM (SELECT 'a' x, 1 y UNION ALL SELECT 'b', 2)", [("b", "b", "a")]),
    ("SELECT APPROX_COUNT_DISTINCT(x), APPROX_QUANTILES(x, 2) FROM UNNEST([1, 2, 3]) x", [(3, [1, 2, 3])]),
    ("SELECT APPROX_TOP_COUNT(x, 1) FROM UNNEST(['a', 'b', 'a']) x", [([{"value": "a", "count": 2}],)]),
    ("SELECT ARRAY_CONCAT_AGG(x ORDER BY ARRAY_LENGTH(x)) FROM (SELECT [1] x UNION ALL SELECT [2, 3])", [([1, 2, 3],)]),
    ("SELECT STDDEV(x), VARIANCE(x), VAR_POP(x), STDDEV_POP(x), CORR(x, x) FROM UNNEST([1, 3]) x", [(2**0.5, 2.0, 1.0, 1.0, 1.0)]),
    ("SELECT SUM(x), AVG(x), COUNT(x), MAX(x) FROM UNNEST(CAST([] AS ARRAY<INT64>)) x", [(None, None, 0, None)]),
    ("SELECT SUM(NUMERIC '0.1'), SUM(x) FROM UNNEST([9223372036854775807, 1]) x", None),
    # Windows.
    (
        "SELECT x, ROW_NUMBER() OVER (ORDER BY x DESC), SUM(x) OVER (ORDER BY x), LAG(x) OVER (ORDER BY x), LEAD(x, 1, 0) OVER (ORDER BY x) FROM UNNEST([1, 2]) x ORDER BY x",
        [(1, 2, 1, None, 2), (2, 1, 3, 1, 0)],
    ),
    ("SELECT x FROM UNNEST([3, 1, 2]) x QUALIFY RANK() OVER (ORDER BY x) = 2", [(2,)]),
    ("SELECT SUM(x) OVER w FROM UNNEST([1, 2]) x WINDOW w AS (ORDER BY x) ORDER BY 1", [(1,), (3,)]),
    (
        "SELECT LAST_VALUE(x IGNORE NULLS) OVER (ORDER BY o ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) FROM UNNEST([1, 2, NULL]) x WITH OFFSET o LIMIT 1",
        [(2,)],
    ),
    ("SELECT PERCENTILE_CONT(x, 0.5) OVER (), PERCENTILE_DISC(x, 0.5) OVER () FROM UNNEST([1, 2, 3, 4]) x LIMIT 1", [(2.5, 2)]),
    (
        "SELECT NTILE(2) OVER (ORDER BY x), DENSE_RANK() OVER (ORDER BY x), CUME_DIST() OVER (ORDER BY x), PERCENT_RANK() OVER (ORDER BY x) FROM UNNEST([1, 2]) x ORDER BY 1",
        [(1, 1, 0.5, 0.0), (2, 2, 1.0, 1.0)],
    ),
    ("SELECT SUM(x) OVER (ORDER BY x RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) s FROM UNNEST([1, 2, 4]) x ORDER BY s", [(1,), (3,), (4,)]),
    ("SELECT FIRST_VALUE(x) OVER (PARTITION BY MOD(x, 2) ORDER BY x DESC) f FROM UNNEST([1, 2, 3]) x ORDER BY x", [(3,), (2,), (3,)]),
    # Pivots.
    ("SELECT * FROM (SELECT 'x' k, 1 v, 'g' g UNION ALL SELECT 'y', 2, 'g') PIVOT(SUM(v) FOR k IN ('x', 'y' AS z))", [("g", 1, 2)]),
    ("SELECT s_x, c_x FROM (SELECT 'x' k, 1 v) PIVOT(SUM(v) AS s, COUNT(*) AS c FOR k IN ('x'))", [(1, 1)]),
    ("SELECT * FROM (SELECT 1 a, 2 b, 3 c) UNPIVOT(v FOR k IN (a AS 'A', b)) ORDER BY v", [(3, 1, "A"), (3, 2, "b")]),
]


@pytest.mark.parametrize("sql,wanted", CASES, ids=[sql[:50] for sql, _ in CASES])
def test_query(client: bigquery.Client, sql: str, wanted: list[tuple] | None) -> None:
    if wanted is None:
        # Two columns of one name, or a sum that no INT64 can have.
        with pytest.raises(exceptions.BadRequest, match="Duplicate column names|out of range|overflow"):
            values(client, sql)
        return
    found = values(client, sql)
    assert len(found) == len(wanted)
    for row, other in zip(found, wanted):
        assert (
            row == pytest.approx(other, rel=1e-12)
            if any(isinstance(v, float) for v in row) and not any(isinstance(v, list) for v in row)
            else row == other
        )


def test_names_of_columns(client: bigquery.Client) -> None:
    names = [
        f.name
        for f in client.query("SELECT 1, 2 AS a, 3, t.b, t.s.c, COUNT(*) FROM (SELECT 1 b, STRUCT(2 AS c) s) t GROUP BY b, c, s")
        .result()
        .schema
    ]
    assert names == ["f0_", "a", "f1_", "b", "c", "f2_"]


WEATHER = Path(__file__).parents[6] / "examples"


def weather() -> list[dict[str, str]]:
    found = sorted(WEATHER.rglob("seattle-weather.csv"))
    if not found:
        pytest.skip("the example's weather is not here")
    return list(csv.DictReader(io.StringIO(found[0].read_text())))


def test_weather(client: bigquery.Client, dataset: str) -> None:
    """The numbers of real data, counted another way."""
    rows = weather()
    text = io.BytesIO(("\n".join(",".join(r.values()) for r in rows)).encode())
    names = ["date:DATE", "precipitation:FLOAT", "temp_max:FLOAT", "temp_min:FLOAT", "wind:FLOAT", "weather:STRING"]
    schema = [bigquery.SchemaField(*n.split(":")) for n in names]
    client.load_table_from_file(text, "d.weather", job_config=bigquery.LoadJobConfig(schema=schema)).result()
    assert client.get_table("d.weather").num_rows == len(rows) == 1461
    by_kind: dict[str, int] = defaultdict(int)
    by_month: dict[str, float] = defaultdict(float)
    for r in rows:
        by_kind[r["weather"]] += 1
        by_month[r["date"][:7]] += float(r["precipitation"])
    assert dict(values(client, "SELECT weather, COUNT(*) FROM d.weather GROUP BY weather")) == dict(by_kind)
    found = values(
        client, "SELECT FORMAT_DATE('%Y-%m', DATE_TRUNC(date, MONTH)) AS m, SUM(precipitation) FROM d.weather GROUP BY m ORDER BY m"
    )
    assert [m for m, _ in found] == sorted(by_month)
    assert dict(found) == pytest.approx(dict(by_month))
    hottest = max(rows, key=lambda r: (float(r["temp_max"]), r["date"]))
    assert values(client, "SELECT date, temp_max FROM d.weather QUALIFY ROW_NUMBER() OVER (ORDER BY temp_max DESC, date DESC) = 1") == [
        (D.fromisoformat(hottest["date"]), float(hottest["temp_max"]))
    ]
    wet = sum(1 for a, b in zip(rows, rows[1:]) if float(a["precipitation"]) == 0 and float(b["precipitation"]) > 0)
    sql = "SELECT COUNTIF(was = 0 AND precipitation > 0) FROM (SELECT precipitation, LAG(precipitation) OVER (ORDER BY date) AS was FROM d.weather)"
    assert values(client, sql) == [(wet,)]


PARAMETERS: list[tuple[str, tuple, tuple]] = [
    ("SELECT ? AS a, s.b FROM (SELECT ? AS b) s", (1, 2), (1, 2)),
    ("WITH a AS (SELECT ? AS x) SELECT x, ? AS y FROM a", (1, 2), (1, 2)),
    ("SELECT ? FROM (SELECT ? AS x) WHERE x = ? ORDER BY ?", (9, 1, 1, 5), (9,)),
    ("SELECT '?', ? + ? * ?, [?, ?], CASE ? WHEN ? THEN ? ELSE ? END", (1, 2, 3, 4, 5, 6, 6, 8, 9), ("?", 7, [4, 5], 8)),
    ("DECLARE x INT64 DEFAULT ?; SELECT ?; SELECT x, ?", (1, 2, 3), (1, 3)),
    ("EXECUTE IMMEDIATE 'SELECT ? AS a, s.b FROM (SELECT ? AS b) s' USING 1, 2", (), (1, 2)),
]


@pytest.mark.parametrize("sql,given,wanted", PARAMETERS, ids=[sql[:50] for sql, _, _ in PARAMETERS])
def test_parameters_by_position(client: bigquery.Client, sql: str, given: tuple, wanted: tuple) -> None:
    config = bigquery.QueryJobConfig(query_parameters=[bigquery.ScalarQueryParameter(None, "INT64", v) for v in given])
    assert values(client, sql, job_config=config) == [wanted]
