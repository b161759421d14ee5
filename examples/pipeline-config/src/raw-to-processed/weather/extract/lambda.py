"""Puts the weather file into the raw bucket, unless the input names one that is there."""

import os
from pathlib import Path

import boto3

FILE = Path(__file__).parent / "seattle-weather.csv"
KEY = "weather/seattle-weather.csv"


def handler(event, context):
    """Returns the bucket and key of the object that the next function reads.

    The event is one of: {"key": …} or {"bucket": …, "key": …} from a person; the
    event of an object that was created, from the trigger; anything else, such as
    the event of a schedule or {}, means the file that ships with this function.
    """
    found = named_object(event)
    if found:
        print(f"reading s3://{found['bucket']}/{found['key']}")
        return found
    bucket = os.environ["DORC_BUCKET_RAW"]
    boto3.client("s3").put_object(
        Bucket=bucket, Key=KEY, Body=FILE.read_bytes(), ContentType="text/csv"
    )
    print(f"put {FILE.name} to s3://{bucket}/{KEY}")
    return {"bucket": bucket, "key": KEY}


def named_object(event):
    """The object that an event names, or None."""
    if not isinstance(event, dict):
        return None
    if event.get("key"):
        return {"bucket": event.get("bucket") or os.environ["DORC_BUCKET_RAW"], "key": event["key"]}
    if event.get("detail-type") == "Object Created":
        detail = event["detail"]
        return {"bucket": detail["bucket"]["name"], "key": detail["object"]["key"]}
    return None
