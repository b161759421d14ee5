"""Aggregate and window functions.

https://cloud.google.com/bigquery/docs/reference/standard-sql/aggregate_functions
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlglot import exp

from ...errors import invalid_query, unsupported
from ..nodes import template, write
from .call import Call

if TYPE_CHECKING:
    from ..scope import Scope
    from ..translate import Translator

# Their names in DuckDB. Those with * want the argument cast first, see _WRAPPED.
NAMES = {
    "ANY_VALUE": "any_value",
    "APPROX_COUNT_DISTINCT": "approx_count_distinct",
    "ARRAY_AGG": "array_agg",
    "AVG": "avg",
    "BIT_AND": "bit_and",
    "BIT_OR": "bit_or",
    "BIT_XOR": "bit_xor",
    "CORR": "corr",
    "COUNT": "count",
    "COUNTIF": "count_if",
    "COVAR_POP": "covar_pop",
    "COVAR_SAMP": "covar_samp",
    "LOGICAL_AND": "bool_and",
    "LOGICAL_OR": "bool_or",
    "MAX": "max",
    "MAX_BY": "arg_max",
    "MIN": "min",
    "MIN_BY": "arg_min",
    "STDDEV": "stddev_samp",
    "STDDEV_POP": "stddev_pop",
    "STDDEV_SAMP": "stddev_samp",
    "STRING_AGG": "string_agg",
    "SUM": "sum",
    "VARIANCE": "var_samp",
    "VAR_POP": "var_pop",
    "VAR_SAMP": "var_samp",
    "GROUPING": "grouping",
    # Window functions.
    "CUME_DIST": "cume_dist",
    "DENSE_RANK": "dense_rank",
    "FIRST_VALUE": "first_value",
    "LAG": "lag",
    "LAST_VALUE": "last_value",
    "LEAD": "lead",
    "NTH_VALUE": "nth_value",
    "NTILE": "ntile",
    "PERCENT_RANK": "percent_rank",
    "RANK": "rank",
    "ROW_NUMBER": "row_number",
}
SPECIAL = {"APPROX_QUANTILES", "APPROX_TOP_COUNT", "ARRAY_CONCAT_AGG", "PERCENTILE_CONT", "PERCENTILE_DISC"}
_INT64 = frozenset("COUNT COUNTIF APPROX_COUNT_DISTINCT ROW_NUMBER RANK DENSE_RANK NTILE GROUPING".split())
_SAME = frozenset(
    "ANY_VALUE MAX MIN SUM MAX_BY MIN_BY FIRST_VALUE LAST_VALUE LAG LEAD NTH_VALUE BIT_AND BIT_OR BIT_XOR PERCENTILE_DISC".split()
)
_FLOAT64 = frozenset("CORR STDDEV VARIANCE PERCENT_RANK CUME_DIST".split())


@dataclass
class Modifiers:
    """What stands in a call beside the arguments."""

    args: list[exp.Expression] = field(default_factory=list)
    distinct: bool = False
    nulls: str = ""
    having: exp.HavingMax | None = None
    order: exp.Order | None = None
    limit: exp.Expression | None = None


def modifiers(args: list[exp.Expression]) -> Modifiers:
    """Takes a call's arguments apart."""
    out = Modifiers()
    for arg in args:
        out.args += _peel(arg, out)
    return out


def _peel(arg: exp.Expression, out: Modifiers) -> list[exp.Expression]:
    if isinstance(arg, exp.Limit):
        out.limit = arg.expression
        return _peel(arg.this, out)
    if isinstance(arg, exp.Order):
        out.order = arg
        return _peel(arg.this, out)
    if isinstance(arg, exp.HavingMax):
        out.having = arg
        return _peel(arg.this, out)
    if isinstance(arg, (exp.IgnoreNulls, exp.RespectNulls)):
        out.nulls = "IGNORE" if isinstance(arg, exp.IgnoreNulls) else "RESPECT"
        return _peel(arg.this, out)
    if isinstance(arg, exp.Distinct):
        out.distinct = True
        return [inner for e in arg.expressions for inner in _peel(e, out)]
    return [arg]


def is_aggregate(name: str) -> bool:
    """Whether a name is an aggregate or window function."""
    return name in NAMES or name in SPECIAL


def translate(call: Call, over: exp.Window | None = None) -> exp.Expression:
    """Translates a call, with OVER when there is one."""
    name, m = call.name.upper(), modifiers(call.args)
    tail = _over(call, over) if over is not None else None
    if name in SPECIAL:
        return _special(call, name, m, tail)
    if m.having:
        return _having(call, name, m, tail)
    args = [_argument(call, a, name, n) for n, a in enumerate(m.args)]
    filters = ""
    parts: list[exp.Expression] = list(args)
    shown = ", ".join(f"{{{n}}}" for n in range(len(args)))
    if name == "STRING_AGG" and len(args) == 1:
        shown += ", ','"
    if name == "COUNTIF" and m.distinct:
        raise unsupported("COUNTIF(DISTINCT …)", call.position)
    if m.distinct:
        shown = "DISTINCT " + shown
    if m.order:
        parts.append(call.t.order(m.order, call.scope))
        shown += f" {{{len(parts) - 1}}}"
    if m.nulls and name in ("FIRST_VALUE", "LAST_VALUE", "NTH_VALUE", "LAG", "LEAD"):
        shown += f" {m.nulls} NULLS"
    elif m.nulls == "IGNORE" and args:
        filters = " FILTER (WHERE {0} IS NOT NULL)"
    text = f"{NAMES[name]}({shown}){filters}"
    if tail is not None:
        parts.append(tail)
        text += f" OVER {{{len(parts) - 1}}}"
    if m.limit is not None:
        text = f"list_slice({text}, 1, {int(m.limit.name)})" if name == "ARRAY_AGG" else _limited(call, m, text)
    return template(_wrap(name, text), *parts)


