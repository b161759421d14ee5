import json

import pytest

FOLDER = "raw-to-processed/weather/"
HEADER = "date,precipitation,temp_max,temp_min,wind,weather\n"
GOOD = "2012-01-01,0.0,12.8,5.0,4.7,drizzle\n"


@pytest.mark.parametrize("event", [{}, None, {"detail-type": "Scheduled Event", "detail": {}}])
def test_extract_puts_its_file(function, s3, event):
    extract = function(FOLDER + "extract")
    result = extract.handler(event, None)
    assert result == {"bucket": "raw", "key": "weather/seattle-weather.csv"}
    assert s3.objects["raw", result["key"]] == extract.FILE.read_bytes()


@pytest.mark.parametrize(
    "event, want",
    [
        ({"key": "mine.csv"}, {"bucket": "raw", "key": "mine.csv"}),
        ({"bucket": "other", "key": "mine.csv"}, {"bucket": "other", "key": "mine.csv"}),
        (
            {"detail-type": "Object Created",
             "detail": {"bucket": {"name": "raw"}, "object": {"key": "uploads/weather/a b.csv"}}},
            {"bucket": "raw", "key": "uploads/weather/a b.csv"},
        ),
    ],
)
def test_extract_leaves_a_named_object(function, s3, event, want):
    assert function(FOLDER + "extract").handler(event, None) == want
    assert not s3.objects


def test_clean_keeps_the_whole_file(function, s3):
    result = function(FOLDER + "clean").handler(function(FOLDER + "extract").handler({}, None), None)
    assert result == {"bucket": "processed", "key": "weather/weather.csv", "rows": 1461, "dropped": 0}
    report = json.loads(s3.objects["processed", "weather/report.json"])
    assert report["rows"] == 1461 and report["dropped"] == []
    lines = s3.objects["processed", result["key"]].decode().splitlines()
    assert lines[0] + "\n" == HEADER and lines[1] + "\n" == GOOD and len(lines) == 1462


@pytest.mark.parametrize(
    "row, reason",
    [
        ("2012-13-01,0,1,0,1,sun", "month"),
        ("2012-01-02,wet,1,0,1,sun", "could not convert"),
        ("2012-01-02,nan,1,0,1,sun", "negative"),
        ("2012-01-02,-1,1,0,1,sun", "negative"),
        ("2012-01-02,0,0,1,1,sun", "temperatures"),
        ("2012-01-02,0,99,1,1,sun", "temperatures"),
        ("2012-01-02,0,1,0,1,hail", "unknown weather 'hail'"),
        ("2012-01-02,0,1,0,1", "six columns"),
        ("2012-01-02,0,1,0,1,sun,7", "six columns"),
        ("2012-01-01,0,1,0,1,sun", "twice"),
    ],
)
def test_clean_drops_bad_rows(function, row, reason):
    good, bad = function(FOLDER + "clean").clean(HEADER + GOOD + row + "\n")
    assert [r["date"] for r in good] == ["2012-01-01"]
    assert len(bad) == 1 and bad[0]["line"] == 3 and reason in bad[0]["reason"]


def test_clean_sorts(function):
    good, _ = function(FOLDER + "clean").clean(HEADER + "2012-01-02,0,1,0,1,sun\n" + GOOD)
    assert [r["date"] for r in good] == ["2012-01-01", "2012-01-02"]


def test_clean_refuses_other_columns(function):
    with pytest.raises(ValueError, match="columns"):
        function(FOLDER + "clean").clean("a,b\n1,2\n")


def test_clean_writes_nothing_when_too_much_is_bad(function, s3, monkeypatch):
    monkeypatch.setenv("MAX_BAD_SHARE", "0.4")
    clean = function(FOLDER + "clean")
    s3.objects["raw", "k"] = (HEADER + GOOD + "x,0,1,0,1,sun\n").encode()
    with pytest.raises(clean.TooManyBadRows, match="1 of 2"):
        clean.handler({"bucket": "raw", "key": "k"}, None)
    assert list(s3.objects) == [("raw", "k")]
    monkeypatch.setenv("MAX_BAD_SHARE", "0.5")
    assert clean.handler({"bucket": "raw", "key": "k"}, None)["dropped"] == 1


def test_report_failure_keeps_the_event(function, s3):
    event = {"key": "k", "error": {"Error": "TooManyBadRows", "Cause": "…"}}
    result = function(FOLDER + "report_failure").handler(event, None)
    assert result["key"].startswith("failures/weather/")
    assert json.loads(s3.objects["raw", result["key"]]) == event
