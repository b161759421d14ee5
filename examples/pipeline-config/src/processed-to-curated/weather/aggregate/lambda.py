"""Writes monthly aggregates of the clean rows to the curated bucket, as CSV and JSON."""

import collections
import csv
import io
import json
import os
import statistics

import boto3
from tabulate import tabulate

KEY = "weather/weather.csv"
CSV_KEY = "weather/monthly.csv"
JSON_KEY = "weather/monthly.json"


def handler(event, context):
    """Returns where the aggregates are.

    Another pipeline that starts this one gives its result in the field "input".
    Without one, the object is looked for where raw-to-processed/weather puts it.
    """
    given = event.get("input") or {}
    s3 = boto3.client("s3")
    source = {
        "Bucket": given.get("bucket") or os.environ["DORC_BUCKET_PROCESSED"],
        "Key": given.get("key") or KEY,
    }
    text = s3.get_object(**source)["Body"].read().decode("utf-8")
    months = aggregate(csv.DictReader(io.StringIO(text)))

    bucket = os.environ["DORC_BUCKET_CURATED"]
    s3.put_object(Bucket=bucket, Key=CSV_KEY, Body=to_csv(months).encode(), ContentType="text/csv")
    s3.put_object(
        Bucket=bucket, Key=JSON_KEY, Body=json.dumps(months, indent=2).encode(),
        ContentType="application/json",
    )
    print(tabulate(months[-12:], headers="keys"))
    return {"bucket": bucket, "csv": CSV_KEY, "json": JSON_KEY, "months": len(months)}


def aggregate(rows):
    """One row per month, in order."""
    by_month = collections.defaultdict(list)
    for row in rows:
        by_month[row["date"][:7]].append(row)
    return [summary(month, days) for month, days in sorted(by_month.items())]


def summary(month, days):
    def mean(column):
        return round(statistics.fmean(float(day[column]) for day in days), 2)

    precipitation = [float(day["precipitation"]) for day in days]
    weather = collections.Counter(day["weather"] for day in days)
    return {
        "month": month,
        "days": len(days),
        "precipitation": round(sum(precipitation), 1),
        "wet_days": sum(1 for amount in precipitation if amount > 0),
        "temp_max": mean("temp_max"),
        "temp_min": mean("temp_min"),
        "wind": mean("wind"),
        # The most frequent; of two with one count the first in the alphabet.
        "weather": min(weather, key=lambda kind: (-weather[kind], kind)),
    }


def to_csv(months):
    out = io.StringIO()
    writer = csv.DictWriter(out, list(months[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(months)
    return out.getvalue()