def _wrap(name: str, text: str) -> str:
    if name in ("COUNTIF",):
        # In a subquery of a row without rows of its own DuckDB makes NULL of it.
        return f"COALESCE(CAST({text} AS BIGINT), 0)"
    return text


def _limited(call: Call, m: Modifiers, text: str) -> str:
    raise unsupported(f"LIMIT in {call.name.upper()}", call.position)


def _argument(call: Call, arg: exp.Expression, name: str, n: int) -> exp.Expression:
    if isinstance(arg, exp.Star):
        return exp.Star()
    if name in ("LAG", "LEAD", "NTILE", "NTH_VALUE") and isinstance(arg, exp.Literal) and not arg.is_string and (n == 1 or name == "NTILE"):
        return arg.copy()
    return call.t.expr(arg, call.scope)


def _having(call: Call, name: str, m: Modifiers, tail: exp.Expression | None) -> exp.Expression:
    if name != "ANY_VALUE" or tail is not None or m.having is None:
        raise unsupported(f"HAVING in {name}", call.position)
    word = "arg_max_null" if m.having.args.get("max") else "arg_min_null"
    return template(f"{word}({{0}}, {{1}})", call.t.expr(m.args[0], call.scope), call.t.expr(m.having.expression, call.scope))


def _special(call: Call, name: str, m: Modifiers, tail: exp.Expression | None) -> exp.Expression:
    args = [call.t.expr(a, call.scope) for a in m.args]
    over = " OVER {9}" if tail is not None else ""
    if name in ("PERCENTILE_CONT", "PERCENTILE_DISC"):
        if len(args) != 2 or tail is None:
            raise invalid_query(f"Analytic function {name} needs two arguments and OVER", call.position)
        word = "quantile_cont" if name == "PERCENTILE_CONT" else "quantile_disc"
        return template(f"{word}({{0}}, {{1}}) OVER {{2}}", *args, tail)
    if tail is not None:
        raise unsupported(f"{name} with OVER{over[:0]}", call.position)
    if name == "APPROX_QUANTILES":
        if not isinstance(m.args[1], exp.Literal):
            raise invalid_query("The number of quantiles must be a literal", call.position)
        number = int(m.args[1].name)
        steps = ", ".join(str(n / number) for n in range(number + 1))
        distinct = "DISTINCT " if m.distinct else ""
        return template(f"quantile_disc({distinct}{{0}}, [{steps}])", args[0])
    if name == "APPROX_TOP_COUNT":
        return template("bq_top_count(histogram({0}), {1})", *args)
    parts = [args[0]]
    order = ""
    if m.order:
        parts.append(call.t.order(m.order, call.scope))
        order = " {1}"
    return template(f"flatten(array_agg({{0}}{order}) FILTER (WHERE {{0}} IS NOT NULL))", *parts)


def _over(call: Call, over: exp.Window) -> exp.Expression:
    from . import window_body

    if over.args.get("alias") and not (over.args.get("partition_by") or over.args.get("order") or over.args.get("spec")):
        return template('"' + over.args["alias"].name.replace('"', '""').replace("{", "{{").replace("}", "}}") + '"')
    return template("({0})", window_body(call.t, over, call.scope))


def frame(t: "Translator", spec: exp.WindowSpec, scope: "Scope") -> str:
    """ROWS or RANGE BETWEEN … AND …."""

    def bound(value: object, side: object) -> str:
        if isinstance(value, exp.Expression):
            shown = value.name if isinstance(value, exp.Literal) else write(t.expr(value, scope))
            return f"{shown} {side}"
        return f"{value} {side or ''}".strip()

    kind = str(spec.args.get("kind") or "ROWS").upper()
    if kind not in ("ROWS", "RANGE"):
        raise unsupported(f"window frames of {kind}", t.source.place(spec))
    start = bound(spec.args.get("start"), spec.args.get("start_side"))
    if spec.args.get("end") is None:
        return f"{kind} {start}"
    return f"{kind} BETWEEN {start} AND {bound(spec.args['end'], spec.args.get('end_side'))}"


def kind_of(call: Call) -> str | None:
    """The kind of the result: a name of a type, or "=" for that of the first argument."""
    name = call.name.upper()
    if name in _INT64:
        return "INT64"
    if name in _FLOAT64:
        return "FLOAT64"
    if name in _SAME:
        return "="
    if name == "STRING_AGG":
        return "STRING"
    if name in ("LOGICAL_AND", "LOGICAL_OR"):
        return "BOOL"
    return None
