"""CAST, SAFE_CAST, intervals and literals with a type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from ..errors import invalid_query, unsupported
from ..values.types import Type
from . import dateformats
from .datatypes import from_sql
from .nodes import raw, template
from .scope import Scope

if TYPE_CHECKING:
    from .translate import Translator

_UNITS = {
    "YEAR": "to_years(CAST({0} AS INTEGER))",
    "QUARTER": "to_months(CAST(3 * {0} AS INTEGER))",
    "MONTH": "to_months(CAST({0} AS INTEGER))",
    "WEEK": "to_weeks(CAST({0} AS INTEGER))",
    "DAY": "to_days(CAST({0} AS INTEGER))",
    "HOUR": "to_hours(CAST({0} AS BIGINT))",
    "MINUTE": "to_minutes(CAST({0} AS BIGINT))",
    "SECOND": "to_seconds(CAST({0} AS DOUBLE))",
    "MILLISECOND": "to_milliseconds(CAST({0} AS DOUBLE))",
    "MICROSECOND": "to_microseconds(CAST({0} AS BIGINT))",
}


def interval(t: "Translator", node: exp.Interval, scope: Scope) -> exp.Expression:
    """INTERVAL n UNIT."""
    unit = node.args.get("unit")
    if unit is None or isinstance(unit, exp.IntervalSpan):
        raise unsupported("INTERVAL with a range of parts", t.source.place(node))
    name = unit.name.upper().removesuffix("S") if unit.name.upper() not in _UNITS else unit.name.upper()
    if name not in _UNITS:
        raise invalid_query(f"Invalid date part: {unit.name.upper()}", t.source.place(node))
    return template(_UNITS[name], t.expr(node.this, scope))


def bytes_literal(node: exp.ByteString) -> exp.Expression:
    """b'…'. sqlglot has read the escapes: a character is a byte, or it is not in ASCII and was written as it is."""
    data = node.name
    encoded = data.encode("latin-1") if all(ord(c) < 256 for c in data) else data.encode()
    return raw(f"unhex('{encoded.hex()}')")


def cast(t: "Translator", node: exp.Cast, scope: Scope) -> exp.Expression:
    """CAST and SAFE_CAST, and typed literals such as DATE '2020-01-01'."""
    target = from_sql(node.args["to"])
    safe = isinstance(node, exp.TryCast)
    form = node.args.get("format")
    if form is not None:
        return dateformats.cast(t, node, target, scope)
    inside = node.this
    if target.kind == "STRUCT" and isinstance(inside, (exp.Struct, exp.Tuple)):
        return _struct(t, inside.expressions, target, scope)
    if target.element and isinstance(inside, exp.Array) and target.element.kind == "STRUCT":
        rows = [
            (
                _struct(t, e.expressions, target.element, scope)
                if isinstance(e, (exp.Tuple, exp.Struct)) or e.name.upper() == "STRUCT"
                else t.expr(e, scope)
            )
            for e in inside.expressions
        ]
        return template(f"CAST([{', '.join(f'{{{n}}}' for n in range(len(rows)))}] AS {_escape(target.duckdb)})", *rows)
    from .kinds import type_of

    return convert(t.expr(inside, scope), type_of(t, inside, scope), target, safe)


def convert(value: exp.Expression, source: Type | None, target: Type, safe: bool) -> exp.Expression:
    """A cast by BigQuery's rules."""
    kind = source.kind if source else ""
    if target.kind == "STRING":
        return template("bq_to_string({0})", value)
    if target.kind not in _FORMS:
        return _between(value, kind, target, safe)
    if kind == "STRING":
        return _of_text("{0}", value, target, safe)
    if kind:
        return _between(value, kind, target, safe)
    text = _of_text("CAST({0} AS VARCHAR)", value, target, safe)
    return template("CASE WHEN typeof({0}) = 'VARCHAR' THEN {1} ELSE {2} END", value, text, _between(value, kind, target, safe))


# The types whose texts have a form, see bq_form.
_FORMS = frozenset("BOOL INT64 FLOAT64 NUMERIC BIGNUMERIC DATE TIME DATETIME TIMESTAMP".split())


def _of_text(text: str, value: exp.Expression, target: Type, safe: bool) -> exp.Expression:
    """A cast from STRING."""
    word, checked = ("TRY_CAST", "bq_text_or_null") if safe else ("CAST", "bq_text")
    return template(f"{word}({checked}({text}, '{target.kind}') AS {target.duckdb})", value)


def _between(value: exp.Expression, kind: str, target: Type, safe: bool) -> exp.Expression:
    """A cast from another type than STRING."""
    word = "TRY_CAST" if safe else "CAST"
    if target.kind == "INT64":
        if kind in ("INT64", "BOOL", "NUMERIC", "BIGNUMERIC"):
            return template(f"{word}({{0}} AS BIGINT)", value)
        return template(f"{word}(bq_round_float({{0}}) AS BIGINT)", value)
    if target.kind == "BYTES":
        return template("{0}" if kind == "BYTES" else "encode({0})", value)
    return template(f"{word}({{0}} AS {_escape(target.duckdb)})", value)


def _struct(t: "Translator", values: list[exp.Expression], target: Type, scope: Scope) -> exp.Expression:
    if len(values) != len(target.fields):
        raise invalid_query(
            f"STRUCT type has {len(target.fields)} fields but constructor call has {len(values)} fields",
            t.source.place(values[0] if values else None),
        )
    parts = []
    for value, (name, kind) in zip(values, target.fields):
        bare = value.this if isinstance(value, (exp.Alias, exp.PropertyEQ)) and not isinstance(value, exp.PropertyEQ) else value
        bare = value.expression if isinstance(value, exp.PropertyEQ) else bare
        parts.append((name, template(f"CAST({{0}} AS {_escape(kind.duckdb)})", t.expr(bare, scope))))
    text = ", ".join("'" + _escape(name.replace("'", "''")) + f"': {{{n}}}" for n, (name, _) in enumerate(parts))
    return template("{{" + text + "}}", *[value for _, value in parts])


def _escape(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")
