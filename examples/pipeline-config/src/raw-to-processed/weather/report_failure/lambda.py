"""Keeps what is known of a failed run, so that someone can look at it later."""

import datetime
import json
import os

import boto3


def handler(event, context):
    """The event is the input of the function that failed, with the error in it."""
    bucket = os.environ["DORC_BUCKET_RAW"]
    time = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H-%M-%SZ")
    key = f"failures/weather/{time}.json"
    boto3.client("s3").put_object(
        Bucket=bucket, Key=key, Body=json.dumps(event, indent=2).encode(),
        ContentType="application/json",
    )
    print(f"{event['error']['Error']}: see s3://{bucket}/{key}")
    return {"bucket": bucket, "key": key}
