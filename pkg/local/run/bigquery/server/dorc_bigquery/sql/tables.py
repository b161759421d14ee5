"""FROM: tables, views, subqueries, arrays and joins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from ..errors import invalid_query, unsupported
from ..names import quote
from ..values.types import Type
from . import pivots, stars
from .kinds import type_of
from .nodes import raw, template
from .scope import Columns, Scope
from .source import Source, parse

if TYPE_CHECKING:
    from .translate import Translator

_FROM = frozenset(["this", "db", "catalog", "alias", "pivots", "sample", "version", "when", "joins", "with_", "order", "limit", "offset"])
_JOIN = frozenset(["this", "on", "using", "side", "kind"])
_JOIN_SIDES = {"LEFT", "RIGHT", "FULL", ""}
_JOIN_KINDS = {"CROSS", "INNER", "OUTER", ""}


def add(t: "Translator", node: exp.Expression, scope: Scope) -> exp.Expression:
    """Translates one thing of FROM, and makes its columns known."""
    if isinstance(node, exp.Unnest):
        return _unnest(t, node, scope)
    if isinstance(node, exp.Subquery) and isinstance(node.this, exp.Table) and not node.alias:
        inside = [add(t, node.this, scope)] + [join(t, j, scope) for j in node.this.args.get("joins") or ()]
        return template("(" + " ".join(f"{{{n}}}" for n in range(len(inside))) + ")", *inside)
    if not isinstance(node, (exp.Table, exp.Subquery)):
        raise unsupported("this in FROM", t.source.place(node))
    t.only(node, _FROM, "this in FROM")
    if node.args.get("version") or node.args.get("when"):
        raise unsupported("FOR SYSTEM_TIME AS OF: it keeps no history of tables", t.source.place(node))
    alias = node.alias
    if isinstance(node, exp.Subquery):
        bare = node.copy()
        bare.set("alias", None)
        bare.set("pivots", None)
        done, columns = t.query(bare, _siblings(scope))
        alias = alias or t.fresh("sub")
    else:
        done, columns = source(t, node, scope)
        alias = alias or (node.this.name if isinstance(node.this, exp.Anonymous) else node.name.split(".")[-1])
    for pivot in node.args.get("pivots") or ():
        done, columns = pivots.translate(t, pivot, done, columns, scope)
        alias = (pivot.alias or alias) if not node.alias else node.alias
    scope.sources[alias.lower()] = columns if _is_name(done) else t.settled(columns, done, scope)
    sample = node.args.get("sample")
    shown = template("{0} AS " + quote(alias).replace("{", "{{").replace("}", "}}"), done)
    if sample and sample.args.get("percent"):
        return template("{0} TABLESAMPLE SYSTEM ({1} PERCENT)", shown, sample.args["percent"].copy())
    return shown


def _is_name(done: exp.Expression) -> bool:
    """Whether this is a query of WITH, about which everything that can be told is known."""
    return isinstance(done, exp.Identifier)


def _siblings(scope: Scope) -> Scope:
    """A subquery of FROM does not see its siblings, but WITH and what is outside of the query."""
    return Scope(parent=scope.parent, ctes=scope.ctes, queries=scope.queries, arguments=scope.arguments)


def source(t: "Translator", node: exp.Table, scope: Scope) -> tuple[exp.Expression, Columns | None]:
    """What a name in FROM stands for, without its alias."""
    if isinstance(node.this, exp.Anonymous):
        return _table_function(t, node, scope)
    parts = [part.name for part in node.parts]
    if len(parts) == 1:
        known, columns = scope.cte(parts[0])
        if known:
            return exp.to_identifier(parts[0], quoted=True), columns
    place = t.source.place(node)
    found = t.environment.relation(parts, place)
    if found.wildcard:
        scope.wildcard = True
    if not found.query:
        return raw(found.sql), found.columns
    body = Source.of(found.query)
    query, columns = t.within(body, found.project).query(parse(body), Scope())
    columns = columns if found.columns is None else found.columns
    return template("({0})", query), columns


def _table_function(t: "Translator", node: exp.Table, scope: Scope) -> tuple[exp.Expression, Columns | None]:
    call = node.this
    parts = [p for p in (node.catalog, node.db, call.name) if p]
    routine = t.environment.function(parts, t.source.place(node))
    if routine is None or not routine.table_function:
        name = ".".join(parts)
        raise invalid_query(f"Table-valued function not found: {name}", t.source.place(node))
    if len(call.expressions) != len(routine.arguments):
        raise invalid_query(f"No matching signature for table-valued function {routine.name}", t.source.place(node))
    inner = Scope()
    for (name, kind), value in zip(routine.arguments, call.expressions):
        done = t.expr(value, scope)
        inner.arguments[name.lower()] = (template("CAST({0} AS " + kind.duckdb + ")", done) if kind else done, kind)
    body = Source.of(routine.body)
    query, columns = t.within(body, routine.project).query(parse(body), inner)
    return template("({0})", query), columns


def join(t: "Translator", node: exp.Join, scope: Scope) -> exp.Expression:
    """Translates a join with what is on its left already known."""
    t.only(node, _JOIN, "this kind of join")
    side, kind = (node.side or "").upper(), (node.kind or "").upper()
    if side not in _JOIN_SIDES or kind not in _JOIN_KINDS:
        raise unsupported("this kind of join", t.source.place(node))
    done = add(t, node.this, scope)
    on, using = node.args.get("on"), node.args.get("using")
    words = f"{side} JOIN" if side else "JOIN"
    if on:
        return template(f" {words} {{0}} ON {{1}}", done, t.expr(on, scope))
    if using:
        names = ", ".join(quote(u.name) for u in using).replace("{", "{{").replace("}", "}}")
        return template(f" {words} {{0}} USING ({names})", done)
    if side:
        if isinstance(node.this, exp.Unnest):
            return template(f" {words} {{0}} ON TRUE", done)
        raise invalid_query("JOIN must have an ON or a USING clause", t.source.place(node))
    return template(" CROSS JOIN {0}", done)


def _unnest(t: "Translator", node: exp.Unnest, scope: Scope) -> exp.Expression:
    array = node.expressions[0]
    if len(node.expressions) != 1:
        raise unsupported("UNNEST of several arrays", t.source.place(node))
    kind = type_of(t, array, scope)
    values = t.expr(array, scope)
    if kind is None:
        found = t.settled(None, template("(SELECT {0})", values), scope)
        kind = found[0][1] if found else None
    scope.open = scope.open or kind is None  # Its elements can be structs.
    element = kind.element if kind else None
    alias = node.args.get("alias")
    name = alias.columns[0].name if alias and alias.columns else (alias.name if alias else "")
    offset = node.args.get("offset")
    counter = (offset.name if isinstance(offset, exp.Identifier) else "offset") if offset else ""
    number = f", _o - 1 AS {quote(counter)}" if counter else ""
    ordinality = " WITH ORDINALITY AS _u(_e, _o)" if counter else " AS _u(_e)"
    more: list[tuple[str, Type | None]] = [(counter, Type("INT64"))] if counter else []
    shown = name or t.fresh("element")
    if element and element.kind == "STRUCT":
        scope.sources[shown.lower()] = stars.fields_of(element) + more
        text = f"LATERAL (SELECT UNNEST(_e){number} FROM UNNEST({{0}}){ordinality}) AS {quote(shown)}"
    else:
        table = t.fresh("unnest")
        scope.sources[table] = [(shown, element), *more]
        text = f"LATERAL (SELECT _e AS {quote(shown)}{number} FROM UNNEST({{0}}){ordinality}) AS {quote(table)}"
    return template(text.replace("{0}", "\0").replace("{", "{{").replace("}", "}}").replace("\0", "{0}"), values)
