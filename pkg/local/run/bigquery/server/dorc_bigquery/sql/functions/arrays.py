"""Functions of arrays and structs.

https://cloud.google.com/bigquery/docs/reference/standard-sql/array_functions
"""

from __future__ import annotations

from sqlglot import exp

from ...errors import invalid_query
from ...names import literal
from ..nodes import template
from .call import Call, Handler, Results, Templates

TEMPLATES: Templates = {
    "ARRAY_LENGTH": "len({0})",
    "ARRAY_REVERSE": "list_reverse({0})",
    "ARRAY_TO_STRING": {2: "bq_array_to_string({0}, {1})", 3: "bq_array_to_string_null({0}, {1}, {2})"},
    "ARRAY_FIRST": "{0}[1]",
    "ARRAY_LAST": "{0}[-1]",
    "ARRAY_SLICE": "bq_array_slice({0}, {1}, {2})",
    "ARRAY_INCLUDES": "list_contains({0}, {1})",
    "ARRAY_DISTINCT": "list_distinct({0})",
    "ARRAY_MAX": "list_max({0})",
    "ARRAY_MIN": "list_min({0})",
    "ARRAY_SUM": "list_sum({0})",
    "ARRAY_AVG": "list_avg({0})",
    "ARRAY_IS_DISTINCT": "(len({0}) = len(list_distinct(list_filter({0}, lambda _e: _e IS NOT NULL))) + CASE WHEN list_count({0}) < len({0}) THEN 1 ELSE 0 END)",
    "GENERATE_ARRAY": {2: "bq_generate_array({0}, {1}, CAST(1 AS BIGINT))", 3: "bq_generate_array({0}, {1}, {2})"},
}

RESULTS: Results = {"ARRAY_LENGTH": "INT64", "ARRAY_TO_STRING": "STRING", "GENERATE_ARRAY": "ARRAY<INT64>", "ARRAY_INCLUDES": "BOOL"}


def _concat(call: Call) -> exp.Expression:
    call.check(1, 10_000)
    return template("(" + " || ".join(f"{{{n}}}" for n in range(len(call.args))) + ")", *[call.sql(n) for n in range(len(call.args))])


def _array(call: Call) -> exp.Expression:
    """ARRAY(query)."""
    if len(call.args) != 1 or not isinstance(call.args[0], exp.Query):
        raise invalid_query("ARRAY needs a query", call.position)
    query = call.args[0]
    done = call.t.query(query.this if isinstance(query, exp.Subquery) else query, call.scope)[0]
    return template("COALESCE(ARRAY({0}), [])", done)


def struct(call: Call) -> exp.Expression:
    """STRUCT(…). Fields have the names of their aliases and columns; without any name it is a row, which goes by position."""
    from ..stars import name_of

    names, values = [], []
    for n, arg in enumerate(call.args, 1):
        value = arg
        name = ""
        if isinstance(arg, exp.Alias):
            value, name = arg.this, arg.alias
        elif isinstance(arg, exp.PropertyEQ):
            value, name = arg.expression, arg.name
        else:
            name = name_of(arg)
        names.append(name)
        values.append(call.t.expr(value, call.scope))
    if not any(names):
        return template("row(" + ", ".join(f"{{{n}}}" for n in range(len(values))) + ")", *values)
    shown = [literal(name or f"_field_{n}").replace("{", "{{").replace("}", "}}") for n, name in enumerate(names, 1)]
    return template("{{" + ", ".join(f"{name}: {{{n}}}" for n, name in enumerate(shown)) + "}}", *values)


def array_literal(call: Call) -> exp.Expression:
    """[…]. Later structs have the names of the first."""
    from ..stars import name_of

    first = call.args[0] if call.args else None
    names: list[str] = []
    if isinstance(first, exp.Anonymous) and first.name.upper() == "STRUCT":
        names = [a.alias if isinstance(a, exp.Alias) else name_of(a) for a in first.expressions]
    done = []
    for arg in call.args:
        fields = (
            arg.expressions if isinstance(arg, exp.Tuple) or (isinstance(arg, exp.Anonymous) and arg.name.upper() == "STRUCT") else None
        )
        if fields is not None and any(names) and len(fields) == len(names):
            bare = [f.this if isinstance(f, exp.Alias) else f for f in fields]
            named = [
                exp.Alias(this=v.copy(), alias=exp.to_identifier(n or f"_field_{i}", quoted=True))
                for i, (n, v) in enumerate(zip(names, bare), 1)
            ]
            done.append(struct(Call(call.t, "STRUCT", named, call.scope, call.node)))
        else:
            done.append(call.t.expr(arg, call.scope))
    return template("[" + ", ".join(f"{{{n}}}" for n in range(len(done))) + "]", *done)


HANDLERS: dict[str, Handler] = {"ARRAY_CONCAT": _concat, "ARRAY": _array, "STRUCT": struct}
