"""Types of calls, as far as they can be told without DuckDB."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from ...values.types import Type, array_of, scalar
from ..scope import Scope
from . import aggregates, arrays, dates, jsons, maths, strings
from .call import Call

if TYPE_CHECKING:
    from ..translate import Translator

_RESULTS = {name: kind for module in (strings, maths, dates, arrays, jsons) for name, kind in module.RESULTS.items()}
# Functions that may stand without parentheses.
CURRENT = {
    exp.CurrentDate: "CURRENT_DATE",
    exp.CurrentDatetime: "CURRENT_DATETIME",
    exp.CurrentTime: "CURRENT_TIME",
    exp.CurrentTimestamp: "CURRENT_TIMESTAMP",
    exp.CurrentUser: "CURRENT_USER",
}


def part_of(found: exp.Expression) -> str:
    if isinstance(found, exp.Anonymous) and found.expressions:
        return f"{found.name.upper()}({found.expressions[0].name.upper()})"
    return found.name.upper()


def names_of(found: exp.Expression) -> list[str]:
    if isinstance(found, exp.Dot):
        return names_of(found.this) + names_of(found.expression)
    if isinstance(found, exp.Column):
        return [part.name for part in found.parts]
    return [found.name]


def type_of(t: "Translator", found: exp.Expression, scope: Scope) -> Type | None:
    """The type of a call's result, as far as it can be told."""
    if isinstance(found, exp.Window):
        return type_of(t, found.this, scope)
    if isinstance(found, (exp.IgnoreNulls, exp.RespectNulls)):
        return type_of(t, found.this, scope)
    if type(found) in CURRENT:
        return _result(_RESULTS.get(CURRENT[type(found)]))
    if isinstance(found, exp.ParseJSON):
        return Type("JSON")
    if isinstance(found, exp.Extract):
        part = part_of(found.this)
        return Type(part if part in ("DATE", "TIME", "DATETIME") else "INT64")
    if isinstance(found, exp.If):
        return _expression_type(t, found.args.get("true"), scope) or _expression_type(t, found.args.get("false"), scope)
    if isinstance(found, exp.Case):
        return _expression_type(t, found.args["ifs"][0].args.get("true"), scope) if found.args.get("ifs") else None
    if isinstance(found, exp.Coalesce):
        return _expression_type(t, found.this, scope)
    if isinstance(found, exp.DPipe):
        return _expression_type(t, found.this, scope)
    if isinstance(found, exp.Dot) and isinstance(found.expression, exp.Anonymous):
        routine = t.environment.function([p for part in names_of(found.this) for p in part.split(".")] + [found.expression.name], None)
        return routine.returns if routine else None
    if isinstance(found, exp.Struct):
        return _struct_type(t, found.expressions, scope)
    if not isinstance(found, exp.Anonymous):
        return None
    return _call_type(t, found, scope)


def _call_type(t: "Translator", found: exp.Anonymous, scope: Scope) -> Type | None:
    name = found.name.upper()
    call = Call(t, name, aggregates.modifiers(found.expressions).args, scope, found)
    if name == "STRUCT":
        return _struct_type(t, found.expressions, scope)
    if name in ("ARRAY", "ARRAY_AGG", "APPROX_QUANTILES"):
        element = call.type(0) if call.args else None
        return array_of(element) if element else None
    if name in ("ARRAY_CONCAT", "ARRAY_REVERSE", "ARRAY_SLICE", "ARRAY_CONCAT_AGG") or name in maths.SAME_AS_FIRST:
        return call.type(0)
    if name in ("DATE_TRUNC", "DATE_ADD", "DATE_SUB"):
        kind = call.kind(0)
        return Type(kind if kind in ("DATETIME", "TIMESTAMP") else "DATE")
    if name in ("JSON_QUERY", "JSON_EXTRACT"):
        return Type("JSON" if call.kind(0) == "JSON" else "STRING")
    if name in ("JSON_QUERY_ARRAY", "JSON_EXTRACT_ARRAY"):
        return array_of(Type("JSON" if call.kind(0) == "JSON" else "STRING"))
    kind = aggregates.kind_of(call)
    if kind:
        return call.type(0) if kind == "=" else Type(kind)
    routine = t.environment.function([found.name], None)
    return routine.returns if routine else _result(_RESULTS.get(name))


def _struct_type(t: "Translator", fields: list[exp.Expression], scope: Scope) -> Type | None:
    from ..stars import name_of

    found = []
    for n, item in enumerate(fields, 1):
        value = item.this if isinstance(item, exp.Alias) else item
        kind = _expression_type(t, value, scope)
        if kind is None:
            kind = Type("STRING")
        found.append(((item.alias if isinstance(item, exp.Alias) else name_of(item)) or f"_field_{n}", kind))
    return Type("STRUCT", tuple(found))


def _expression_type(t: "Translator", found: exp.Expression | None, scope: Scope) -> Type | None:
    from ..kinds import type_of as expression_type

    return expression_type(t, found, scope) if found is not None else None


def _result(name: str | None) -> Type | None:
    if name is None:
        return None
    return array_of(scalar(name[6:-1])) if name.startswith("ARRAY<") else scalar(name)
