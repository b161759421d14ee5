"""INSERT, UPDATE, DELETE and MERGE."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import ContextManager

from sqlglot import exp

from ..errors import invalid_query, unsupported
from ..names import DatasetRef, quote
from ..session import Session
from ..sql import tables as sources
from ..sql.nodes import write
from ..sql.scope import Columns, Scope
from ..sql.source import Source
from ..values import arrays, schema
from ..values.types import Type
from . import matches
from .outcome import Outcome
from .tables import parts_of


@dataclass
class Target:
    """The table that a statement changes."""

    sql: str
    columns: Columns
    dataset: DatasetRef | None
    resource: dict

    def writing(self, session: Session) -> ContextManager[None]:
        """The lock that the statement needs."""
        return session.writing(self.dataset) if self.dataset else contextlib.nullcontext()


def _target(session: Session, source: Source, node: exp.Expression, statement: str) -> Target:
    table = node.this if isinstance(node, exp.Schema) else node
    if not isinstance(table, exp.Table):
        raise invalid_query(f"{statement} needs a table", source.place(node))
    parts = parts_of(table)
    temporary = session.temporary_name(parts)
    if temporary in session.temporary:
        fields = session.temporary[temporary]
        return Target(
            session.temporary_sql(temporary),
            list(schema.columns(fields)),
            None,
            {"projectId": session.project, "datasetId": "_SESSION", "tableId": temporary},
        )
    ref = session.table_ref(parts, source.place(table))
    found = session.catalog.need_table(session.cursor, ref)
    if found["type"] != "TABLE":
        raise invalid_query(f"{statement} is not supported for {ref}, which is a {found['type']}", source.place(table))
    return Target(ref.sql, list(schema.columns(found["schema"]["fields"])), ref.parent, ref.resource())


def _done(session: Session, kind: str, target: Target, count: int, **stats: int) -> Outcome:
    session.row_count = count
    return Outcome(kind, affected=count, dml=dict(stats), target=target.resource, target_kind="dml")


def insert(session: Session, source: Source, tree: exp.Insert) -> Outcome:
    """INSERT INTO … VALUES and INSERT INTO … query."""
    target = _target(session, source, tree.this, "INSERT")
    names = [e.name for e in tree.this.expressions] if isinstance(tree.this, exp.Schema) else [n for n, _ in target.columns]
    kinds = {n.lower(): kind for n, kind in target.columns}
    for name in names:
        if name.lower() not in kinds:
            raise invalid_query(f"Column {name} is not present in table {target.sql.replace(chr(34), '')}", source.place(tree.this))
    t, scope = session.translator(source), Scope()
    body = tree.expression
    if isinstance(body, exp.Values):
        rows = []
        for row in body.expressions:
            items = row.expressions if isinstance(row, exp.Tuple) else [row]
            if len(items) != len(names):
                raise invalid_query(f"Inserted row has wrong column count; Has {len(items)}, expected {len(names)}", source.place(row))
            rows.append("(" + ", ".join(_value(t, item, kinds[n.lower()], scope) for n, item in zip(names, items)) + ")")
        sql = "VALUES " + ", ".join(rows)
    else:
        done, _ = t.query(body, scope)
        sql = write(done)
        found = session.execute(f"SELECT * FROM ({sql}) LIMIT 0", source, tree).description
        if len(found) != len(names):
            raise invalid_query(f"Inserted row has wrong column count; Has {len(found)}, expected {len(names)}", source.position(0))
        sql = arrays.rows(sql, [(n, kinds[n.lower()]) for n in names])
    columns = ", ".join(quote(n) for n in names)
    with target.writing(session):
        count = session.execute(f"INSERT INTO {target.sql} ({columns}) {sql}", source, tree).fetchone()[0]
    return _done(session, "INSERT", target, count, insertedRowCount=count)


def _value(t, item: exp.Expression, kind: Type, scope: Scope) -> str:
    """A value of a row that is inserted."""
    return "DEFAULT" if _default(item) else arrays.kept(write(t.expr(item, scope)), kind)


def _default(node: exp.Expression) -> bool:
    return isinstance(node, (exp.Var, exp.Column)) and node.name.upper() == "DEFAULT" and not node.args.get("table")


def update(session: Session, source: Source, tree: exp.Update) -> Outcome:
    """UPDATE … SET … [FROM …] WHERE …."""
    target = _target(session, source, tree.this, "UPDATE")
    if not tree.args.get("where"):
        raise invalid_query("UPDATE must have a WHERE clause", source.position(0))
    t, scope = session.translator(source), Scope()
    alias = tree.this.alias or tree.this.name
    scope.sources[alias.lower()] = target.columns
    extra = ""
    if tree.args.get("from_"):
        first = tree.args["from_"].this
        joins = [*(first.args.get("joins") or ()), *(tree.args.get("joins") or ())]
        extra = " ".join([write(sources.add(t, first, scope))] + [write(sources.join(t, j, scope)) for j in joins])
    changes = ", ".join(_assignment(session, source, t, item, target, scope) for item in tree.expressions)
    where = write(t.expr(tree.args["where"].this, scope))
    update = f"UPDATE {target.sql} AS {quote(alias)} SET {changes}{' FROM ' + extra if extra else ''} WHERE {where}"
    with target.writing(session):
        if extra:
            matches.check(session, target.sql, target.columns, alias, f", {extra}", where, source, tree)
        count = session.execute(update, source, tree).fetchone()[0]
    return _done(session, "UPDATE", target, count, updatedRowCount=count)


def _assignment(session: Session, source: Source, t, item: exp.Expression, target: Target, scope: Scope) -> str:
    column = item.this
    if not isinstance(item, exp.EQ) or not isinstance(column, (exp.Column, exp.Dot)):
        raise invalid_query("SET needs column = value", source.place(item))
    path = [p.name for p in column.parts] if isinstance(column, exp.Column) else [p.name for p in column.find_all(exp.Identifier)]
    known = {n.lower(): (n, k) for n, k in target.columns}
    if len(path) > 1 and path[0].lower() not in known:
        path = path[1:]
    if path[0].lower() not in known:
        raise invalid_query(f"Unrecognized name: {path[0]}", source.place(column))
    if _default(item.expression):
        return f"{quote(path[0])} = DEFAULT"
    value = write(t.expr(item.expression, scope))
    if len(path) > 1:
        value = _struct(quote(path[0]), known[path[0].lower()][1], path[1:], value)
    return f"{quote(path[0])} = {arrays.kept(value, known[path[0].lower()][1])}"


def _struct(whole: str, kind, path: list[str], value: str) -> str:
    """A struct with one field changed."""
    if kind is None or kind.kind != "STRUCT" or path[0].lower() not in {n.lower() for n, _ in kind.fields}:
        raise invalid_query(f"Field name {path[0]} does not exist in {kind.sql if kind else 'the column'}")
    parts = []
    for name, inner in kind.fields:
        field = f"{whole}.{quote(name)}"
        if name.lower() == path[0].lower():
            field = value if len(path) == 1 else _struct(field, inner, path[1:], value)
        parts.append(f"{quote(name)} := {field}")
    return f"struct_pack({', '.join(parts)})"


def delete(session: Session, source: Source, tree: exp.Delete) -> Outcome:
    """DELETE FROM … WHERE …."""
    target = _target(session, source, tree.this, "DELETE")
    if not tree.args.get("where"):
        raise invalid_query("DELETE must have a WHERE clause", source.position(0))
    t, scope = session.translator(source), Scope()
    alias = tree.this.alias or tree.this.name
    scope.sources[alias.lower()] = target.columns
    where = write(t.expr(tree.args["where"].this, scope))
    with target.writing(session):
        count = session.execute(f"DELETE FROM {target.sql} AS {quote(alias)} WHERE {where}", source, tree).fetchone()[0]
    return _done(session, "DELETE", target, count, deletedRowCount=count)


def merge(session: Session, source: Source, tree: exp.Merge) -> Outcome:
    """MERGE INTO … USING … ON … WHEN …."""
    target = _target(session, source, tree.this, "MERGE")
    t, scope = session.translator(source), Scope()
    alias = tree.this.alias or tree.this.name
    scope.sources[alias.lower()] = target.columns
    before = set(scope.sources)
    using = write(sources.add(t, tree.args["using"], scope))
    used = [name for name in scope.sources if name not in before]
    source_alias = used[0] if used else ""
    on = write(t.expr(tree.args["on"], scope))
    text = f"MERGE INTO {target.sql} AS {quote(alias)} USING {using} ON {on}"
    for when in tree.args["whens"].expressions:
        text += _when(session, source, t, when, target, scope, source_alias)
    changing = _changing(t, tree, scope)
    with target.writing(session):
        if changing:
            matches.check(session, target.sql, target.columns, alias, f"JOIN {using} ON {on}", changing, source, tree)
        actions = [row[0] for row in session.execute(text + " RETURNING merge_action", source, tree).fetchall()]
    inserted, updated, deleted = (actions.count(a) for a in ("INSERT", "UPDATE", "DELETE"))
    return _done(session, "MERGE", target, len(actions), insertedRowCount=inserted, updatedRowCount=updated, deletedRowCount=deleted)


def _changing(t, tree: exp.Merge, scope: Scope) -> str:
    """When a source row changes the target row that it matches; "" when none can."""
    on = tree.args["on"]
    if isinstance(on, exp.Boolean) and not on.this:
        return ""
    matched = [when for when in tree.args["whens"].expressions if when.args.get("matched")]
    return " OR ".join(f"({write(t.expr(w.args['condition'], scope))})" if w.args.get("condition") else "TRUE" for w in matched)


def _when(session: Session, source: Source, t, when: exp.When, target: Target, scope: Scope, using: str) -> str:
    matched, by_source = when.args.get("matched"), when.args.get("source")
    text = " WHEN MATCHED" if matched else " WHEN NOT MATCHED BY SOURCE" if by_source else " WHEN NOT MATCHED"
    if when.args.get("condition"):
        text += f" AND {write(t.expr(when.args['condition'], scope))}"
    then = when.args["then"]
    if isinstance(then, exp.Update):
        return f"{text} THEN UPDATE SET " + ", ".join(_assignment(session, source, t, item, target, scope) for item in then.expressions)
    if isinstance(then, exp.Insert):
        return f"{text} THEN " + _insert(source, t, then, target, scope, using)
    if then.name.upper() == "DELETE":
        return f"{text} THEN DELETE"
    raise invalid_query("WHEN needs UPDATE, INSERT or DELETE", source.place(when))


def _insert(source: Source, t, then: exp.Insert, target: Target, scope: Scope, using: str) -> str:
    names = [n for n, _ in target.columns]
    values = then.expression
    if isinstance(then.this, exp.Tuple):
        names = [e.name for e in then.this.expressions]
    kinds = {n.lower(): kind for n, kind in target.columns}
    for name in names:
        if name.lower() not in kinds:
            raise invalid_query(f"Column {name} is not present in table {target.sql.replace(chr(34), '')}", source.place(then))
    row = (isinstance(then.this, exp.Var) and then.this.name.upper() == "ROW") or (
        isinstance(values, (exp.Var, exp.Column)) and values.name.upper() == "ROW"
    )
    if row:
        columns = scope.sources.get(using)
        if columns is None:
            raise unsupported("INSERT ROW of a source whose columns it cannot tell", source.place(then))
        if len(columns) != len(names):
            raise invalid_query(f"Inserted row has wrong column count; Has {len(columns)}, expected {len(names)}", source.place(then))
        shown = [arrays.kept(f"{quote(using)}.{quote(n)}", kinds[name.lower()]) for (n, _), name in zip(columns, names)]
    elif isinstance(values, exp.Tuple):
        if len(values.expressions) != len(names):
            raise invalid_query(
                f"Inserted row has wrong column count; Has {len(values.expressions)}, expected {len(names)}", source.place(then)
            )
        shown = [_value(t, e, kinds[name.lower()], scope) for e, name in zip(values.expressions, names)]
    else:
        items = [values.this] if isinstance(values, exp.Paren) else [values]
        shown = [_value(t, e, kinds[name.lower()], scope) for e, name in zip(items, names)]
    return f"INSERT ({', '.join(quote(n) for n in names)}) VALUES ({', '.join(shown)})"
