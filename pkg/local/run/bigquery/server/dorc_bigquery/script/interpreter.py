"""Runs scripts."""

from __future__ import annotations

import contextlib
import copy
from typing import Any, Callable

from sqlglot import exp

from ..errors import BigQueryError, invalid_query
from ..names import literal, quote
from ..session import Session
from ..sql.datatypes import from_sql
from ..sql.environment import Value
from ..sql.kinds import type_of
from ..sql.nodes import write
from ..sql.scope import Scope
from ..sql.source import Source, parse, parse_expression
from ..state.catalog import now
from ..statements import objects, query
from ..statements import run as statement
from ..statements.outcome import Outcome
from ..values.types import Type
from . import calls, nodes
from .parser import parse as parse_script


class ScriptError(Exception):
    """A script that failed, with what became of its statements."""

    def __init__(self, cause: BigQueryError, children: list[tuple[str, Outcome | BigQueryError]]) -> None:
        super().__init__(str(cause))
        self.cause, self.children = cause, children


class _Jump(Exception):
    def __init__(self, kind: str, label: str) -> None:
        super().__init__(kind)
        self.kind, self.label = kind, label


def run(session: Session, text: str) -> Outcome:
    """Runs a text: one statement, or a script whose outcome is that of its last query."""
    found = parse_script(Source.of(text))
    if not found:
        raise invalid_query("Syntax error: Unexpected end of script", (1, 1))
    if len(found) == 1 and isinstance(found[0], nodes.Plain):
        return statement.run(session, found[0].source)
    if len(found) == 1 and isinstance(found[0], nodes.Procedure):
        return _procedure(session, found[0])
    interpreter = Interpreter(session)
    try:
        interpreter.top(found)
    except BigQueryError as e:
        raise ScriptError(e, interpreter.children) from None
    last = next((o for _, o in reversed(interpreter.children) if isinstance(o, Outcome) and o.table), None)
    out = copy.copy(last) if last else Outcome("SCRIPT")
    out.kind = "SCRIPT"
    out.children = interpreter.children
    return out


def plan(session: Session, text: str) -> Outcome:
    """A dry run: a statement is checked with its names, a script is only read."""
    found = parse_script(Source.of(text))
    if not found:
        raise invalid_query("Syntax error: Unexpected end of script", (1, 1))
    if len(found) == 1 and isinstance(found[0], nodes.Plain):
        return statement.plan(session, found[0].source)
    return Outcome("SCRIPT")


def _procedure(session: Session, node: nodes.Procedure) -> Outcome:
    ref = objects.routine_ref(session, node.source, node.path)
    arguments = []
    for mode, name, kind in node.arguments:
        argument: dict[str, Any] = {"name": name, "mode": mode}
        if [w.upper() for w in kind.text.split()] == ["ANY", "TYPE"]:
            argument["argumentKind"] = "ANY_TYPE"
        else:
            argument["dataType"] = _type(kind).resource()
        arguments.append(argument)
    resource = {
        "routineType": "PROCEDURE",
        "language": "SQL",
        "arguments": arguments,
        "definitionBody": node.body.text,
        "creationTime": now(),
    }
    return objects.put_procedure(session, ref, resource, node.replace, node.exists)


def _type(source: Source) -> Type:
    tree = parse(
        Source(
            "SELECT CAST(NULL AS " + source.text + ")",
            source.whole[: source.start] + "SELECT CAST(NULL AS " + source.whole[source.start :],
            source.start,
        )
    )
    return from_sql(tree.expressions[0].args["to"])


