"""Runs handlers without AWS: S3 is a dictionary, and only pytest has to be installed."""

import importlib.util
import io
import sys
import types
from pathlib import Path

import pytest

SRC = Path(__file__).parent.parent / "src"


class S3:
    """The part of boto3's S3 client that the handlers use."""

    def __init__(self):
        self.objects = {}

    def put_object(self, Bucket, Key, Body, ContentType):
        assert isinstance(Body, bytes) and ContentType
        self.objects[Bucket, Key] = Body

    def get_object(self, Bucket, Key):
        return {"Body": io.BytesIO(self.objects[Bucket, Key])}


@pytest.fixture
def s3(monkeypatch):
    client = S3()
    boto3 = types.ModuleType("boto3")
    boto3.client = {"s3": client}.__getitem__
    monkeypatch.setitem(sys.modules, "boto3", boto3)
    if importlib.util.find_spec("tabulate") is None:
        # It only draws a table for the log.
        tabulate = types.ModuleType("tabulate")
        tabulate.tabulate = lambda rows, headers: f"{len(rows)} rows"
        monkeypatch.setitem(sys.modules, "tabulate", tabulate)
    for name in ("raw", "processed", "curated"):
        monkeypatch.setenv("DORC_BUCKET_" + name.upper(), name)
    return client


@pytest.fixture
def function(s3):
    """Imports a function by its folder: lambda is a keyword, so import cannot."""

    def load(folder):
        path = SRC / folder / "lambda.py"
        spec = importlib.util.spec_from_file_location(folder.replace("/", "_"), path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return load
