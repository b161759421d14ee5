"""Expressions: names, literals, operators and types of them. Calls are in functions/."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from ..errors import invalid_query, unsupported
from ..names import quote
from ..values.types import Type, array_of
from . import casts, functions
from .datatypes import from_sql
from .nodes import raw, template
from .scope import Columns, Scope

if TYPE_CHECKING:
    from .translate import Translator

_REFUSED_COLUMNS = {"_PARTITIONTIME", "_PARTITIONDATE", "_FILE_NAME"}

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


def _column(t: "Translator", node: exp.Column, scope: Scope) -> exp.Expression:
    parts = [part.name for part in node.parts]
    if parts[-1].upper() in _REFUSED_COLUMNS:
        raise unsupported(f"the pseudo column {parts[-1].upper()}", t.source.place(node))
    argument = scope.argument(parts[0])
    if argument and not scope.column(parts[0])[0] and not scope.source(parts[0]):
        return _fields(argument[0].copy(), parts[1:])
    if not scope.column(parts[0])[0] and not scope.source(parts[0]) and not scope.alias(parts[0]):
        variable = t.environment.variable(parts[0])
        if variable:
            return _fields(raw(variable.sql), parts[1:])
    return raw(".".join(quote(part) for part in parts))


def _fields(value: exp.Expression, names: list[str]) -> exp.Expression:
    for name in names:
        value = template("({0})." + quote(name).replace("{", "{{").replace("}", "}}"), value)
    return value


def _parameter(t: "Translator", node: exp.Parameter, scope: Scope) -> exp.Expression:
    return raw(parameter_value(t, node).sql)


def parameter_value(t: "Translator", node: exp.Parameter):
    """The value of @name or @@name."""
    if isinstance(node.this, exp.Parameter):
        return t.environment.system(node.this.name, t.source.place(node))
    return t.environment.parameter(node.name, t.source.place(node))


def _placeholder(t: "Translator", node: exp.Placeholder, scope: Scope) -> exp.Expression:
    root = node.root()
    index = [id(p) for p in root.find_all(exp.Placeholder, bfs=False)].index(id(node))
    return raw(t.environment.parameter(index, t.source.place(node)).sql)


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
    exp.Column: _column,
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


def name_of(node: exp.Expression) -> str:
    """The name that a column of a result has without an alias; "" when there is none."""
    if isinstance(node, (exp.Column, exp.Identifier)):
        return node.name
    if isinstance(node, exp.Dot) and isinstance(node.expression, exp.Identifier):
        return node.expression.name
    return ""


def star(node: exp.Expression) -> exp.Star | None:
    """The star of * and t.*, or None."""
    if isinstance(node, exp.Star):
        return node
    if isinstance(node, exp.Column) and isinstance(node.this, exp.Star):
        return node.this
    if isinstance(node, exp.Dot) and isinstance(node.expression, exp.Star):
        return node.expression
    return None


def _qualifier(node: exp.Expression) -> list[str]:
    return [part.name for part in node.parts[:-1]] if isinstance(node, exp.Column) else []


def translate_star(t: "Translator", node: exp.Expression, found: exp.Star, scope: Scope) -> exp.Expression:
    """Translates * and t.* with EXCEPT and REPLACE. The fields of a struct are listed by DuckDB's UNNEST."""
    names = _qualifier(node)
    excluded = [e.name for e in found.args.get("except_") or ()]
    replaced = found.args.get("replace") or ()
    if isinstance(node, exp.Dot) or (names and not (len(names) == 1 and scope.source(names[0]))):
        if excluded or replaced:
            raise unsupported("EXCEPT or REPLACE with the fields of a struct", t.source.place(node))
        value = translate(t, node.this, scope) if isinstance(node, exp.Dot) else raw(".".join(quote(n) for n in names))
        return template("UNNEST({0})", value)
    if scope.wildcard:
        excluded = [*excluded, "_TABLE_SUFFIX"]
    text = (quote(names[0]) + "." if names else "") + "*"
    if excluded:
        text += " EXCLUDE (" + ", ".join(quote(e) for e in excluded) + ")"
    text = text.replace("{", "{{").replace("}", "}}")
    if replaced:
        shown = [f"{{{n}}} AS " + quote(r.alias).replace("{", "{{").replace("}", "}}") for n, r in enumerate(replaced)]
        text += " REPLACE (" + ", ".join(shown) + ")"
    return template(text, *[translate(t, r.this, scope) for r in replaced])


