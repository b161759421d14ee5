"""A session: a connection, its variables, temporary tables and functions."""

from __future__ import annotations

import copy
import itertools
import threading
import uuid
from dataclasses import dataclass, field
from typing import Any, ContextManager

import duckdb
from sqlglot import exp

from . import probe, relations, system_variables
from .errors import BigQueryError, Position, invalid_query, unsupported
from .names import DatasetRef, RoutineRef, TableRef, encode, literal, quote
from .sql import failures
from .sql.environment import Relation, Routine, Value
from .sql.scope import Columns
from .sql.source import Source
from .sql.translate import Translator
from .state.catalog import Catalog
from .transactions import Transactions
from .values import literals
from .values.types import Type, from_resource


@dataclass
class Frame:
    """The variables of a script or of a procedure's call, and of the blocks in it."""

    blocks: list[dict[str, Value]] = field(default_factory=lambda: [{}])


@dataclass
class Parameters:
    """Query parameters, by name or by position."""

    named: dict[str, Value] = field(default_factory=dict)
    positional: list[Value] = field(default_factory=list)

    @staticmethod
    def of(resources: list[dict[str, Any]]) -> "Parameters":
        """Reads a list of QueryParameter."""
        out = Parameters()
        for resource in resources or []:
            kind = from_resource(resource.get("parameterType") or {})
            value = Value(literals.parameter(resource.get("parameterValue") or {}, kind), kind)
            if resource.get("name"):
                out.named[resource["name"].lower()] = value
            else:
                out.positional.append(value)
        return out


