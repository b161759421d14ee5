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
    # The translated queries of WITH by their names.
    queries: dict = field(default_factory=dict)
    sources: dict[str, Columns | None] = field(default_factory=dict)
    aliases: set[str] = field(default_factory=set)
    # The arguments of a function whose body this is, by their lower-case names.
    arguments: dict = field(default_factory=dict)
    wildcard: bool = False
    # There are columns whose names cannot be told.
    open: bool = False

    @property
    def opaque(self) -> bool:
        """Whether a name that is not known can be a column all the same."""
        if self.open or any(columns is None for columns in self.sources.values()):
            return True
        return self.parent is not None and self.parent.opaque

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

    def visible_queries(self) -> list:
        """The queries of WITH that can be used here, each after those that it may use."""
        outer = self.parent.visible_queries() if self.parent else []
        return outer + list(self.queries.values())

    def source(self, name: str) -> bool:
        """Whether a table or its alias has this name."""
        scope: Scope | None = self
        while scope:
            if name.lower() in scope.sources:
                return True
            scope = scope.parent
        return False

    def columns(self, source: str) -> Columns | None:
        """The columns of a table or its alias, if they can be told."""
        scope: Scope | None = self
        while scope:
            if source.lower() in scope.sources:
                return scope.sources[source.lower()]
            scope = scope.parent
        return None

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

    def outer(self, name: str) -> str:
        """The one table outside of this query that has a column which the query's own tables have not; "" when there is none."""
        scope: Scope | None = self
        while scope and not scope.open and None not in scope.sources.values() and name.lower() not in scope.aliases:
            having = [s for s, columns in scope.sources.items() if any(c.lower() == name.lower() for c, _ in columns or ())]
            if having:
                return having[0] if scope is not self and len(having) == 1 else ""
            scope = scope.parent
        return ""

    def argument(self, name: str):
        """What a function's argument stands for, or None."""
        scope: Scope | None = self
        while scope:
            if name.lower() in scope.arguments:
                return scope.arguments[name.lower()]
            scope = scope.parent
        return None

    def name(self, columns: Columns | None) -> None:
        """Makes the columns of a query's result known to the clauses that may use them."""
        self.aliases |= {name.lower() for name, _ in columns or ()}
        self.open = self.open or columns is None

    def alias(self, name: str) -> bool:
        """Whether a column of a query's result has this name."""
        scope: Scope | None = self
        while scope:
            if name.lower() in scope.aliases:
                return True
            scope = scope.parent
        return False
