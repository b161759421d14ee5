"""A call of a function, as the tables of functions see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Callable, Union

from sqlglot import exp

from ...errors import BigQueryError, Position, invalid_query
from ...values.types import Type
from ..nodes import template
from ..scope import Scope

if TYPE_CHECKING:
    from ..translate import Translator


@dataclass
class Call:
    """One call. Its arguments are BigQuery's until they are asked for in DuckDB's words."""

    t: "Translator"
    name: str
    args: list[exp.Expression]
    scope: Scope
    node: exp.Expression

    @property
    def position(self) -> Position | None:
        """Where it was written."""
        return self.t.source.place(self.node)

    def sql(self, n: int) -> exp.Expression:
        """An argument, translated."""
        return self.t.expr(self.args[n], self.scope)

    def kind(self, n: int) -> str:
        """The kind of an argument's type, "" when it cannot be told."""
        found = self.type(n)
        return found.kind if found else ""

    def type(self, n: int) -> Type | None:
        """The type of an argument."""
        from ..kinds import type_of

        return type_of(self.t, self.args[n], self.scope) if n < len(self.args) else None

    def text(self, n: int) -> str | None:
        """The text of an argument that is a literal, else None."""
        if n >= len(self.args):
            return None
        arg = self.args[n]
        if isinstance(arg, exp.RawString) or (isinstance(arg, exp.Literal) and arg.is_string):
            return arg.name
        return None

    def word(self, n: int) -> str:
        """An argument that is a word, such as a date part: MONTH, or WEEK(MONDAY)."""
        arg = self.args[n]
        if isinstance(arg, exp.Anonymous) and len(arg.expressions) == 1:
            return f"{arg.name.upper()}({arg.expressions[0].name.upper()})"
        if isinstance(arg, (exp.Column, exp.Var, exp.Identifier)):
            return arg.name.upper()
        return arg.sql("bigquery").upper()

    def fill(self, text: str) -> exp.Expression:
        """A template with all arguments."""
        return template(text, *[self.sql(n) for n in range(len(self.args))])

    def wrong(self, expected: str = "") -> BigQueryError:
        """No matching signature."""
        kinds = ", ".join(t.sql if (t := self.type(n)) else "ANY" for n in range(len(self.args)))
        more = f" Supported signature: {expected}." if expected else ""
        return invalid_query(f"No matching signature for function {self.name.upper()} for argument types: {kinds}.{more}", self.position)

    def check(self, least: int, most: int | None = None) -> None:
        """Refuses another number of arguments."""
        if not least <= len(self.args) <= (least if most is None else most):
            raise self.wrong()


Handler = Callable[[Call], exp.Expression]
# By the number of arguments; None is for any number.
Templates = dict[str, Union[str, dict[int, str]]]
Results = dict[str, str]
