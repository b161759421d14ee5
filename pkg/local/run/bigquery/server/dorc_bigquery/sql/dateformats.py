"""Formats of dates: strftime's of FORMAT_DATE and PARSE_DATE, and SQL's of CAST … FORMAT.

https://cloud.google.com/bigquery/docs/reference/standard-sql/format-elements
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlglot import exp

from ..errors import unsupported
from ..names import literal
from ..values.types import Type
from .nodes import template

if TYPE_CHECKING:
    from .scope import Scope
    from .translate import Translator

# Percent codes that mean the same in both.
PLAIN = "aAbBdfgGHIjmMpSuUVwWyY%"
# What BigQuery's percent codes are in DuckDB's strftime and strptime.
_SAME = {
    **{c: "%" + c for c in PLAIN + "Z"},
    "h": "%b",
    "D": "%m/%d/%y",
    "x": "%m/%d/%y",
    "F": "%Y-%m-%d",
    "T": "%H:%M:%S",
    "X": "%H:%M:%S",
    "R": "%H:%M",
    "r": "%I:%M:%S %p",
    "n": "\n",
    "t": "\t",
    "E4Y": "%Y",
}
# What only a part of a date can tell.
_COMPUTED = {
    "e": "lpad(strftime({0}, '%-d'), 2, ' ')",
    "k": "lpad(strftime({0}, '%-H'), 2, ' ')",
    "l": "lpad(strftime({0}, '%-I'), 2, ' ')",
    "Q": "CAST(quarter({0}) AS VARCHAR)",
    "C": "lpad(CAST(year({0}) // 100 AS VARCHAR), 2, '0')",
    "s": "CAST(CAST(floor(epoch_us(CAST({1} AS TIMESTAMPTZ)) / 1000000) AS BIGINT) AS VARCHAR)",
    "P": "lower(strftime({0}, '%p'))",
    "J": "strftime({0}, '%G-W%V-%u')",
    "E*S": "rtrim(rtrim(strftime({0}, '%S.%f'), '0'), '.')",
    "z": "bq_offset({0}, {1}, '')",
    "Ez": "bq_offset({0}, {1}, ':')",
}
# In parsing these two take a number with or without a leading zero.
_PARSED = {**_SAME, "z": "%z", "e": "%d", "k": "%H", "l": "%I", "c": "%a %b %d %H:%M:%S %Y"}
_CODE = re.compile(r"%(E4Y|E\*S|E[0-9]S|Ez|.)", re.DOTALL)


def formatted(value: exp.Expression, form: str, stamp: exp.Expression | None = None) -> exp.Expression:
    """A text of a date, time or timestamp by a format; stamp is the instant of which the value is the local time."""
    form = form.replace("%c", "%a %b %e %H:%M:%S %Y")
    pieces: list[str] = []
    plain = ""
    last = 0
    for found in _CODE.finditer(form):
        plain += form[last : found.start()]
        last = found.end()
        code = found.group(1)
        digits = re.fullmatch(r"E([0-9])S", code)
        if code in _SAME:
            plain += _SAME[code]
        elif code in _COMPUTED or digits:
            pieces += [_strftime(plain)] if plain else []
            plain = ""
            pieces.append(f"left(strftime({{0}}, '%S.%f'), {3 + int(digits.group(1))})" if digits else _COMPUTED[code])
        else:
            raise unsupported(f"the format element %{code}")
    plain += form[last:]
    if plain or not pieces:
        pieces.append(_strftime(plain))
    return template("(" + " || ".join(pieces) + ")", value, value if stamp is None else stamp)


def _strftime(form: str) -> str:
    return "strftime({0}, " + literal(form).replace("{", "{{").replace("}", "}}") + ")"


def parsed(text: exp.Expression, form: str, kind: str, zone: exp.Expression | None = None) -> exp.Expression:
    """A date, time or timestamp that a text says by a format."""
    forms = [""]
    last = 0
    zoned = False
    for found in _CODE.finditer(form):
        plain = form[last : found.start()]
        last = found.end()
        code = found.group(1)
        zoned = zoned or code in ("z", "Z", "Ez")
        if code in ("E*S",) or re.fullmatch(r"E[0-9]S", code):
            forms = [f + plain + end for f in forms for end in ("%S.%f", "%S")]
        elif code == "s":
            raise unsupported("the format element %s in parsing")
        elif code in _PARSED or code == "Ez":
            forms = [f + plain + ("%z" if code == "Ez" else _PARSED[code]) for f in forms]
        else:
            raise unsupported(f"the format element %{code} in parsing")
    forms = [f + form[last:] for f in forms]
    if not re.search(r"%-?[yYG]", forms[0]) and kind != "TIME":
        text, forms = template("'1970 ' || {0}", text), ["%Y " + f for f in forms]
    if kind == "TIME":
        text, forms = template("'1970-01-01 ' || {0}", text), ["%Y-%m-%d " + f for f in forms]
    shown = "[" + ", ".join(literal(f) for f in forms) + "]"
    call = template("bq_strptime({0}, " + shown.replace("{", "{{").replace("}", "}}") + ")", text)
    if kind == "TIMESTAMP":
        if zone is not None and not zoned:
            return template("(CAST({0} AS TIMESTAMP) AT TIME ZONE {1})", call, zone)
        return template("CAST({0} AS TIMESTAMPTZ)", call)
    return template(f"CAST({{0}} AS {Type(kind).duckdb})", call)


# Elements of CAST … FORMAT, longest first.
_ELEMENTS = [
    ("YYYY", "%Y"), ("YY", "%y"), ("MONTH", "%B"), ("MON", "%b"), ("MM", "%m"), ("DDD", "%j"), ("DD", "%d"), ("DAY", "%A"), ("DY", "%a"), ("D", ""),
    ("HH24", "%H"), ("HH12", "%I"), ("HH", "%I"), ("MI", "%M"), ("SSSSS", ""), ("SS", "%S"), ("AM", "%p"), ("PM", "%p"), ("Q", ""),
]  # fmt: skip


def cast(t: "Translator", node: exp.Cast, target: Type, scope: "Scope") -> exp.Expression:
    """CAST with FORMAT, for dates and times."""
    form = node.args["format"]
    if not isinstance(form, exp.Literal):
        raise unsupported("CAST with a FORMAT that is not a literal", t.source.place(node))
    text, rest = "", form.name
    while rest:
        element = next(((e, code) for e, code in _ELEMENTS if rest.upper().startswith(e)), None)
        if element and element[1]:
            text += element[1]
            rest = rest[len(element[0]) :]
        elif rest[0].isalpha() and rest[0] not in "T":
            raise unsupported(f"the format {form.name!r} of CAST", t.source.place(node))
        else:
            text, rest = text + rest[0].replace("%", "%%"), rest[1:]
    value = t.expr(node.this, scope)
    if target.kind == "STRING":
        return formatted(value, text)
    if target.kind in ("DATE", "TIME", "DATETIME", "TIMESTAMP"):
        done = parsed(value, text, target.kind)
        return template("TRY({0})", done) if isinstance(node, exp.TryCast) else done
    raise unsupported(f"CAST to {target.sql} with FORMAT", t.source.place(node))