def star_columns(node: exp.Expression, found: exp.Star, scope: Scope) -> Columns | None:
    """The columns that a star stands for, if they can be told."""
    names = _qualifier(node)
    out: Columns = []
    if names:
        if len(names) > 1 or names[0].lower() not in scope.sources:
            return None
        sources = [scope.sources[names[0].lower()]]
    else:
        sources = list(scope.sources.values())
    gone = {e.name.lower() for e in found.args.get("except_") or ()}
    changed = {r.alias.lower() for r in found.args.get("replace") or ()}
    seen: set[str] = set()
    for columns in sources:
        if columns is None:
            return None
        for name, kind in columns:
            if name.lower() in gone or name.lower() in seen or name.upper() == "_TABLE_SUFFIX":
                continue
            seen.add(name.lower())
            out.append((name, None if name.lower() in changed else kind))
    return out


def type_of(t: "Translator", node: exp.Expression, scope: Scope) -> Type | None:
    """The type of an expression, as far as it can be told without DuckDB."""
    if isinstance(node, (exp.Paren, exp.Neg)):
        return type_of(t, node.this, scope)
    if isinstance(node, exp.Literal):
        return Type("STRING" if node.is_string else "INT64" if node.name.isdigit() else "FLOAT64")
    if isinstance(node, (exp.Boolean, exp.Predicate, exp.And, exp.Or, exp.Not)):
        return Type("BOOL")
    if isinstance(node, exp.ByteString):
        return Type("BYTES")
    if isinstance(node, exp.RawString):
        return Type("STRING")
    if isinstance(node, (exp.Cast, exp.TryCast)):
        return from_sql(node.args["to"])
    if isinstance(node, exp.Column):
        return _column_type(t, [part.name for part in node.parts], scope)
    if isinstance(node, exp.Dot) and isinstance(node.this, exp.Parameter):
        return None
    if isinstance(node, exp.Dot) and isinstance(node.expression, exp.Identifier):
        return _field_type(type_of(t, node.this, scope), [node.expression.name])
    if isinstance(node, exp.Parameter):
        return parameter_value(t, node).type
    if isinstance(node, exp.Bracket):
        inside = type_of(t, node.this, scope)
        return inside.element if inside and inside.element else (inside if inside and inside.kind == "JSON" else None)
    if isinstance(node, exp.Array):
        found = type_of(t, node.expressions[0], scope) if node.expressions else None
        return array_of(found) if found else None
    if isinstance(node, exp.Query):
        columns = t.query(node.copy(), scope)[1]
        return columns[0][1] if columns and len(columns) == 1 else None
    if isinstance(node, (exp.Add, exp.Sub, exp.Mul, exp.Div)):
        return _arithmetic(type_of(t, node.this, scope), type_of(t, node.expression, scope), isinstance(node, exp.Div))
    return functions.type_of(t, node, scope)


def _arithmetic(left: Type | None, right: Type | None, division: bool) -> Type | None:
    kinds = {left.kind if left else "", right.kind if right else ""}
    if not kinds <= {"INT64", "FLOAT64", "NUMERIC", "BIGNUMERIC"}:
        return left if left and left.kind in ("DATE", "TIMESTAMP", "DATETIME") and kinds == {left.kind, "INT64"} else None
    for kind in ("FLOAT64", "BIGNUMERIC", "NUMERIC"):
        if kind in kinds:
            return Type(kind)
    return Type("FLOAT64" if division else "INT64")


def _column_type(t: "Translator", parts: list[str], scope: Scope) -> Type | None:
    argument = scope.argument(parts[0])
    if argument:
        return _field_type(argument[1], parts[1:])
    if len(parts) > 1 and scope.source(parts[0]):
        return _field_type(scope.column(parts[1], parts[0])[1], parts[2:])
    known, kind = scope.column(parts[0])
    if known:
        return _field_type(kind, parts[1:])
    variable = t.environment.variable(parts[0])
    return _field_type(variable.type, parts[1:]) if variable else None


def _field_type(kind: Type | None, names: list[str]) -> Type | None:
    for name in names:
        if kind is None:
            return None
        if kind.kind == "JSON":
            return kind
        kind = next((t for n, t in kind.fields if n.lower() == name.lower()), None)
    return kind
