"""Queries: from BigQuery's tree to DuckDB's."""

from __future__ import annotations

from sqlglot import exp

from ..errors import invalid_query, unsupported
from ..values.types import UNKNOWN, Type
from . import branches, expressions, stars, tables
from .environment import Environment
from .kinds import type_of
from .nodes import template, write
from .scope import Columns, Scope
from .source import Source

_MAX_DEPTH = 16

_TAIL = frozenset(["order", "limit", "offset", "with_"])
_SELECT = _TAIL | {"expressions", "from_", "joins", "where", "group", "having", "qualify", "windows", "distinct", "kind"}
_SET_OPERATION = _TAIL | {"this", "expression", "distinct", "by_name"}
_SETS = (exp.Rollup, exp.Cube, exp.GroupingSets)
_GROUP = frozenset(["expressions", "all", "rollup", "cube", "grouping_sets"])


class Translator:
    """Translates one statement for a session."""

    def __init__(self, environment: Environment, source: Source, depth: int = 0) -> None:
        if depth > _MAX_DEPTH:
            raise invalid_query("Views or functions are nested too deeply; do they use themselves?")
        self.environment = environment
        self.source = source
        self.depth = depth
        self.named = 0

    def fresh(self, prefix: str) -> str:
        """A name that nothing else in the statement has."""
        self.named += 1
        return f"_{prefix}{self.depth}_{self.named}"

    def within(self, source: Source, owner: str) -> "Translator":
        """A translator for the text of a view or function of a project, or without one of a temporary function."""
        inner = Translator(self.environment.owned(owner) if owner else self.environment, source, self.depth + 1)
        inner.named = self.named * 100
        return inner

    def only(self, node: exp.Expression, known: frozenset[str], what: str) -> None:
        """Refuses a node that says more than what is understood, so that nothing is left out silently."""
        for name, value in node.args.items():
            if value and name not in known:
                raise unsupported(f"{what} ({name.strip('_')})", self.source.place(node))

    def expr(self, node: exp.Expression, scope: Scope) -> exp.Expression:
        """Translates an expression."""
        return expressions.translate(self, node, scope)

    def query(self, node: exp.Expression, scope: Scope) -> tuple[exp.Expression, Columns | None]:
        """Translates a query; the second result is its columns, if they can be told."""
        if isinstance(node, exp.Subquery):
            return self._parenthesis(node, scope)
        inner = scope.child()
        ctes = self._with(node, inner)
        if isinstance(node, exp.Select):
            done, columns = self._select(node, inner)
        elif isinstance(node, exp.SetOperation):
            done, columns = self._set_operation(node, inner)
        elif isinstance(node, exp.Table):
            return tables.source(self, node, scope)
        else:
            raise unsupported(f"this kind of query ({type(node).__name__})", self.source.place(node))
        if ctes:
            done.set("with_", ctes)
        return done, columns

    def _parenthesis(self, node: exp.Subquery, scope: Scope) -> tuple[exp.Expression, Columns | None]:
        inner = scope.child()
        ctes = self._with(node, inner)
        query, columns = self.query(node.this, inner)
        done = exp.Subquery(this=query)
        if ctes:
            done.set("with_", ctes)
        inner.name(columns)
        self._tail(node, done, inner)
        return done, columns

    def _with(self, node: exp.Expression, scope: Scope) -> exp.With | None:
        found = node.args.get("with_")
        if not found:
            return None
        recursive = bool(found.args.get("recursive"))
        done = []
        for cte in found.expressions:
            name = cte.alias.lower()
            if recursive and any(table.name.lower() == name for table in cte.this.find_all(exp.Table)):
                scope.ctes[name] = self._first_arm(cte.this, scope.child())
            query, columns = self.query(cte.this, scope)
            alias = exp.TableAlias(this=exp.to_identifier(cte.alias, quoted=True))
            done.append(exp.CTE(this=query, alias=alias))
            scope.queries[name] = done[-1]
            scope.ctes[name] = self.settled(columns, exp.to_identifier(cte.alias, quoted=True), scope)
        return exp.With(expressions=done, recursive=recursive)

    def _first_arm(self, node: exp.Expression, scope: Scope) -> Columns | None:
        """The columns of a query that uses itself, which are those of its first arm."""
        while isinstance(node, (exp.SetOperation, exp.Subquery)):
            self._with(node, scope)
            node = node.this
        query, columns = self.query(node.copy(), scope)
        return self.settled(columns, template("({0})", query), scope)

    def settled(self, columns: Columns | None, done: exp.Expression, scope: Scope) -> Columns | None:
        """The columns of what stands in FROM, with those that only DuckDB can tell."""
        if columns is not None and all(kind for _, kind in columns):
            return columns
        text = write(done.copy())
        queries = scope.visible_queries()
        if queries:
            text = f"({write(exp.With(expressions=[q.copy() for q in queries], recursive=True))} SELECT * FROM {text})"
        found = self.environment.columns(text)
        return columns if found is None else found

    def _set_operation(self, node: exp.SetOperation, scope: Scope) -> tuple[exp.Expression, Columns | None]:
        self.only(node, _SET_OPERATION, "set operations with INNER, OUTER, LEFT or ON")
        left, columns = self.query(node.this, scope)
        right, others = self.query(node.expression, scope)
        columns = _both(columns, others, bool(node.args.get("by_name")))
        done = type(node)(this=left, expression=right, distinct=bool(node.args.get("distinct")), by_name=node.args.get("by_name"))
        scope.name(columns)
        self._tail(node, done, scope)
        return done, columns

    def _select(self, node: exp.Select, scope: Scope) -> tuple[exp.Expression, Columns | None]:
        self.only(node, _SELECT, "this clause of a SELECT")
        done = exp.Select()
        if node.args.get("from_"):
            done.set("from_", exp.From(this=tables.add(self, node.args["from_"].this, scope)))
        for join in node.args.get("joins") or ():
            done.append("joins", tables.join(self, join, scope))
        columns = self._projections(node, done, scope)
        if node.args.get("where"):
            done.set("where", exp.Where(this=self.expr(node.args["where"].this, scope)))
        scope.name(columns)
        scope.aliases |= {item.alias.lower() for item in node.expressions if isinstance(item, exp.Alias)}
        if node.args.get("group"):
            done.set("group", self._group(node.args["group"], scope, _aliases(node)))
        for clause in ("having", "qualify"):
            if node.args.get(clause):
                done.set(clause, type(node.args[clause])(this=self.expr(node.args[clause].this, scope)))
        if node.args.get("windows"):
            done.set("windows", [expressions.window(self, w, scope) for w in node.args["windows"]])
        if node.args.get("distinct"):
            done.set("distinct", exp.Distinct())
        self._tail(node, done, scope)
        return self._kind(node, done, columns)

    def _kind(self, node: exp.Select, done: exp.Select, columns: Columns | None) -> tuple[exp.Expression, Columns | None]:
        kind = (node.args.get("kind") or "").upper()
        if kind == "STRUCT":
            row = self.fresh("row")
            fields = Type("STRUCT", tuple((n, kind or UNKNOWN) for n, kind in columns)) if columns else None
            whole = exp.Select(expressions=[exp.column(row, quoted=True)])
            whole.set("from_", exp.From(this=exp.Subquery(this=done, alias=exp.TableAlias(this=exp.to_identifier(row, quoted=True)))))
            return whole, [(row, fields)]
        if kind == "VALUE" and len(done.expressions) == 1:
            return done, columns
        return done, columns

    def _projections(self, node: exp.Select, done: exp.Select, scope: Scope) -> Columns | None:
        columns: Columns | None = []
        unnamed = 0
        for item in node.expressions:
            star = stars.star(item)
            if star is not None:
                done.append("expressions", stars.translate_star(self, item, star, scope))
                more = stars.star_columns(self, item, star, scope)
                columns = columns + more if columns is not None and more is not None else None
                continue
            value = item.this if isinstance(item, exp.Alias) else item
            name = item.alias if isinstance(item, exp.Alias) else stars.name_of(value)
            kind = type_of(self, value, scope)
            translated = self.expr(value, scope)
            shown = name or f"f{unnamed}_"
            unnamed += not name
            done.append("expressions", exp.Alias(this=translated, alias=exp.to_identifier(shown, quoted=True)))
            if columns is not None:
                columns.append((shown, kind))
        return columns

    def _group(self, node: exp.Group, scope: Scope, aliases: dict[str, exp.Expression]) -> exp.Group:
        self.only(node, _GROUP, "this in GROUP BY")
        out = exp.Group(all=node.args.get("all"))
        for item in node.expressions:
            if isinstance(item, _SETS):
                out.append("expressions", self._grouping(item, scope))
                continue
            # The name of a result's column goes before that of a table's.
            named = isinstance(item, exp.Column) and len(item.parts) == 1
            out.append("expressions", self._ordinal(aliases.get(item.name.lower(), item) if named else item, scope))
        for kind in ("rollup", "cube", "grouping_sets"):
            for item in node.args.get(kind) or ():
                out.append(kind, self._grouping(item, scope))
        return out

    def _grouping(self, node: exp.Expression, scope: Scope) -> exp.Expression:
        if isinstance(node, (exp.Tuple, *_SETS)):
            return type(node)(expressions=[self._grouping(e, scope) for e in node.expressions])
        return self._ordinal(node, scope)

    def _ordinal(self, node: exp.Expression, scope: Scope) -> exp.Expression:
        if isinstance(node, exp.Literal) and not node.is_string:
            return node.copy()
        return self.expr(node, scope)

    def _tail(self, node: exp.Expression, done: exp.Expression, scope: Scope) -> None:
        if node.args.get("order"):
            done.set("order", self.order(node.args["order"], scope))
        for clause in ("limit", "offset"):
            if node.args.get(clause):
                count = node.args[clause].expression
                done.set(
                    clause, type(node.args[clause])(expression=count.copy() if isinstance(count, exp.Literal) else self.expr(count, scope))
                )

    def order(self, node: exp.Order, scope: Scope) -> exp.Order:
        """Translates ORDER BY. NULL is the least value in BigQuery."""
        out = exp.Order()
        for item in node.expressions:
            desc = bool(item.args.get("desc"))
            first = item.args.get("nulls_first")
            out.append("expressions", exp.Ordered(this=self._ordinal(item.this, scope), desc=desc, nulls_first=bool(first)))
        return out


def _both(left: Columns | None, right: Columns | None, by_name: bool) -> Columns | None:
    """The columns of a set operation: the first arm's names, and the types of both. A NULL's type is that of the other arm."""
    if left is None or (right is None and by_name):
        return None
    if by_name:
        names = {name.lower() for name, _ in left}
        types = {name.lower(): kind for name, kind in right or ()}
        return [(n, branches.common([k, types.get(n.lower(), k)])) for n, k in left] + [c for c in right or () if c[0].lower() not in names]
    if right is None or len(left) != len(right):
        return [(name, None) for name, _ in left]
    return [(name, branches.common([kind, other])) for (name, kind), (_, other) in zip(left, right)]


def _aliases(node: exp.Select) -> dict[str, exp.Expression]:
    """What the names that a SELECT gives to its columns stand for."""
    return {
        item.alias.lower(): item.this for item in node.expressions if isinstance(item, exp.Alias) and not isinstance(item.this, exp.Literal)
    }
