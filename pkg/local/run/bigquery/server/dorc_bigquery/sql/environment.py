"""What the translation asks of the session that a statement runs in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from sqlglot import exp

from ..errors import Position
from ..values.types import Type
from .scope import Columns


@dataclass
class Relation:
    """What stands for a table in FROM: a name of DuckDB or a query in parentheses."""

    sql: str
    columns: Columns | None
    # A view's query, which is translated where it is used.
    query: str = ""
    project: str = ""
    # Rows have _TABLE_SUFFIX, which a star leaves out.
    wildcard: bool = False


@dataclass
class Routine:
    """A function whose body is SQL."""

    name: str
    arguments: list[tuple[str, Type | None]]
    body: str
    returns: Type | None = None
    # Whose names it has; "" for a temporary function.
    project: str = ""
    table_function: bool = False
    # Parsed once for a session.
    tree: exp.Expression | None = field(default=None, repr=False)


@dataclass
class Value:
    """A variable or a parameter: DuckDB's SQL for it."""

    sql: str
    type: Type | None


class Environment(Protocol):
    """A session, as the translation sees it."""

    project: str

    def relation(self, parts: list[str], position: Position | None) -> Relation: ...

    def columns(self, sql: str) -> Columns | None: ...

    def owned(self, project: str) -> "Environment": ...

    def variable(self, name: str) -> Value | None: ...

    def parameter(self, name: str | int, position: Position | None) -> Value: ...

    def system(self, name: str, position: Position | None) -> Value: ...

    def function(self, parts: list[str], position: Position | None) -> Routine | None: ...
