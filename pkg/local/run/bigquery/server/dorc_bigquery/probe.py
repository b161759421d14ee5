"""What DuckDB says about the columns of a query that the translation cannot tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

from .sql.scope import Columns
from .values import schema
from .values.types import Type, from_duckdb

if TYPE_CHECKING:
    from .session import Session


def columns(s: "Session", sql: str) -> Columns | None:
    """The columns of what can stand in FROM, or None when it cannot stand there alone. A NULL has no type."""
    text = f"SELECT * FROM {sql} AS _probe LIMIT 0"
    try:
        if not s.transactions.running:
            return _read(s.cursor, text)
        with s.catalog.database.cursor() as cursor:  # An error would end the transaction.
            _temporary(s, cursor)
            return _read(cursor, text)
    except (duckdb.Error, RuntimeError, RecursionError):
        return None


def _read(cursor: duckdb.DuckDBPyConnection, text: str) -> Columns:
    return [(str(d[0]), _type(d[1])) for d in cursor.execute(text).description]


def _type(found) -> Type | None:
    return None if '"null"' in str(found).lower() else from_duckdb(found)


def _temporary(s: "Session", cursor: duckdb.DuckDBPyConnection) -> None:
    """Makes the session's temporary tables in another connection, without their rows."""
    for name, fields in s.temporary.items():
        cursor.execute(f"CREATE TEMP TABLE {s.temporary_sql(name).removeprefix('temp.main.')} ({schema.definition(fields)})")
