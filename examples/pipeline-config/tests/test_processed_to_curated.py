import csv
import io
import json

FOLDER = "processed-to-curated/weather/aggregate"
CSV = """date,precipitation,temp_max,temp_min,wind,weather
2012-02-01,1.5,10.0,4.0,2.0,rain
2012-01-01,0.0,12.8,5.0,4.7,drizzle
2012-01-02,10.9,10.6,2.8,4.5,rain
"""


def test_both_pipelines_together(function, s3):
    raw = "raw-to-processed/weather/"
    cleaned = function(raw + "clean").handler(function(raw + "extract").handler({}, None), None)
    result = function(FOLDER).handler({"input": cleaned}, None)
    assert result == {
        "bucket": "curated", "csv": "weather/monthly.csv", "json": "weather/monthly.json", "months": 48,
    }
    months = json.loads(s3.objects["curated", result["json"]])
    assert sum(m["days"] for m in months) == 1461
    # Counted in the file with another tool.
    assert months[0] == {
        "month": "2012-01", "days": 31, "precipitation": 173.3, "wet_days": 22,
        "temp_max": 7.05, "temp_min": 1.54, "wind": 3.9, "weather": "rain",
    }


def test_alone_it_reads_the_usual_object(function, s3):
    s3.objects["processed", "weather/weather.csv"] = CSV.encode()
    assert function(FOLDER).handler({}, None)["months"] == 2
    rows = list(csv.DictReader(io.StringIO(s3.objects["curated", "weather/monthly.csv"].decode())))
    assert [r["month"] for r in rows] == ["2012-01", "2012-02"]
    # Drizzle and rain are equally frequent in January.
    assert rows[0]["weather"] == "drizzle" and rows[0]["wet_days"] == "1"


def test_named_object(function, s3):
    s3.objects["elsewhere", "k"] = CSV.encode()
    event = {"input": {"bucket": "elsewhere", "key": "k"}, "AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID": "arn"}
    assert function(FOLDER).handler(event, None)["months"] == 2
