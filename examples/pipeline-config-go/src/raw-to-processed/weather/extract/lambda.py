"""Puts one day of weather into the raw bucket."""

import json
import os

import boto3

DAY = {"date": "2012-01-01", "precipitation": 0.0, "temp_max": 12.8, "temp_min": 5.0, "weather": "drizzle"}


def handler(event, context):
    """The event may have another day in its field "day"."""
    day = event.get("day") or DAY
    bucket, key = os.environ["DORC_BUCKET_RAW"], f"weather/{day['date']}.json"
    boto3.client("s3").put_object(
        Bucket=bucket, Key=key, Body=json.dumps(day).encode(), ContentType="application/json"
    )
    return {"bucket": bucket, "key": key}
