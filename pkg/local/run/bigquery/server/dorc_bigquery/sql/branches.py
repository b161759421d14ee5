"""The type of a value that comes from one of several expressions: CASE, COALESCE, the arms of a UNION."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterable

from sqlglot import exp

from ..values.types import Type
from .scope import Scope

if TYPE_CHECKING:
    from .translate import Translator

# The type of numbers of several types is the first of these that one of them has.
_NUMBERS = ("FLOAT64", "BIGNUMERIC", "NUMERIC", "INT64")
# What no value of another type becomes by itself: one of these among types that are not known is the type of all.
_FIRM = ("TIMESTAMP", "TIME", "DATETIME", "BOOL", "JSON", "BYTES")


def type_of(t: "Translator", nodes: Iterable[exp.Expression | None], scope: Scope) -> Type | None:
    """The type of several expressions, if it can be told. NULL has none, and a literal text takes that of the others."""
    from .kinds import type_of as expression_type

    found = [node for node in nodes if node is not None and not isinstance(node, exp.Null)]
    kinds = [expression_type(t, node, scope) for node in found if not _is_text(node)]
    return common(kinds) if kinds else (Type("STRING") if found else None)


def _is_text(node: exp.Expression) -> bool:
    return isinstance(node, exp.Literal) and node.is_string


def common(kinds: list[Type | None]) -> Type | None:
    """The type that values of these types have together, if it can be told."""
    known = [kind for kind in kinds if kind is not None]
    if len(known) < len(kinds):
        return next((kind for kind in known if kind.kind in _FIRM), None)
    if all(kind == known[0] for kind in known):
        return known[0]
    names = {kind.kind for kind in known}
    if names <= set(_NUMBERS):
        return Type(next(name for name in _NUMBERS if name in names))
    return Type("DATETIME") if names == {"DATE", "DATETIME"} else None
