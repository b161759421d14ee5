"""Functions of JSON.

https://cloud.google.com/bigquery/docs/reference/standard-sql/json_functions
"""

from __future__ import annotations

import re

from sqlglot import exp

from ...errors import invalid_query
from ...names import literal
from ..nodes import raw, template
from .call import Call, Handler, Results, Templates

TEMPLATES: Templates = {
    "TO_JSON": {1: "bq_to_json({0})"},
    "TO_JSON_STRING": {
        1: "COALESCE(CAST(bq_to_json({0}) AS VARCHAR), 'null')",
        2: "CASE WHEN {1} THEN json_pretty(bq_to_json({0})) ELSE CAST(bq_to_json({0}) AS VARCHAR) END",
    },
    "PARSE_JSON": {1: "CAST({0} AS JSON)"},
    "STRING": {1: "bq_string({0})", 2: "bq_timestamp_text(CAST({0} AS TIMESTAMPTZ), {1})"},
    "BOOL": "bq_json_bool({0})",
    "INT64": "bq_json_int({0})",
    "FLOAT64": "bq_json_float({0})",
    "LAX_BOOL": "TRY_CAST(({0} ->> '$') AS BOOLEAN)",
    "LAX_INT64": "bq_json_lax_int({0})",
    "LAX_FLOAT64": "TRY_CAST(({0} ->> '$') AS DOUBLE)",
    "LAX_STRING": "CASE WHEN json_type({0}) IN ('OBJECT', 'ARRAY') THEN NULL ELSE {0} ->> '$' END",
    "JSON_TYPE": "bq_json_type({0})",
    "JSON_KEYS": {1: "json_keys({0})"},
    "STRING_ARRAY": "CAST({0} AS VARCHAR[])",
    "INT64_ARRAY": "list_transform(CAST({0} AS JSON[]), lambda _j: bq_json_int(_j))",
    "FLOAT64_ARRAY": "CAST({0} AS DOUBLE[])",
    "BOOL_ARRAY": "CAST({0} AS BOOLEAN[])",
}

RESULTS: Results = {
    **dict.fromkeys("TO_JSON PARSE_JSON JSON_OBJECT JSON_ARRAY".split(), "JSON"),
    **dict.fromkeys("TO_JSON_STRING STRING LAX_STRING JSON_TYPE JSON_VALUE JSON_EXTRACT_SCALAR".split(), "STRING"),
    **dict.fromkeys("BOOL LAX_BOOL".split(), "BOOL"),
    **dict.fromkeys("INT64 LAX_INT64".split(), "INT64"),
    **dict.fromkeys("FLOAT64 LAX_FLOAT64".split(), "FLOAT64"),
    **dict.fromkeys("JSON_KEYS JSON_VALUE_ARRAY JSON_EXTRACT_STRING_ARRAY STRING_ARRAY".split(), "ARRAY<STRING>"),
}

_STEP = re.compile(r"""\.(?P<name>[^.\[\]"']+)|\."(?P<quoted>[^"]*)"|\[(?P<index>\d+)\]|\[(?P<q>['"])(?P<key>.*?)(?P=q)\]""")


def path(text: str, call: Call) -> str:
    """A JSONPath of BigQuery's as DuckDB's, with every name quoted."""
    if not text.startswith("$"):
        raise invalid_query(f"Invalid token in JSONPath at: {text}", call.position)
    out, at = "$", 1
    while at < len(text):
        found = _STEP.match(text, at)
        if not found:
            raise invalid_query(f"Invalid token in JSONPath at: {text[at:]}", call.position)
        if found.group("index") is not None:
            out += f"[{found.group('index')}]"
        else:
            name = found.group("name") or found.group("quoted") or found.group("key") or ""
            out += '."' + name.replace('"', '\\"') + '"'
        at = found.end()
    return out


def _path(call: Call) -> exp.Expression:
    if len(call.args) == 1:
        return raw("'$'")
    text = call.text(1)
    return raw(literal(path(text, call))) if text is not None else call.sql(1)


def _with_path(text: str) -> Handler:
    def handler(call: Call) -> exp.Expression:
        call.check(1, 2)
        return template(text, call.sql(0), _path(call))

    return handler


def _query(call: Call) -> exp.Expression:
    call.check(1, 2)
    word = "{0}" if call.kind(0) == "JSON" else "CAST({0} AS VARCHAR)"
    return template(word, template("json_extract({0}, {1})", call.sql(0), _path(call)))


def _query_array(call: Call) -> exp.Expression:
    call.check(1, 2)
    word = "{0}" if call.kind(0) == "JSON" else "CAST({0} AS VARCHAR[])"
    return template(word, template("CAST(json_extract({0}, {1}) AS JSON[])", call.sql(0), _path(call)))


def _object(call: Call) -> exp.Expression:
    if len(call.args) % 2:
        raise call.wrong()
    pairs = ", ".join(f"{{{n}}}, bq_to_json({{{n + 1}}})" for n in range(0, len(call.args), 2))
    return template(f"json_object({pairs})", *[call.sql(n) for n in range(len(call.args))])


def _array(call: Call) -> exp.Expression:
    return template(
        "json_array(" + ", ".join(f"{{{n}}}" for n in range(len(call.args))) + ")", *[call.sql(n) for n in range(len(call.args))]
    )


_VALUE = "bq_json_value({0}, {1})"
_VALUES = "CAST(json_extract({0}, {1}) AS VARCHAR[])"

HANDLERS: dict[str, Handler] = {
    "JSON_VALUE": _with_path(_VALUE),
    "JSON_EXTRACT_SCALAR": _with_path(_VALUE),
    "JSON_QUERY": _query,
    "JSON_EXTRACT": _query,
    "JSON_QUERY_ARRAY": _query_array,
    "JSON_EXTRACT_ARRAY": _query_array,
    "JSON_VALUE_ARRAY": _with_path(_VALUES),
    "JSON_EXTRACT_STRING_ARRAY": _with_path(_VALUES),
    "JSON_OBJECT": _object,
    "JSON_ARRAY": _array,
}
