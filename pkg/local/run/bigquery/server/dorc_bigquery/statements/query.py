"""SELECT: its rows are kept in a temporary table until the job is forgotten."""

from __future__ import annotations

from sqlglot import exp

from ..errors import invalid_query
from ..names import quote
from ..session import Session
from ..sql.nodes import write
from ..sql.scope import Scope
from ..sql.source import Source
from ..values import schema
from .outcome import Outcome


def translated(session: Session, source: Source, tree: exp.Expression) -> str:
    """The SQL of a query."""
    done, columns = session.translator(source).query(tree, Scope())
    seen: set[str] = set()
    for name, _ in columns or ():
        if name.lower() in seen:
            raise invalid_query(f"Duplicate column names in the result are not supported. Found duplicate(s): {name}")
        seen.add(name.lower())
    return write(done)


def describe(session: Session, sql: str, source: Source | None = None, tree: exp.Expression | None = None) -> schema.Columns:
    """The columns of a query's result, without its rows."""
    return schema.of_result(session.execute(f"SELECT * FROM ({sql}) LIMIT 0", source, tree).description)


def run(session: Session, source: Source, tree: exp.Expression) -> Outcome:
    """Runs a query."""
    if isinstance(tree, exp.Select) and (tree.args.get("kind") or "").upper() == "STRUCT":
        tree.set("kind", None)  # The rows of a result are structs already.
    sql = translated(session, source, tree)
    name = f"temp.main.{quote(session.fresh('result'))}"
    columns = describe(session, sql, source, tree)
    session.execute(f"CREATE TEMP TABLE {name.removeprefix('temp.main.')} AS {sql}", source, tree)
    session.transactions.keep(name)
    rows = session.execute(f"SELECT count(*) FROM {name}").fetchone()[0]
    return Outcome("SELECT", table=name, columns=columns, rows=rows)
