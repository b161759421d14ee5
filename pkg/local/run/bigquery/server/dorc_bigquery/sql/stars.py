"""* and t.*, and the names that columns have by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from ..errors import unsupported
from ..names import quote
from ..values.types import UNKNOWN, Type
from .kinds import type_of
from .nodes import template
from .scope import Columns, Scope

if TYPE_CHECKING:
    from .translate import Translator


def name_of(node: exp.Expression) -> str:
    """The name that a column of a result has without an alias; "" when there is none."""
    if isinstance(node, (exp.Column, exp.Identifier)):
        return node.name
    if isinstance(node, exp.Dot) and isinstance(node.expression, exp.Identifier):
        return node.expression.name
    return ""


def star(node: exp.Expression) -> exp.Star | None:
    """The star of * and t.*, or None."""
    if isinstance(node, exp.Star):
        return node
    if isinstance(node, exp.Column) and isinstance(node.this, exp.Star):
        return node.this
    if isinstance(node, exp.Dot) and isinstance(node.expression, exp.Star):
        return node.expression
    return None


def _qualifier(node: exp.Expression) -> list[str]:
    return [part.name for part in node.parts[:-1]] if isinstance(node, exp.Column) else []


def translate_star(t: "Translator", node: exp.Expression, found: exp.Star, scope: Scope) -> exp.Expression:
    """Translates * and t.* with EXCEPT and REPLACE."""
    names = _qualifier(node)
    excluded = [e.name for e in found.args.get("except_") or ()]
    replaced = found.args.get("replace") or ()
    if isinstance(node, exp.Dot) or (names and not (len(names) == 1 and scope.source(names[0]))):
        if excluded or replaced:
            raise unsupported("EXCEPT or REPLACE with the fields of a struct", t.source.place(node))
        return _struct_star(t, node, names, scope)
    if scope.wildcard:
        excluded = [*excluded, "_TABLE_SUFFIX"]
    text = (quote(names[0]) + "." if names else "") + "*"
    if excluded:
        text += " EXCLUDE (" + ", ".join(quote(e) for e in excluded) + ")"
    text = text.replace("{", "{{").replace("}", "}}")
    if replaced:
        shown = [f"{{{n}}} AS " + quote(r.alias).replace("{", "{{").replace("}", "}}") for n, r in enumerate(replaced)]
        text += " REPLACE (" + ", ".join(shown) + ")"
    return template(text, *[t.expr(r.this, scope) for r in replaced])


def _struct_star(t: "Translator", node: exp.Expression, names: list[str], scope: Scope) -> exp.Expression:
    """The fields of a struct: by their names when they are known, else by DuckDB's UNNEST."""
    if isinstance(node, exp.Dot):
        return template("UNNEST({0})", t.expr(node.this, scope))
    path = exp.column(*reversed(names[-4:]))
    value, known = t.expr(path, scope), _fields(t, node, names, scope)
    if not known:
        return template("UNNEST({0})", value)
    shown = (f"({{0}}).{quote(name)} AS {quote(name)}".replace("{0}", "\0") for name, _ in known)
    return template(", ".join(shown).replace("{", "{{").replace("}", "}}").replace("\0", "{0}"), value)


def star_columns(t: "Translator", node: exp.Expression, found: exp.Star, scope: Scope) -> Columns | None:
    """The columns that a star stands for, if they can be told."""
    names = _qualifier(node)
    out: Columns = []
    if isinstance(node, exp.Dot) or len(names) > 1 or (names and not scope.source(names[0])):
        return _fields(t, node, names, scope)
    if names:
        sources = [scope.columns(names[0])]
    else:
        sources = list(scope.sources.values())
    gone = {e.name.lower() for e in found.args.get("except_") or ()}
    changed = {r.alias.lower(): type_of(t, r.this, scope) for r in found.args.get("replace") or ()}
    seen: set[str] = set()
    for columns in sources:
        if columns is None:
            return None
        for name, kind in columns:
            if name.lower() in gone or name.lower() in seen or name.upper() == "_TABLE_SUFFIX":
                continue
            seen.add(name.lower())
            out.append((name, changed.get(name.lower(), kind)))
    return out


def _fields(t: "Translator", node: exp.Expression, names: list[str], scope: Scope) -> Columns | None:
    """The columns of the star of a struct."""
    if isinstance(node, exp.Dot):
        kind = type_of(t, node.this, scope)
    else:
        kind = type_of(t, exp.column(*reversed(names[-4:])), scope)
    return fields_of(kind) if kind is not None and kind.kind == "STRUCT" else None


def fields_of(kind: Type) -> Columns:
    """The fields of a struct as columns."""
    return [(name, None if field == UNKNOWN else field) for name, field in kind.fields]
