"""Functions of numbers, conditions and bits.

https://cloud.google.com/bigquery/docs/reference/standard-sql/mathematical_functions
"""

from __future__ import annotations

from sqlglot import exp

from ..nodes import template
from .call import Call, Handler, Results, Templates

TEMPLATES: Templates = {
    **{name: name.lower() + "({0})" for name in "ABS ACOS ACOSH ASIN ASINH ATAN ATANH COS COSH COT EXP SIN SINH TAN TANH CBRT".split()},
    "ATAN2": "atan2({0}, {1})",
    "BIT_COUNT": "CAST(bit_count({0}) AS BIGINT)",
    "CEIL": "ceil({0})",
    "CEILING": "ceil({0})",
    "COALESCE": "",
    "DIV": "bq_div_integer({0}, {1})",
    "FLOOR": "floor({0})",
    "IEEE_DIVIDE": "(CAST({0} AS DOUBLE) / CAST({1} AS DOUBLE))",
    "IFNULL": "COALESCE({0}, {1})",
    "IS_INF": "isinf({0})",
    "IS_NAN": "isnan({0})",
    "LN": "bq_ln({0})",
    "LOG": {1: "bq_ln({0})", 2: "(bq_ln({0}) / bq_ln({1}))"},
    "LOG10": "bq_log10({0})",
    "MOD": "bq_mod({0}, {1})",
    "NULLIF": "NULLIF({0}, {1})",
    "NULLIFZERO": "NULLIF({0}, 0)",
    "ZEROIFNULL": "COALESCE({0}, 0)",
    "POW": "pow({0}, {1})",
    "POWER": "pow({0}, {1})",
    "RAND": "random()",
    "RANGE_BUCKET": "bq_range_bucket({0}, {1})",
    "ROUND": {1: "round({0})", 2: "round({0}, CAST({1} AS INTEGER))"},
    "SAFE_ADD": "TRY({0} + {1})",
    "SAFE_SUBTRACT": "TRY({0} - {1})",
    "SAFE_MULTIPLY": "TRY({0} * {1})",
    "SAFE_NEGATE": "TRY(-({0}))",
    "SAFE_DIVIDE": "CASE WHEN {1} = 0 THEN NULL ELSE {0} / {1} END",
    "SIGN": "CAST(sign({0}) AS BIGINT)",
    "SQRT": "bq_sqrt({0})",
    "TRUNC": {1: "trunc({0})", 2: "bq_trunc({0}, CAST({1} AS INTEGER))"},
    "TRUNCATE": {1: "trunc({0})", 2: "bq_trunc({0}, CAST({1} AS INTEGER))"},
    "ERROR": "bq_error({0})",
    "SESSION_USER": "'dorc@local'",
    "CURRENT_USER": "'dorc@local'",
    "COLLATE": {2: "{0}"},
    "PARSE_NUMERIC": "CAST(replace({0}, ',', '') AS DECIMAL(38,9))",
    "PARSE_BIGNUMERIC": "CAST(replace({0}, ',', '') AS DECIMAL(38,17))",
}
del TEMPLATES["COALESCE"]

RESULTS: Results = {
    **dict.fromkeys("BIT_COUNT RANGE_BUCKET SIGN".split(), "INT64"),
    **dict.fromkeys("IEEE_DIVIDE LN LOG LOG10 SQRT RAND EXP SIN COS TAN ACOS ASIN ATAN ATAN2".split(), "FLOAT64"),
    **dict.fromkeys("IS_INF IS_NAN".split(), "BOOL"),
    "SESSION_USER": "STRING",
    "PARSE_NUMERIC": "NUMERIC",
    "PARSE_BIGNUMERIC": "BIGNUMERIC",
}
# Functions whose result has the type of their first argument.
SAME_AS_FIRST = frozenset("ABS ROUND TRUNC CEIL FLOOR NULLIF SAFE_NEGATE NULLIFZERO ZEROIFNULL REVERSE COLLATE".split())
# Functions whose result has the type that all arguments have together.
OF_ALL = frozenset("MOD DIV IFNULL COALESCE GREATEST LEAST SAFE_ADD SAFE_SUBTRACT SAFE_MULTIPLY".split())


def _coalesce(call: Call) -> exp.Expression:
    call.check(1, 10_000)
    return template("COALESCE(" + ", ".join(f"{{{n}}}" for n in range(len(call.args))) + ")", *[call.sql(n) for n in range(len(call.args))])


def _extreme(word: str) -> Handler:
    """GREATEST and LEAST, which are NULL when an argument is."""

    def handler(call: Call) -> exp.Expression:
        call.check(1, 10_000)
        places = [f"{{{n}}}" for n in range(len(call.args))]
        nulls = " OR ".join(f"{p} IS NULL" for p in places)
        return template(f"CASE WHEN {nulls} THEN NULL ELSE {word}({', '.join(places)}) END", *[call.sql(n) for n in range(len(call.args))])

    return handler


def _iif(call: Call) -> exp.Expression:
    call.check(3)
    return call.fill("CASE WHEN {0} THEN {1} ELSE {2} END")


HANDLERS: dict[str, Handler] = {"COALESCE": _coalesce, "GREATEST": _extreme("greatest"), "LEAST": _extreme("least"), "IF": _iif}
