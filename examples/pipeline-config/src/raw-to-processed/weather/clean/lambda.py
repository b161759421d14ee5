"""Checks every row of the raw file, and writes the right ones to the processed bucket."""

import csv
import datetime
import io
import json
import os

import boto3

COLUMNS = ["date", "precipitation", "temp_max", "temp_min", "wind", "weather"]
WEATHER = {"drizzle", "rain", "sun", "snow", "fog"}

KEY = "weather/weather.csv"
REPORT_KEY = "weather/report.json"


class TooManyBadRows(Exception):
    """The file is not what it should be; nothing is written."""


def handler(event, context):
    """Returns where the clean rows are, and how many rows were dropped."""
    s3 = boto3.client("s3")
    body = s3.get_object(Bucket=event["bucket"], Key=event["key"])["Body"].read()
    good, bad = clean(body.decode("utf-8"))

    total = len(good) + len(bad)
    allowed = float(os.environ.get("MAX_BAD_SHARE", "0.05"))
    if not good or len(bad) > allowed * total:
        raise TooManyBadRows(f"{len(bad)} of {total} rows are bad, the first: {bad[:3]}")

    bucket = os.environ["DORC_BUCKET_PROCESSED"]
    report = {"source": event, "rows": len(good), "dropped": bad}
    s3.put_object(Bucket=bucket, Key=KEY, Body=to_csv(good).encode(), ContentType="text/csv")
    s3.put_object(
        Bucket=bucket, Key=REPORT_KEY, Body=json.dumps(report, indent=2).encode(),
        ContentType="application/json",
    )
    print(f"{len(good)} rows to s3://{bucket}/{KEY}, {len(bad)} dropped")
    return {"bucket": bucket, "key": KEY, "rows": len(good), "dropped": len(bad)}


def clean(text):
    """Splits rows into good ones and, with the line and the reason, bad ones."""
    reader = csv.DictReader(io.StringIO(text))
    if reader.fieldnames != COLUMNS:
        raise ValueError(f"the columns are {reader.fieldnames}, not {COLUMNS}")
    good, bad, seen = [], [], set()
    for row in reader:
        reason = wrong(row, seen)
        if reason:
            bad.append({"line": reader.line_num, "reason": reason})
        else:
            seen.add(row["date"])
            good.append(row)
    good.sort(key=lambda row: row["date"])
    return good, bad


def wrong(row, seen):
    """Says what is wrong with a row, or returns None."""
    if None in row or None in row.values():
        return "it has not six columns"
    try:
        datetime.date.fromisoformat(row["date"])
        numbers = {name: float(row[name]) for name in COLUMNS[1:5]}
    except ValueError as error:
        return str(error)
    if row["date"] in seen:
        return f"{row['date']} is there twice"
    if not (numbers["precipitation"] >= 0 and numbers["wind"] >= 0):
        return "precipitation and wind cannot be negative"
    if not -60 <= numbers["temp_min"] <= numbers["temp_max"] <= 60:
        return f"temperatures from {row['temp_min']} to {row['temp_max']}"
    if row["weather"] not in WEATHER:
        return f"unknown weather {row['weather']!r}"
    return None


def to_csv(rows):
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()
