"""Expressions: names, literals and operators. Calls are in functions/."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from ..errors import invalid_query, unsupported
from ..names import quote
from . import casts, columns, functions
from .kinds import parameter_value, placeholder_value, type_of
from .nodes import raw, template
from .scope import Scope

if TYPE_CHECKING:
    from .translate import Translator

# Operators that mean the same in both, once what they work on is translated.
_SAME = (
    exp.EQ,
    exp.NEQ,
    exp.GT,
    exp.GTE,
    exp.LT,
    exp.LTE,
    exp.And,
    exp.Or,
    exp.Not,
    exp.Neg,
    exp.Paren,
    exp.Is,
    exp.NullSafeEQ,
    exp.NullSafeNEQ,
    exp.Between,
    exp.Case,
    exp.If,
    exp.BitwiseAnd,
    exp.BitwiseOr,
    exp.BitwiseNot,
    exp.BitwiseLeftShift,
    exp.BitwiseRightShift,
    exp.DPipe,
    exp.Escape,
    exp.Coalesce,
    exp.Tuple,
)


def translate(t: "Translator", node: exp.Expression, scope: Scope) -> exp.Expression:
    """Translates an expression. What is not known here is refused: nothing of a user's text reaches DuckDB unread."""
    handler = _HANDLERS.get(type(node))
    if handler:
        return handler(t, node, scope)
    if isinstance(node, _SAME):
        return _same(t, node, scope)
    if isinstance(node, exp.Query):
        return t.query(node, scope)[0]
    if isinstance(node, (exp.Func, exp.Dot, exp.Window)) or type(node) in functions.NODES:
        return functions.node(t, node, scope)
    raise unsupported(f"the expression {node.sql('bigquery')[:60]}", t.source.place(node))


def _same(t: "Translator", node: exp.Expression, scope: Scope) -> exp.Expression:
    out = type(node)()
    for key, value in node.args.items():
        if isinstance(value, list):
            out.set(key, [translate(t, v, scope) for v in value])
        elif isinstance(value, exp.Expression):
            out.set(key, translate(t, value, scope))
        else:
            out.set(key, value)
    return out


def _sum(t: "Translator", node: exp.Expression, scope: Scope) -> exp.Expression:
    """+ and -. DuckDB adds only an INTEGER to a DATE, and the difference of two DATEs is an INTERVAL in BigQuery."""
    left, right = translate(t, node.this, scope), translate(t, node.expression, scope)
    sign = "+" if isinstance(node, exp.Add) else "-"
    kinds = [kind.kind if kind else "" for kind in (type_of(t, node.this, scope), type_of(t, node.expression, scope))]
    if kinds == ["DATE", "INT64"]:
        return template(f"({{0}} {sign} CAST({{1}} AS INTEGER))", left, right)
    if kinds == ["INT64", "DATE"] and sign == "+":
        return template("({1} + CAST({0} AS INTEGER))", left, right)
    if kinds == ["DATE", "DATE"] and sign == "-":
        return template("to_days(CAST({0} - {1} AS INTEGER))", left, right)
    if "NUMERIC" in kinds and set(kinds) <= {"NUMERIC", "INT64"}:
        return template(f"CAST({{0}} {sign} {{1}} AS DECIMAL(38,9))", left, right)
    return type(node)(this=left, expression=right)


def _literal(t: "Translator", node: exp.Literal, scope: Scope) -> exp.Expression:
    if node.is_string:
        return node.copy()
    text = node.name
    if text.isdigit():
        if int(text) > 2**63 - 1:
            if isinstance(node.parent, exp.Neg) and int(text) == 2**63:
                return raw(f"CAST({text} AS HUGEINT)")
            raise invalid_query(f"Invalid INT64 value: {text}", t.source.place(node))
        return raw(f"CAST({text} AS BIGINT)")
    return raw(f"CAST({text} AS DOUBLE)" if "e" in text.lower() else f"{text}e0")


