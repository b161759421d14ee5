"""Functions written in SQL: a call becomes its body, with the arguments put in."""

from __future__ import annotations

from sqlglot import exp

from ...errors import invalid_query
from ...names import quote
from ..environment import Routine
from ..nodes import template
from ..scope import Scope
from ..source import Source, parse_expression
from .call import Call


def expand(call: Call, routine: Routine) -> exp.Expression:
    """The body of a function for one call."""
    if routine.table_function:
        raise invalid_query(f"Table-valued function is not expected here: {routine.name}", call.position)
    values = _arguments(call, routine)
    source = Source.of(routine.body)
    body = parse_expression(source)
    inner = Scope()
    translator = call.t.within(source, routine.project)
    subquery = body.find(exp.Query) is not None
    given = []
    for n, ((name, kind), value) in enumerate(zip(routine.arguments, values)):
        done = call.sql(value)
        if kind:
            done = template(f"CAST({{0}} AS {_escape(kind.duckdb)})", done)
        given.append(done)
        shown = template(quote("_args") + "." + quote(f"a{n}")) if subquery else done
        inner.arguments[name.lower()] = (shown, kind or call.type(value))
    done = translator.expr(body, inner)
    if subquery and given:
        columns = ", ".join(f"{{{n + 1}}} AS {quote(f'a{n}')}" for n in range(len(given)))
        done = template(f"(SELECT {{0}} FROM (SELECT {columns}) AS {quote('_args')})", done, *given)
    elif subquery:
        done = template("({0})", done)
    if routine.returns:
        return template(f"CAST({{0}} AS {_escape(routine.returns.duckdb)})", done)
    return template("({0})", done)


def _arguments(call: Call, routine: Routine) -> list[int]:
    if len(call.args) != len(routine.arguments):
        types = ", ".join(t.sql if t else "ANY TYPE" for _, t in routine.arguments)
        kinds = ", ".join(t.sql if (t := call.type(n)) else "ANY" for n in range(len(call.args)))
        raise invalid_query(
            f"Number of arguments does not match for function {routine.name}: No matching signature for argument types: {kinds}. Supported signature: {routine.name}({types})",
            call.position,
        )
    return list(range(len(call.args)))


def _escape(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")
