"""Types of expressions, as far as they can be told without DuckDB."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from ..errors import invalid_query
from ..values.types import UNKNOWN, Type, array_of
from . import branches, functions
from .datatypes import from_sql
from .environment import Value
from .scope import Scope

if TYPE_CHECKING:
    from .translate import Translator


def parameter_value(t: "Translator", node: exp.Parameter) -> Value:
    """The value of @name or @@name."""
    if isinstance(node.this, exp.Parameter):
        return t.environment.system(node.this.name, t.source.place(node))
    return t.environment.parameter(node.name, t.source.place(node))


def placeholder_value(t: "Translator", node: exp.Placeholder) -> Value:
    """The value of a ?."""
    if "number" not in node.meta:
        raise invalid_query('Syntax error: Unexpected "?"', t.source.place(node))
    return t.environment.parameter(node.meta["number"], t.source.place(node))


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
    if isinstance(node, exp.Interval):
        return Type("INTERVAL")
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
    if isinstance(node, exp.Placeholder):
        return placeholder_value(t, node).type
    if isinstance(node, exp.Bracket):
        inside = type_of(t, node.this, scope)
        return inside.element if inside and inside.element else (inside if inside and inside.kind == "JSON" else None)
    if isinstance(node, exp.Array):
        found = branches.type_of(t, node.expressions, scope)
        return array_of(found) if found else None
    if isinstance(node, exp.Query):
        columns = t.query(node.copy(), scope)[1]
        return columns[0][1] if columns and len(columns) == 1 else None
    if isinstance(node, (exp.Add, exp.Sub, exp.Mul, exp.Div)):
        return _arithmetic(type_of(t, node.this, scope), type_of(t, node.expression, scope), isinstance(node, exp.Div))
    return functions.type_of(t, node, scope)


def _arithmetic(left: Type | None, right: Type | None, division: bool) -> Type | None:
    kinds = {left.kind if left else "", right.kind if right else ""}
    if "INTERVAL" in kinds:
        moved = next(iter(kinds - {"INTERVAL"}), "INTERVAL")
        return Type({"DATE": "DATETIME", "INT64": "INTERVAL"}.get(moved, moved)) if moved else None
    if not kinds <= {"INT64", "FLOAT64", "NUMERIC", "BIGNUMERIC"}:
        if len(kinds) == 1 and kinds <= {"DATE", "TIMESTAMP", "DATETIME"}:
            return Type("INTERVAL")
        return left if left and left.kind == "DATE" and kinds == {"DATE", "INT64"} else None
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
    return None if kind == UNKNOWN else kind
