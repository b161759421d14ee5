"""Names in expressions: columns first, then arguments of functions and variables of scripts, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from ..errors import BigQueryError, invalid_query, unsupported
from ..names import quote
from .nodes import raw, template
from .scope import Scope

if TYPE_CHECKING:
    from .translate import Translator

_REFUSED = {"_PARTITIONTIME", "_PARTITIONDATE", "_FILE_NAME"}


class Unclear(BigQueryError):
    """A name that can be a column or a variable."""


def translate(t: "Translator", node: exp.Column, scope: Scope) -> exp.Expression:
    """What a name with its fields stands for."""
    parts = [part.name for part in node.parts]
    if parts[-1].upper() in _REFUSED:
        raise unsupported(f"the pseudo column {parts[-1].upper()}", t.source.place(node))
    # DuckDB would take x in SELECT x AS x for the new column before it looks outside.
    table = scope.outer(parts[0]) if not scope.source(parts[0]) else ""
    column = raw(".".join(quote(part) for part in ([table] if table else []) + parts))
    if scope.column(parts[0])[0] or scope.source(parts[0]) or scope.alias(parts[0]):
        return column
    value = _value(t, parts[0], scope)
    if value is None and scope.opaque:
        return column
    if value is None:
        raise invalid_query(f"Unrecognized name: {parts[0]}", t.source.place(node.parts[0]))
    if scope.opaque:
        raise _unclear(t, node, parts[0])
    return fields(value, parts[1:])


def _value(t: "Translator", name: str, scope: Scope) -> exp.Expression | None:
    """A function's argument or a script's variable of this name."""
    argument = scope.argument(name)
    if argument:
        return argument[0].copy()
    variable = t.environment.variable(name)
    return raw(variable.sql) if variable else None


def _unclear(t: "Translator", node: exp.Column, name: str) -> BigQueryError:
    what = f"a way to tell whether {name} is the variable or a column here: rename the variable, or write the column with its table"
    error = unsupported(what, t.source.place(node.parts[0]))
    return Unclear(error.reason, error.message, error.location)


def fields(value: exp.Expression, names: list[str]) -> exp.Expression:
    """A field of a value."""
    for name in names:
        value = template("({0})." + quote(name).replace("{", "{{").replace("}", "}}"), value)
    return value