def _parameter(t: "Translator", node: exp.Parameter, scope: Scope) -> exp.Expression:
    return raw(parameter_value(t, node).sql)


def _placeholder(t: "Translator", node: exp.Placeholder, scope: Scope) -> exp.Expression:
    return raw(placeholder_value(t, node).sql)


def _in(t: "Translator", node: exp.In, scope: Scope) -> exp.Expression:
    this = translate(t, node.this, scope)
    if node.args.get("unnest"):
        values = translate(t, node.args["unnest"].expressions[0], scope)
        return template("bq_in_unnest({0}, {1})", this, values)
    if node.args.get("query"):
        query = node.args["query"]
        return template(
            "({0} IN ({1}))",
            this,
            t.query(query.this if isinstance(query, exp.Subquery) and not query.args.get("with_") else query, scope)[0],
        )
    return exp.In(this=this, expressions=[translate(t, e, scope) for e in node.expressions])


def _like(t: "Translator", node: exp.Like, scope: Scope) -> exp.Expression:
    done = _matches(t, node, scope)
    return template("(NOT {0})", done) if node.args.get("negate") else done


def _matches(t: "Translator", node: exp.Like, scope: Scope) -> exp.Expression:
    this, pattern = translate(t, node.this, scope), node.expression
    if isinstance(pattern, (exp.Any, exp.All)):
        inside = pattern.this
        if isinstance(inside, exp.Anonymous) or isinstance(inside, exp.Unnest):
            found = "list_bool_or" if isinstance(pattern, exp.Any) else "list_bool_and"
            values = translate(t, inside.expressions[0], scope)
            return template(f"{found}(list_transform({{1}}, lambda _p: {{0}} LIKE _p ESCAPE '\\'))", this, values)
        choices = inside.expressions if isinstance(inside, exp.Tuple) else [inside.this if isinstance(inside, exp.Paren) else inside]
        word = " OR " if isinstance(pattern, exp.Any) else " AND "
        parts = word.join(f"{{0}} LIKE {{{n}}} ESCAPE '\\'" for n in range(1, len(choices) + 1))
        return template(f"({parts})", this, *[translate(t, c, scope) for c in choices])
    return template("({0} LIKE {1} ESCAPE '\\')", this, translate(t, pattern, scope))


def _exists(t: "Translator", node: exp.Exists, scope: Scope) -> exp.Expression:
    return template("EXISTS ({0})", t.query(node.this, scope)[0])


def _subquery(t: "Translator", node: exp.Subquery, scope: Scope) -> exp.Expression:
    return t.query(node, scope)[0]


def _interval(t: "Translator", node: exp.Interval, scope: Scope) -> exp.Expression:
    return casts.interval(t, node, scope)


def _cast(t: "Translator", node: exp.Cast, scope: Scope) -> exp.Expression:
    return casts.cast(t, node, scope)


def _constant(t: "Translator", node: exp.Expression, scope: Scope) -> exp.Expression:
    return node.copy()


_HANDLERS = {
    exp.Literal: _literal,
    exp.RawString: lambda t, node, scope: exp.Literal.string(node.name),
    exp.ByteString: lambda t, node, scope: casts.bytes_literal(node),
    exp.HexString: lambda t, node, scope: raw(f"CAST({int(node.name, 16)} AS BIGINT)"),
    exp.Boolean: _constant,
    exp.Null: _constant,
    exp.Column: columns.translate,
    exp.Parameter: _parameter,
    exp.Add: _sum,
    exp.Sub: _sum,
    exp.Placeholder: _placeholder,
    exp.In: _in,
    exp.Like: _like,
    exp.Exists: _exists,
    exp.Subquery: _subquery,
    exp.Interval: _interval,
    exp.Cast: _cast,
    exp.TryCast: _cast,
}


def window(t: "Translator", node: exp.Window, scope: Scope) -> exp.Expression:
    """A named window of WINDOW."""
    return template(quote(node.name).replace("{", "{{").replace("}", "}}") + " AS ({0})", functions.window_body(t, node, scope))
