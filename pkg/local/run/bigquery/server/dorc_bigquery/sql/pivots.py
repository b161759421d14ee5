"""PIVOT and UNPIVOT, written out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlglot import exp

from ..errors import invalid_query, unsupported
from ..names import quote
from .nodes import template
from .scope import Columns, Scope

if TYPE_CHECKING:
    from .translate import Translator


def translate(
    t: "Translator", node: exp.Pivot, source: exp.Expression, columns: Columns | None, scope: Scope
) -> tuple[exp.Expression, Columns | None]:
    """A query in parentheses for a source with PIVOT or UNPIVOT."""
    if columns is None:
        raise unsupported("PIVOT or UNPIVOT of a table whose columns it cannot tell", t.source.place(node))
    return _unpivot(t, node, source, columns) if node.args.get("unpivot") else _pivot(t, node, source, columns, scope)


def _pivot(
    t: "Translator", node: exp.Pivot, source: exp.Expression, columns: Columns, scope: Scope
) -> tuple[exp.Expression, Columns | None]:
    field = node.args["fields"][0]
    inner = Scope(parent=scope, sources={"_pivot": columns})
    used = {c.name.lower() for c in [*node.find_all(exp.Column)]}
    groups = [(name, kind) for name, kind in columns if name.lower() not in used]
    by = t.expr(field.this, inner)
    parts: list[exp.Expression] = [source, by]
    shown = [quote(name) for name, _ in groups]
    out: Columns = list(groups)
    for value in field.expressions:
        bare = value.this if isinstance(value, (exp.PivotAlias, exp.Alias)) else value
        label = value.args["alias"].name if bare is not value else _label(bare)
        parts.append(t.expr(bare, inner))
        wanted = len(parts) - 1
        for aggregate in node.expressions:
            call = aggregate.this if isinstance(aggregate, exp.Alias) else aggregate
            prefix = aggregate.alias if isinstance(aggregate, exp.Alias) else ""
            parts.append(t.expr(call, inner))
            name = f"{prefix}_{label}" if prefix else (f"_{label}" if label[:1].isdigit() else label)
            shown.append(f"{{{len(parts) - 1}}} FILTER (WHERE {{1}} = {{{wanted}}}) AS {quote(name)}")
            out.append((name, None))
    group = " GROUP BY " + ", ".join(quote(name) for name, _ in groups) if groups else ""
    return template(f"(SELECT {', '.join(shown)} FROM {{0}} AS _pivot{group})", *parts), out


def _label(value: exp.Expression) -> str:
    if isinstance(value, exp.Cast):
        value = value.this
    if isinstance(value, exp.Neg):
        return "minus_" + _label(value.this)
    return re.sub(r"\W", "_", value.name if isinstance(value, exp.Literal) else value.sql("bigquery").lower())


def _unpivot(t: "Translator", node: exp.Pivot, source: exp.Expression, columns: Columns) -> tuple[exp.Expression, Columns | None]:
    if len(node.expressions) != 1 or isinstance(node.expressions[0], exp.Tuple):
        raise unsupported("UNPIVOT of several columns at once", t.source.place(node))
    field = node.args["fields"][0]
    value, name = node.expressions[0].name, field.this.name
    rows, used = [], set()
    for item in field.expressions:
        column = item.this if isinstance(item, (exp.PivotAlias, exp.Alias)) else item
        label = item.args["alias"].name if column is not item else column.name
        if column.name.lower() not in {c.lower() for c, _ in columns}:
            raise invalid_query(f"Unrecognized name: {column.name}", t.source.place(column))
        used.add(column.name.lower())
        rows.append((column.name, label))
    kept = [(c, kind) for c, kind in columns if c.lower() not in used]
    others = "".join(quote(c) + ", " for c, _ in kept)
    where = "" if node.args.get("include_nulls") else " WHERE {c} IS NOT NULL"
    selects = []
    for column, label in rows:
        escaped = label.replace("'", "''")
        selects.append(
            f"SELECT {others}{quote(column)} AS {quote(value)}, '{escaped}' AS {quote(name)} FROM _unpivot"
            + where.replace("{c}", quote(column))
        )
    body = " UNION ALL ".join(selects).replace("{", "{{").replace("}", "}}")
    kinds = {c.lower(): kind for c, kind in columns}
    out = [*kept, (value, kinds.get(rows[0][0].lower())), (name, None)]
    return template(f"(WITH _unpivot AS (SELECT * FROM {{0}}) {body})", source), out
