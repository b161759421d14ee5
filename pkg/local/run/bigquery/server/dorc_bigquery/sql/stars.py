"""* and t.*, and the names that columns have by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from ..errors import unsupported
from ..names import quote
from .nodes import raw, template
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
    """Translates * and t.* with EXCEPT and REPLACE. The fields of a struct are listed by DuckDB's UNNEST."""
    names = _qualifier(node)
    excluded = [e.name for e in found.args.get("except_") or ()]
    replaced = found.args.get("replace") or ()
    if isinstance(node, exp.Dot) or (names and not (len(names) == 1 and scope.source(names[0]))):
        if excluded or replaced:
            raise unsupported("EXCEPT or REPLACE with the fields of a struct", t.source.place(node))
        value = t.expr(node.this, scope) if isinstance(node, exp.Dot) else raw(".".join(quote(n) for n in names))
        return template("UNNEST({0})", value)
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


def star_columns(node: exp.Expression, found: exp.Star, scope: Scope) -> Columns | None:
    """The columns that a star stands for, if they can be told."""
    names = _qualifier(node)
    out: Columns = []
    if names:
        if len(names) > 1 or names[0].lower() not in scope.sources:
            return None
        sources = [scope.sources[names[0].lower()]]
    else:
        sources = list(scope.sources.values())
    gone = {e.name.lower() for e in found.args.get("except_") or ()}
    changed = {r.alias.lower() for r in found.args.get("replace") or ()}
    seen: set[str] = set()
    for columns in sources:
        if columns is None:
            return None
        for name, kind in columns:
            if name.lower() in gone or name.lower() in seen or name.upper() == "_TABLE_SUFFIX":
                continue
            seen.add(name.lower())
            out.append((name, None if name.lower() in changed else kind))
    return out