class Session:
    """Implements sql.environment.Environment. One statement runs in it at a time."""

    def __init__(self, catalog: Catalog, project: str, dataset: DatasetRef | None = None, parameters: Parameters | None = None) -> None:
        self.catalog = catalog
        # Where the session was begun, and what names without a project mean now.
        self.home = self.project = project
        self.dataset = dataset
        self.parameters = parameters or Parameters()
        self.cursor = catalog.database.cursor()
        self.id = uuid.uuid4().hex
        self.lock = threading.Lock()
        self.cancelled = threading.Event()
        self.frames = [Frame()]
        self.temporary: dict[str, list[dict[str, Any]]] = {}
        self.functions: dict[str, Routine] = {}
        self.errors: list[BigQueryError] = []
        self.row_count: int | None = None
        self.storage: Any = None
        self.transactions = Transactions(self)
        self._numbers = itertools.count(1)

    # SQL.

    def execute(self, sql: str, source: Source | None = None, tree: exp.Expression | None = None) -> duckdb.DuckDBPyConnection:
        """Runs SQL of DuckDB's. Errors are in BigQuery's words."""
        if self.cancelled.is_set():
            raise BigQueryError("stopped", "Job execution was cancelled: User requested cancellation")
        try:
            return self.cursor.execute(sql)
        except duckdb.Error as e:
            self.transactions.fail()
            raise failures.translated(e, source, tree) from e
        except (RuntimeError, RecursionError) as e:
            raise invalid_query(f"The query failed: {e}") from e

    def translator(self, source: Source) -> Translator:
        """A translator of a statement."""
        return Translator(self, source)

    def fresh(self, prefix: str) -> str:
        """A name that no other table of the session has."""
        return f"_{prefix}_{next(self._numbers)}"

    def owned(self, project: str) -> "Session":
        """This session as the text of a view or function sees it: names without a project are its owner's, and nothing else is there."""
        out = copy.copy(self)
        out.project, out.dataset, out.parameters = project, None, Parameters()
        out.frames, out.temporary, out.functions = [Frame()], {}, {}
        return out

    def cancel(self) -> None:
        """Stops what runs, and whatever would run next."""
        self.cancelled.set()
        self.cursor.interrupt()

    def close(self) -> None:
        """Gives the connection back, with its temporary tables."""
        self.end_transaction()
        self.cursor.close()

    def end_transaction(self) -> None:
        """Rolls back what a job has left open."""
        if self.transactions.open:
            self.transactions.rollback()

    def writing(self, ref: DatasetRef, ddl: bool = False) -> ContextManager[None]:
        """Takes the lock of a dataset for a statement that writes it, and makes the statement a transaction."""
        return self.transactions.writing(ref, ddl)

    # Names, for the translation.

    def table_ref(self, parts: list[str], position: Position | None = None) -> TableRef:
        """The table that a path names."""
        parts = [p for part in parts for p in _split(part)] if len(parts) < 3 else parts
        if len(parts) == 1:
            if self.dataset is None:
                raise invalid_query(f'Table "{parts[0]}" must be qualified with a dataset (e.g. dataset.table)', position)
            return TableRef(self.dataset.project, self.dataset.dataset, parts[0]).check()
        if len(parts) == 2:
            return TableRef(self.project, parts[0], parts[1]).check()
        if len(parts) > 3:
            raise invalid_query(f'Invalid table name: "{".".join(parts)}"', position)
        return TableRef(*parts).check()

    def temporary_name(self, parts: list[str]) -> str:
        """The name of a temporary table that a path can mean, or ""."""
        if len(parts) == 1 and parts[0] in self.temporary:
            return parts[0]
        if len(parts) == 2 and parts[0].upper() == "_SESSION":
            return parts[1]
        return ""

    def temporary_sql(self, name: str) -> str:
        """A temporary table's name in DuckDB."""
        return f"temp.main.{quote('t_' + encode(name))}"

    def relation(self, parts: list[str], position: Position | None) -> Relation:
        """What a path in FROM stands for."""
        return relations.find(self, parts, position)

    def columns(self, sql: str) -> Columns | None:
        """The columns of what can stand in FROM, by DuckDB."""
        return probe.columns(self, sql)

    # Variables, parameters and functions, for the translation.

    def variable(self, name: str) -> Value | None:
        """A variable of the script."""
        for block in reversed(self.frames[-1].blocks):
            if name.lower() in block:
                return block[name.lower()]
        return None

    def declare(self, name: str, kind: Type, position: Position | None = None) -> Value:
        """Makes a variable in the innermost block."""
        if self.variable(name):
            raise invalid_query(f"Variable '{name}' redeclaration", position)
        value = Value(f"CAST(getvariable({literal(self.fresh('v'))}) AS {kind.duckdb})", kind)
        self.frames[-1].blocks[-1][name.lower()] = value
        return value

    def assign(self, value: Value, sql: str, source: Source | None = None, tree: exp.Expression | None = None) -> None:
        """Sets a variable to an expression of DuckDB's."""
        slot = value.sql.split("'")[1]
        kind = value.type.duckdb if value.type else "VARCHAR"
        self.execute(f"SET VARIABLE {quote(slot)} = (SELECT CAST({sql} AS {kind}))", source, tree)

    def parameter(self, name: str | int, position: Position | None) -> Value:
        """The value of @name or of the n-th ?."""
        if isinstance(name, int):
            if name >= len(self.parameters.positional):
                raise invalid_query("Query parameter number " + str(name + 1) + " is not given", position)
            return self.parameters.positional[name]
        found = self.parameters.named.get(name.lower())
        if found is None:
            raise invalid_query(f"Query parameter '{name}' not found", position)
        return found

    def system(self, name: str, position: Position | None) -> Value:
        """The value of @@name."""
        return system_variables.find(self, name, position)

    def function(self, parts: list[str], position: Position | None) -> Routine | None:
        """A function written in SQL."""
        if len(parts) == 1:
            return self.functions.get(parts[0].lower())
        if len(parts) == 2:
            ref = RoutineRef(self.project, parts[0], parts[1])
        elif len(parts) == 3:
            ref = RoutineRef(parts[0], parts[1], parts[2])
        else:
            return None
        resource = self.catalog.routine(self.cursor, ref)
        if resource is None:
            return None
        if resource.get("language", "SQL") != "SQL":
            raise unsupported(f"functions in {resource['language'].title()} ({ref})", position)
        if resource["routineType"] == "PROCEDURE":
            return None
        return routine(str(ref).replace(":", "."), resource, ref.project)


def routine(name: str, resource: dict[str, Any], project: str = "") -> Routine:
    """A function of a resource. One without a project is temporary."""
    arguments = []
    for argument in resource.get("arguments") or []:
        any_type = argument.get("argumentKind") == "ANY_TYPE"
        arguments.append((argument["name"], None if any_type else from_resource(argument["dataType"])))
    returns = from_resource(resource["returnType"]) if resource.get("returnType") else None
    table = resource["routineType"] == "TABLE_VALUED_FUNCTION"
    return Routine(name, arguments, resource["definitionBody"], returns, project, table)


def _split(part: str) -> list[str]:
    return part.split(".") if "." in part else [part]
