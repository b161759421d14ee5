"""Statements of BigQuery's procedural language.

https://cloud.google.com/bigquery/docs/reference/standard-sql/procedural-language
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ..sql.source import Source


@dataclass
class Node:
    """A statement with its text."""

    source: Source


@dataclass
class Plain(Node):
    """A statement of SQL."""


@dataclass
class Declare(Node):
    names: list[str]
    type: Source | None
    default: Source | None


@dataclass
class Set(Node):
    # Names of variables; system variables begin with @@.
    names: list[str]
    value: Source
    tuple: bool


@dataclass
class If(Node):
    branches: list[tuple[Source, list[Node]]]
    otherwise: list[Node]


@dataclass
class Case(Node):
    operand: Source | None
    branches: list[tuple[Source, list[Node]]]
    otherwise: list[Node]


@dataclass
class Loop(Node):
    """LOOP, WHILE and REPEAT: a condition before or after the body, or none."""

    body: list[Node]
    label: str = ""
    before: Source | None = None
    until: Source | None = None


@dataclass
class For(Node):
    name: str
    query: Source
    body: list[Node]
    label: str = ""


@dataclass
class Block(Node):
    body: list[Node]
    handler: list[Node] | None
    label: str = ""


@dataclass
class Jump(Node):
    """BREAK, LEAVE, CONTINUE, ITERATE and RETURN."""

    kind: str
    label: str = ""


@dataclass
class Raise(Node):
    message: Source | None


@dataclass
class Call(Node):
    path: list[str]
    arguments: list[Source]


@dataclass
class Execute(Node):
    """EXECUTE IMMEDIATE."""

    text: Source
    into: list[str] = field(default_factory=list)
    using: list[tuple[Source, str]] = field(default_factory=list)


@dataclass
class Transaction(Node):
    kind: str


@dataclass
class Procedure(Node):
    path: list[str]
    # Mode (IN, OUT, INOUT), name and type.
    arguments: list[tuple[str, str, Source]]
    body: Source
    replace: bool
    exists: bool