class Interpreter:
    """Runs the statements of one script in a session."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.children: list[tuple[str, Outcome | BigQueryError]] = []
        self.calls = 0

    def top(self, found: list[nodes.Node]) -> None:
        try:
            self.run(found)
        except _Jump as jump:
            if jump.kind != "RETURN":
                raise invalid_query(f"{jump.kind} is only allowed inside of a loop body") from None

    def run(self, found: list[nodes.Node]) -> None:
        for node in found:
            if self.session.cancelled.is_set():
                raise BigQueryError("stopped", "Job execution was cancelled: User requested cancellation")
            _RUNNERS[type(node)](self, node)

    # Expressions.

    def expression(self, source: Source) -> tuple[str, Type | None, exp.Expression]:
        tree = parse_expression(source)
        translator = self.session.translator(source)
        kind = type_of(translator, tree, Scope())
        return write(translator.expr(tree, Scope())), kind, tree

    def value(self, source: Source) -> Any:
        sql, _, tree = self.expression(source)
        return self.session.execute(f"SELECT {sql}", source, tree).fetchone()[0]

    def condition(self, source: Source) -> bool:
        found = self.value(source)
        if found is not None and not isinstance(found, bool):
            raise invalid_query("Condition must be of type BOOL", source.position(0))
        return bool(found)

    def variable(self, name: str, source: Source) -> Value:
        found = self.session.variable(name)
        if found is None:
            raise invalid_query(f"Undeclared variable: {name}", source.position(0))
        return found

    # Statements.

    def plain(self, node: nodes.Plain) -> None:
        self.child(node.source, lambda: statement.run(self.session, node.source))

    def child(self, source: Source, work: Callable[[], Outcome]) -> Outcome:
        try:
            outcome = work()
        except BigQueryError as e:
            e.statement = source.text
            self.children.append((source.text, e))
            raise
        self.children.append((source.text, outcome))
        return outcome

    def declare(self, node: nodes.Declare) -> None:
        default = self.expression(node.default) if node.default else None
        if node.type:
            kind = _type(node.type)
        else:
            assert default is not None
            kind = self.session_type(default[0])
        for name in node.names:
            value = self.session.declare(name, kind, node.source.position(0))
            sql = default[0] if default else "NULL"
            self.session.assign(value, sql, node.default, default[2] if default else None)

    def session_type(self, sql: str) -> Type:
        return query.describe(self.session, f"SELECT {sql} AS v")[0][1]

    def set(self, node: nodes.Set) -> None:
        if node.names[0].startswith("@@"):
            self.system(node)
            return
        targets = [self.variable(name, node.source) for name in node.names]
        sql, _, tree = self.expression(node.value)
        if not node.tuple:
            self.session.assign(targets[0], sql, node.value, tree)
            return
        holder = self.session.fresh("set")
        if isinstance(tree, (exp.Tuple, exp.Paren)):
            items = tree.expressions if isinstance(tree, exp.Tuple) else [tree.this]
            if len(items) != len(targets):
                raise invalid_query(f"SET has {len(targets)} variables and {len(items)} values", node.source.position(0))
            translator = self.session.translator(node.value)
            parts = [write(translator.expr(item, Scope())) for item in items]
            self.session.execute(f"SET VARIABLE {quote(holder)} = row({', '.join(parts)})", node.value, tree)
        else:
            self.session.execute(f"SET VARIABLE {quote(holder)} = (SELECT {sql})", node.value, tree)
        found = self.session.execute(f"SELECT getvariable({literal(holder)})").description[0][1]
        if found.id not in ("struct", "tuple") or len(found.children) != len(targets):
            raise invalid_query(
                f"SET has {len(targets)} variables, and the value is not a STRUCT of as many fields", node.source.position(0)
            )
        for n, (target, (name, _)) in enumerate(zip(targets, found.children), 1):
            self.session.assign(target, f"struct_extract(getvariable({literal(holder)}), {literal(name) if name else n})")

    def system(self, node: nodes.Set) -> None:
        name = node.names[0].removeprefix("@@").lower()
        if name not in ("dataset_id", "dataset_project_id", "query_label", "time_zone"):
            raise invalid_query(f"System variable @@{name} cannot be set", node.source.position(0))
        found = str(self.value(node.value))
        if name == "dataset_id":
            from ..names import DatasetRef

            parts = found.split(".")
            self.session.dataset = DatasetRef(parts[0] if len(parts) > 1 else self.session.project, parts[-1]).check()
        elif name == "time_zone" and found.upper() not in ("UTC", "ETC/UTC"):
            raise invalid_query("dorc's local BigQuery does not have other values of @@time_zone than UTC", node.source.position(0))

    def if_(self, node: nodes.If) -> None:
        for condition, body in node.branches:
            if self.condition(condition):
                self.run(body)
                return
        self.run(node.otherwise)

    def case(self, node: nodes.Case) -> None:
        for condition, body in node.branches:
            if node.operand is None:
                holds = self.condition(condition)
            else:
                left, right = self.expression(node.operand)[0], self.expression(condition)[0]
                holds = bool(self.session.execute(f"SELECT ({left}) = ({right})", condition).fetchone()[0])
            if holds:
                self.run(body)
                return
        self.run(node.otherwise)

    @contextlib.contextmanager
    def scope(self) -> Any:
        self.session.frames[-1].blocks.append({})
        try:
            yield
        finally:
            self.session.frames[-1].blocks.pop()

    def body(self, found: list[nodes.Node], label: str) -> bool:
        """Runs a loop's body once. False ends the loop."""
        try:
            self.run(found)
        except _Jump as jump:
            if jump.kind == "RETURN" or (jump.label and jump.label.lower() != label.lower()):
                raise
            return jump.kind == "CONTINUE"
        return True

    def loop(self, node: nodes.Loop) -> None:
        while node.before is None or self.condition(node.before):
            if not self.body(node.body, node.label):
                return
            if node.until is not None and self.condition(node.until):
                return

    def for_(self, node: nodes.For) -> None:
        tree = parse(node.query)
        outcome = query.run(self.session, node.query, tree.this if isinstance(tree, exp.Subquery) and not tree.args.get("order") else tree)
        kind = Type("STRUCT", tuple(outcome.columns))
        for n in range(outcome.rows):
            with self.scope():
                row = self.session.declare(node.name, kind, node.source.position(0))
                self.session.assign(row, f"(SELECT r FROM {outcome.table} AS r WHERE r.rowid = {n})")
                if not self.body(node.body, node.label):
                    return

    def block(self, node: nodes.Block) -> None:
        try:
            with self.scope():
                self.run(node.body)
        except _Jump as jump:
            if jump.kind == "BREAK" and node.label and jump.label.lower() == node.label.lower():
                return
            raise
        except BigQueryError as e:
            if node.handler is None or e.reason == "stopped":
                raise
            self.session.errors.append(e)
            try:
                with self.scope():
                    self.run(node.handler)
            finally:
                self.session.errors.pop()

    def jump(self, node: nodes.Jump) -> None:
        raise _Jump(node.kind, node.label)

    def raise_(self, node: nodes.Raise) -> None:
        if node.message is None:
            if not self.session.errors:
                raise invalid_query("Cannot re-raise an existing exception outside of an exception handler", node.source.position(0))
            raise self.session.errors[-1]
        message = self.value(node.message)
        if message is None:
            raise invalid_query("RAISE needs a message that is not NULL", node.source.position(0))
        error = invalid_query(str(message), node.source.position(0))
        error.message = str(message)
        error.place = node.source.position(0)
        error.statement = node.source.text
        self.children.append((node.source.text, error))
        raise error

    def transaction(self, node: nodes.Transaction) -> None:
        kinds = {
            "BEGIN": (self.session.transactions.begin, "BEGIN_TRANSACTION"),
            "COMMIT": (self.session.transactions.commit, "COMMIT_TRANSACTION"),
            "ROLLBACK": (self.session.transactions.rollback, "ROLLBACK_TRANSACTION"),
        }
        work, kind = kinds[node.kind]

        def done() -> Outcome:
            work()
            return Outcome(kind)

        self.child(node.source, done)

    def procedure(self, node: nodes.Procedure) -> None:
        self.child(node.source, lambda: _procedure(self.session, node))


_RUNNERS: dict[type, Callable[[Interpreter, Any], None]] = {
    nodes.Plain: Interpreter.plain,
    nodes.Declare: Interpreter.declare,
    nodes.Set: Interpreter.set,
    nodes.If: Interpreter.if_,
    nodes.Case: Interpreter.case,
    nodes.Loop: Interpreter.loop,
    nodes.For: Interpreter.for_,
    nodes.Block: Interpreter.block,
    nodes.Jump: Interpreter.jump,
    nodes.Raise: Interpreter.raise_,
    nodes.Call: calls.call,
    nodes.Execute: calls.execute,
    nodes.Transaction: Interpreter.transaction,
    nodes.Procedure: Interpreter.procedure,
}
