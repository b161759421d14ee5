"""CALL and EXECUTE IMMEDIATE."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..errors import invalid_query, not_found
from ..names import literal, quote
from ..session import Frame, Parameters
from ..sql.environment import Value
from ..sql.source import Source
from ..statements import objects
from ..statements import run as statement
from ..statements.outcome import Outcome
from ..values.types import from_resource
from . import nodes
from .parser import parse as parse_script

if TYPE_CHECKING:
    from .interpreter import Interpreter

_MAX_CALLS = 50


def call(i: "Interpreter", node: nodes.Call) -> None:
    ref = objects.routine_ref(i.session, node.source, node.path)
    resource = i.session.catalog.routine(i.session.cursor, ref)
    if resource is None or resource["routineType"] != "PROCEDURE":
        raise not_found("Procedure", f"{ref.project}.{ref.dataset}.{ref.routine}", "")
    arguments = resource.get("arguments") or []
    if len(arguments) != len(node.arguments):
        raise invalid_query(
            f"Procedure {ref} takes {len(arguments)} arguments, and {len(node.arguments)} are given", node.source.position(0)
        )
    if i.calls >= _MAX_CALLS:
        raise invalid_query(f"Procedures call each other more than {_MAX_CALLS} levels deep", node.source.position(0))
    frame, back = Frame(), []
    for argument, given in zip(arguments, node.arguments):
        back += _pass(i, argument, given, frame, node)
    i.calls += 1
    i.session.frames.append(frame)
    errors, i.session.errors = i.session.errors, []
    project, i.session.project = i.session.project, ref.project
    try:
        i.top(parse_script(Source.of(resource["definitionBody"])))
    finally:
        i.session.frames.pop()
        i.session.errors, i.session.project = errors, project
        i.calls -= 1
    for inner, outer in back:
        i.session.assign(outer, inner.sql)


def _pass(i: "Interpreter", argument: dict[str, Any], given: Source, frame: Frame, node: nodes.Call) -> list[tuple[Value, Value]]:
    mode = argument.get("mode") or "IN"
    any_type = argument.get("argumentKind") == "ANY_TYPE"
    if mode == "IN":
        sql, _, tree = i.expression(given)
        kind = i.session_type(sql) if any_type else from_resource(argument["dataType"])
    else:
        outer = i.variable(given.text.strip().strip("`"), given)
        sql, tree = outer.sql if mode == "INOUT" else "NULL", None
        kind = outer.type if any_type and outer.type else from_resource(argument["dataType"])
    i.session.frames.append(frame)
    try:
        inner = i.session.declare(argument["name"], kind)
    finally:
        i.session.frames.pop()
    i.session.assign(inner, sql, given, tree)
    return [] if mode == "IN" else [(inner, outer)]


def execute(i: "Interpreter", node: nodes.Execute) -> None:
    text = i.value(node.text)
    if not isinstance(text, str):
        raise invalid_query("EXECUTE IMMEDIATE needs a STRING that is not NULL", node.text.position(0))
    parameters = Parameters()
    for given, name in node.using:
        sql, _, tree = i.expression(given)
        kind = i.session_type(sql)
        holder = i.session.fresh("using")
        i.session.execute(f"SET VARIABLE {quote(holder)} = (SELECT CAST({sql} AS {kind.duckdb}))", given, tree)
        value = Value(f"CAST(getvariable({literal(holder)}) AS {kind.duckdb})", kind)
        if name:
            parameters.named[name.lower()] = value
        else:
            parameters.positional.append(value)
    before, i.session.parameters = i.session.parameters, parameters
    try:
        outcome = _dynamic(i, text, node)
    finally:
        i.session.parameters = before
    if node.into:
        _into(i, outcome, node)


def _dynamic(i: "Interpreter", text: str, node: nodes.Execute) -> Outcome:
    source = Source.of(text)
    found = parse_script(source)
    if len(found) != 1:
        raise invalid_query("EXECUTE IMMEDIATE takes exactly one statement", node.source.position(0))
    if isinstance(found[0], nodes.Plain):
        return i.child(source, lambda: statement.run(i.session, found[0].source))
    before = len(i.children)
    i.session.frames.append(Frame())
    try:
        i.run(found)
    finally:
        i.session.frames.pop()
    outcomes = [o for _, o in i.children[before:] if isinstance(o, Outcome)]
    return outcomes[-1] if outcomes else Outcome("SCRIPT")


def _into(i: "Interpreter", outcome: Outcome, node: nodes.Execute) -> None:
    targets = [i.variable(name, node.source) for name in node.into]
    if outcome.rows > 1:
        raise invalid_query("The query of EXECUTE IMMEDIATE … INTO produced more than one row", node.source.position(0))
    if len(outcome.columns) != len(targets):
        raise invalid_query(
            f"EXECUTE IMMEDIATE … INTO has {len(targets)} variables, and the query {len(outcome.columns)} columns",
            node.source.position(0),
        )
    for target, (name, _) in zip(targets, outcome.columns):
        i.session.assign(target, f"(SELECT {quote(name)} FROM {outcome.table})")
