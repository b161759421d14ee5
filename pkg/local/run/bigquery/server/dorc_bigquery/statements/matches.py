"""At most one source row for each target row, which UPDATE … FROM and MERGE check before they change anything.

https://cloud.google.com/bigquery/docs/reference/standard-sql/dml-syntax#merge_statement
"""

from __future__ import annotations

from sqlglot import exp

from ..errors import invalid_query
from ..names import quote
from ..session import Session
from ..sql.scope import Columns
from ..sql.source import Source


def check(
    session: Session, table: str, columns: Columns, alias: str, joined: str, where: str, source: Source, tree: exp.Expression
) -> None:
    """Fails when a row of the table, with what is joined to it, meets a condition more than once."""
    row = "rowid"
    if any(name.lower() == row for name, _ in columns):
        # A column of this name hides DuckDB's own.
        row, table = "_dorc_row", f"(SELECT *, row_number() OVER () AS _dorc_row FROM {table})"
    key = f"{quote(alias)}.{row}"
    sql = f"SELECT 1 FROM {table} AS {quote(alias)} {joined} WHERE {where} GROUP BY {key} HAVING count(*) > 1 LIMIT 1"
    if session.execute(sql, source, tree).fetchone():
        raise invalid_query("UPDATE/MERGE must match at most one source row for each target row")
