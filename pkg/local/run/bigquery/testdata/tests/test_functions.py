"""Expressions, one by one."""

from __future__ import annotations

import math

import pytest
from cases_functions import CASES
from conftest import values
from google.cloud import bigquery


def same(found: object, wanted: object) -> bool:
    if isinstance(wanted, float) and isinstance(found, float):
        return math.isclose(found, wanted, rel_tol=1e-12, abs_tol=1e-12) or found == wanted
    return found == wanted and type(found) is type(wanted)


@pytest.mark.parametrize("sql,wanted", CASES, ids=[sql[:40] for sql, _ in CASES])
def test_expression(client: bigquery.Client, sql: str, wanted: tuple) -> None:
    (found,) = values(client, f"SELECT {sql}")
    assert len(found) == len(wanted)
    for n, (one, other) in enumerate(zip(found, wanted)):
        assert same(one, other), f"column {n}: {one!r} is not {other!r}"
