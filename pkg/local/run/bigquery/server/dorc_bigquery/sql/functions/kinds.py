"""Types of calls, as far as they can be told without DuckDB."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from ...values.types import UNKNOWN, Type, array_of, scalar
from .. import branches
from ..environment import Routine
from ..nodes import raw
from ..scope import Scope
from ..source import Source, parse_expression
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
        return branches.type_of(t, [found.args.get("true"), found.args.get("false")], scope)
    if isinstance(found, exp.Case):
        return branches.type_of(t, [*(when.args.get("true") for when in found.args.get("ifs") or ()), found.args.get("default")], scope)
    if isinstance(found, exp.Coalesce):
        return branches.type_of(t, [found.this, *found.expressions], scope)
    if isinstance(found, exp.SafeFunc):
        return type_of(t, found.this, scope)
    if isinstance(found, exp.DPipe):
        return _expression_type(t, found.this, scope)
    if isinstance(found, exp.Dot) and isinstance(found.expression, exp.Anonymous):
        return _qualified_type(t, found, scope)
    if isinstance(found, exp.Struct):
        return _struct_type(t, found.expressions, scope)
    if not isinstance(found, exp.Anonymous):
        return None
    return _call_type(t, found, scope)


def _qualified_type(t: "Translator", found: exp.Dot, scope: Scope) -> Type | None:
    call = found.expression
    names = [p for part in names_of(found.this) for p in part.split(".")]
    if [name.upper() for name in names] == ["SAFE"]:
        return type_of(t, call, scope)
    routine = t.environment.function([*names, call.name], None)
    return _routine_type(Call(t, call.name, call.expressions, scope, found), routine) if routine else None


def _routine_type(call: Call, routine: Routine) -> Type | None:
    """What a function returns: what it says, or what its body is for these arguments."""
    if routine.returns or routine.table_function or len(call.args) != len(routine.arguments):
        return routine.returns
    inner, source = Scope(), Source.of(routine.body)
    for n, (name, kind) in enumerate(routine.arguments):
        inner.arguments[name.lower()] = (raw("NULL"), kind or call.type(n))
    return _expression_type(call.t.within(source, routine.project), parse_expression(source), inner)


def _call_type(t: "Translator", found: exp.Anonymous, scope: Scope) -> Type | None:
    name = found.name.upper()
    call = Call(t, name, aggregates.modifiers(found.expressions).args, scope, found)
    if name == "STRUCT":
        return _struct_type(t, found.expressions, scope)
    if name in ("ARRAY", "ARRAY_AGG", "APPROX_QUANTILES"):
        element = call.type(0) if call.args else None
        return array_of(element) if element else None
    if name in ("ARRAY_CONCAT", "ARRAY_REVERSE", "ARRAY_SLICE", "ARRAY_CONCAT_AGG", "ARRAY_DISTINCT") or name in maths.SAME_AS_FIRST:
        return call.type(0)
    if name in ("ARRAY_FIRST", "ARRAY_LAST", "ARRAY_MAX", "ARRAY_MIN"):
        inside = call.type(0)
        return inside.element if inside else None
    if name in maths.OF_ALL:
        return branches.type_of(t, call.args, scope)
    if name in ("SUBSTR", "SUBSTRING", "LEFT", "RIGHT", "REPEAT", "CONCAT") and call.kind(0) == "BYTES":
        return Type("BYTES")
    if name == "GENERATE_ARRAY":
        number = branches.type_of(t, call.args, scope)
        return array_of(number) if number else None
    if name in ("DATE_TRUNC", "DATE_ADD", "DATE_SUB"):
        kind = dates.kind_of(call)
        return Type(kind) if kind else None
    if name in ("JSON_QUERY", "JSON_EXTRACT"):
        return Type("JSON" if call.kind(0) == "JSON" else "STRING")
    if name in ("JSON_QUERY_ARRAY", "JSON_EXTRACT_ARRAY"):
        return array_of(Type("JSON" if call.kind(0) == "JSON" else "STRING"))
    kind = aggregates.kind_of(call)
    if kind:
        return call.type(0) if kind == "=" else Type(kind)
    routine = t.environment.function([found.name], None)
    return _routine_type(call, routine) if routine else _result(_RESULTS.get(name))


def _struct_type(t: "Translator", fields: list[exp.Expression], scope: Scope) -> Type | None:
    from ..stars import name_of

    found = []
    for n, item in enumerate(fields, 1):
        value = item.this if isinstance(item, exp.Alias) else item
        kind = _expression_type(t, value, scope) or UNKNOWN
        found.append(((item.alias if isinstance(item, exp.Alias) else name_of(item)) or f"_field_{n}", kind))
    return Type("STRUCT", tuple(found))


def _expression_type(t: "Translator", found: exp.Expression | None, scope: Scope) -> Type | None:
    from ..kinds import type_of as expression_type

    return expression_type(t, found, scope) if found is not None else None


def _result(name: str | None) -> Type | None:
    if name is None:
        return None
    return array_of(scalar(name[6:-1])) if name.startswith("ARRAY<") else scalar(name)
