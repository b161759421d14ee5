"""Which names a query can see."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..values.types import Type

# Columns of a table in order; a type that is not known is None.
Columns = list[tuple[str, "Type | None"]]


@dataclass
class Scope:
    """The names of one query. Columns that cannot be told are None."""

    parent: "Scope | None" = None
    ctes: dict[str, Columns | None] = field(default_factory=dict)
    sources: dict[str, Columns | None] = field(default_factory=dict)
    aliases: set[str] = field(default_factory=set)
    # The arguments of a function whose body this is, by their lower-case names.
    arguments: dict = field(default_factory=dict)
    wildcard: bool = False

    def child(self) -> "Scope":
        """The scope of a query inside this one."""
        return Scope(parent=self)

    def cte(self, name: str) -> tuple[bool, Columns | None]:
        """Whether there is a WITH of this name, and its columns."""
        scope: Scope | None = self
        while scope:
            if name.lower() in scope.ctes:
                return True, scope.ctes[name.lower()]
            scope = scope.parent
        return False, None

    def source(self, name: str) -> bool:
        """Whether a table or its alias has this name."""
        scope: Scope | None = self
        while scope:
            if name.lower() in scope.sources:
                return True
            scope = scope.parent
        return False

    def column(self, name: str, table: str = "") -> tuple[bool, "Type | None"]:
        """Whether a table is known to have a column, and its type."""
        scope: Scope | None = self
        while scope:
            for source, columns in scope.sources.items():
                if table and source != table.lower():
                    continue
                for column, kind in columns or ():
                    if column.lower() == name.lower():
                        return True, kind
            scope = scope.parent
        return False, None

    def argument(self, name: str):
        """What a function's argument stands for, or None."""
        scope: Scope | None = self
        while scope:
            if name.lower() in scope.arguments:
                return scope.arguments[name.lower()]
            scope = scope.parent
        return None

    def alias(self, name: str) -> bool:
        """Whether a column of a query's result has this name."""
        scope: Scope | None = self
        while scope:
            if name.lower() in scope.aliases:
                return True
            scope = scope.parent
        return False
