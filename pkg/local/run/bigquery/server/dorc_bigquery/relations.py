"""What a path in FROM stands for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import information_schema
from .errors import Position, invalid_query, not_found
from .names import TableRef, literal, quote
from .sql.environment import Relation
from .values import schema
from .values.types import Type

if TYPE_CHECKING:
    from .session import Session


def find(s: "Session", parts: list[str], position: Position | None) -> Relation:
    """What a path in FROM stands for."""
    temporary = s.temporary_name(parts)
    if temporary:
        if temporary not in s.temporary:
            raise not_found("Table", f"_SESSION.{temporary}")
        return Relation(s.temporary_sql(temporary), [(n, t) for n, t in schema.columns(s.temporary[temporary])])
    view = information_schema.find(s, parts, position)
    if view is not None:
        return view
    if parts[-1].endswith("*"):
        return _wildcard(s, parts, position)
    ref = s.table_ref(parts, position)
    return _table(s, ref, s.catalog.need_table(s.cursor, ref))


def _table(s: "Session", ref: TableRef, resource: dict[str, Any]) -> Relation:
    columns = [(n, t) for n, t in schema.columns(resource["schema"]["fields"])] if resource.get("schema") else None
    if resource["type"] == "VIEW":
        return Relation("", columns, resource["view"]["query"], ref.project)
    if resource["type"] == "EXTERNAL":
        from .jobs import load

        return Relation(load.external(s, ref, resource), columns)
    return Relation(ref.sql, columns)


def _wildcard(s: "Session", parts: list[str], position: Position | None) -> Relation:
    whole = ".".join(parts)[:-1]
    pieces = whole.split(".")
    ref = TableRef(pieces[0], pieces[1], pieces[2]) if len(pieces) == 3 else TableRef(s.project, *pieces) if len(pieces) == 2 else None
    if ref is None:
        raise invalid_query(f'Invalid table name: "{whole}*"', position)
    found = {n: r for n, r in s.catalog.tables(s.cursor, ref.parent).items() if n.startswith(ref.table) and r["type"] == "TABLE"}
    if not found:
        raise not_found("Table", f"{ref}*", s.catalog.location(s.cursor, ref.parent))
    selects = []
    for name in found:
        table = TableRef(ref.project, ref.dataset, name)
        selects.append(f'SELECT *, {literal(name[len(ref.table) :])} AS "_TABLE_SUFFIX" FROM {table.sql}')
    newest = max(found.values(), key=lambda r: int(r.get("creationTime", 0)))
    columns = [(n, t) for n, t in schema.columns(newest["schema"]["fields"])]
    shown = ", ".join(quote(name) for name, _ in columns)
    all_rows = f'(SELECT {shown}, "_TABLE_SUFFIX" FROM ({" UNION ALL BY NAME ".join(selects)}))'
    return Relation(all_rows, [*columns, ("_TABLE_SUFFIX", Type("STRING"))], wildcard=True)
