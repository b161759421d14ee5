"""A server of its own for each module of tests, and Google's client for it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Iterator

import pytest
from google.auth.credentials import AnonymousCredentials
from google.cloud import bigquery

PROGRAM = os.environ["DORC_BIGQUERY_PROGRAM"]
PROJECT = "test-project"


class Running:
    """A server's process."""

    def __init__(self, state: Path, *options: str) -> None:
        argv = [sys.executable, "-B", PROGRAM, "--state", str(state), "--location", "EU", *options]
        self.process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        assert line, self.process.stderr.read()
        self.url = json.loads(line)["url"]
        self.client = client_of(self.url)

    def stop(self) -> int:
        self.process.stdin.close()
        return self.process.wait(30)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(30)


def client_of(url: str) -> bigquery.Client:
    return bigquery.Client(project=PROJECT, credentials=AnonymousCredentials(), client_options={"api_endpoint": url}, location="EU")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = Running(tmp_path_factory.mktemp("state"))
    yield running
    running.stop()


@pytest.fixture(scope="module")
def client(server: Running) -> bigquery.Client:
    return server.client


@pytest.fixture(scope="module")
def dataset(client: bigquery.Client) -> str:
    client.create_dataset(bigquery.Dataset(f"{PROJECT}.d"))
    return "d"


def values(client: bigquery.Client, sql: str, **options) -> list[tuple]:
    """The rows of a query, as tuples."""
    return [tuple(row.values()) for row in client.query(sql, **options).result()]
