"""What came of a statement."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..errors import BigQueryError
from ..values.schema import Columns


@dataclass
class Outcome:
    """A statement's kind, and its rows or what it changed."""

    kind: str
    # A query's result: a temporary table of the session.
    table: str = ""
    columns: Columns = field(default_factory=list)
    rows: int = 0
    affected: int | None = None
    # DmlStats: inserted, updated and deleted rows.
    dml: dict[str, int] = field(default_factory=dict)
    # CREATE, REPLACE, SKIP, DROP, ALTER, and on what.
    operation: str = ""
    target: dict[str, Any] = field(default_factory=dict)
    target_kind: str = ""
    referenced: list[dict[str, Any]] = field(default_factory=list)
    # Of a script: the outcome or the error of each of its statements, with the statement's text.
    children: list[tuple[str, "Outcome | BigQueryError"]] = field(default_factory=list)
