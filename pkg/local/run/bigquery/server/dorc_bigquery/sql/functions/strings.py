"""Functions of strings, bytes and regular expressions.

https://cloud.google.com/bigquery/docs/reference/standard-sql/string_functions
"""

from __future__ import annotations

import re

from sqlglot import exp

from ...errors import invalid_query, unsupported
from ...names import literal
from ..nodes import raw, template
from .call import Call, Handler, Results, Templates

TEMPLATES: Templates = {
    "ASCII": "CASE WHEN {0} = '' THEN 0 ELSE ascii({0}) END",
    "BYTE_LENGTH": "bq_byte_length({0})",
    "OCTET_LENGTH": "bq_byte_length({0})",
    "CHAR_LENGTH": "length({0})",
    "CHARACTER_LENGTH": "length({0})",
    "CHR": "chr(CAST({0} AS INTEGER))",
    "CODE_POINTS_TO_STRING": "array_to_string(list_transform({0}, lambda _c: chr(CAST(_c AS INTEGER))), '')",
    "ENDS_WITH": "ends_with({0}, {1})",
    "FROM_BASE64": "from_base64({0})",
    "FROM_HEX": "unhex(CASE WHEN length({0}) % 2 = 1 THEN '0' ELSE '' END || {0})",
    "INSTR": {2: "instr({0}, {1})", 3: "bq_instr({0}, {1}, {2}, 1)", 4: "bq_instr({0}, {1}, {2}, {3})"},
    "LEFT": "bq_left({0}, {1})",
    "LENGTH": "bq_length({0})",
    "LOWER": "lower({0})",
    "LPAD": {2: "bq_lpad({0}, {1}, ' ')", 3: "bq_lpad({0}, {1}, {2})"},
    "LTRIM": {1: "ltrim({0}, bq_spaces())", 2: "ltrim({0}, {1})"},
    "MD5": "unhex(md5({0}))",
    "NORMALIZE_AND_CASEFOLD": {1: "lower(nfc_normalize({0}))"},
    "REPEAT": "repeat({0}, CAST({1} AS BIGINT))",
    "REPLACE": "CASE WHEN {1} = '' THEN {0} ELSE replace({0}, {1}, {2}) END",
    "REVERSE": "reverse({0})",
    "RIGHT": "bq_right({0}, {1})",
    "RPAD": {2: "bq_rpad({0}, {1}, ' ')", 3: "bq_rpad({0}, {1}, {2})"},
    "RTRIM": {1: "rtrim({0}, bq_spaces())", 2: "rtrim({0}, {1})"},
    "SAFE_CONVERT_BYTES_TO_STRING": "TRY(decode({0}))",
    "SHA1": "unhex(sha1({0}))",
    "SHA256": "unhex(sha256({0}))",
    "SPLIT": {1: "bq_split({0}, ',')", 2: "bq_split({0}, {1})"},
    "STARTS_WITH": "starts_with({0}, {1})",
    "STRPOS": "instr({0}, {1})",
    "SUBSTR": {2: "bq_substr({0}, {1})", 3: "bq_substr_length({0}, {1}, {2})"},
    "SUBSTRING": {2: "bq_substr({0}, {1})", 3: "bq_substr_length({0}, {1}, {2})"},
    "TO_BASE64": "to_base64({0})",
    "TO_CODE_POINTS": "list_transform(regexp_extract_all({0}, '(?s).'), lambda _c: CAST(unicode(_c) AS BIGINT))",
    "TO_HEX": "lower(hex({0}))",
    "TRANSLATE": "translate({0}, {1}, {2})",
    "TRIM": {1: "trim({0}, bq_spaces())", 2: "trim({0}, {1})"},
    "UNICODE": "CASE WHEN {0} = '' THEN 0 ELSE CAST(unicode({0}) AS BIGINT) END",
    "UPPER": "upper({0})",
    "EDIT_DISTANCE": {2: "levenshtein({0}, {1})"},
    "CONTAINS_SUBSTR": {2: "contains(lower(bq_to_string({0})), lower({1}))"},
    "REGEXP_CONTAINS": "regexp_matches({0}, {1})",
    "REGEXP_REPLACE": "regexp_replace({0}, {1}, {2}, 'g')",
    "INITCAP": {1: "bq_initcap({0})"},
    "GENERATE_UUID": "CAST(uuid() AS VARCHAR)",
}

RESULTS: Results = {
    **dict.fromkeys(
        "CHR CODE_POINTS_TO_STRING LEFT LOWER LPAD LTRIM NORMALIZE NORMALIZE_AND_CASEFOLD REPEAT REPLACE REVERSE RIGHT RPAD RTRIM SAFE_CONVERT_BYTES_TO_STRING SUBSTR SUBSTRING TO_BASE64"
        " TO_HEX TRANSLATE TRIM UPPER REGEXP_EXTRACT REGEXP_SUBSTR REGEXP_REPLACE INITCAP FORMAT CONCAT GENERATE_UUID".split(),
        "STRING",
    ),
    **dict.fromkeys(
        "ASCII BYTE_LENGTH OCTET_LENGTH CHAR_LENGTH CHARACTER_LENGTH INSTR LENGTH STRPOS UNICODE EDIT_DISTANCE".split(), "INT64"
    ),
    **dict.fromkeys("ENDS_WITH STARTS_WITH CONTAINS_SUBSTR REGEXP_CONTAINS".split(), "BOOL"),
    **dict.fromkeys("FROM_BASE64 FROM_HEX MD5 SHA1 SHA256 SHA512 CODE_POINTS_TO_BYTES".split(), "BYTES"),
    **dict.fromkeys("SPLIT REGEXP_EXTRACT_ALL".split(), "ARRAY<STRING>"),
}


# Functions that take BYTES in BigQuery, and only STRING here.
_TEXT_ONLY = (
    "LPAD RPAD LTRIM RTRIM TRIM REPLACE REVERSE SPLIT STARTS_WITH ENDS_WITH INSTR STRPOS REGEXP_CONTAINS REGEXP_EXTRACT REGEXP_EXTRACT_ALL"
    " REGEXP_INSTR REGEXP_REPLACE REGEXP_SUBSTR TO_CODE_POINTS TRANSLATE UPPER LOWER INITCAP".split()
)
# Those that take a part of BYTES.
_PARTS = {"SUBSTR": "bq_substr", "SUBSTRING": "bq_substr", "LEFT": "bq_left", "RIGHT": "bq_right"}


def of_bytes(call: Call) -> exp.Expression | None:
    """A function of BYTES, where it is another one than that of STRING."""
    name = call.name.upper()
    if name not in _TEXT_ONLY and name not in _PARTS or call.kind(0) != "BYTES":
        return None
    if name in _TEXT_ONLY:
        raise unsupported(f"the function {name} of BYTES", call.position)
    call.check(2, 3 if name.startswith("SUBSTR") else 2)
    places = ", ".join(f"{{{n}}}" for n in range(len(call.args)))
    return call.fill(f"{_PARTS[name]}_bytes{'_length' if len(call.args) == 3 else ''}({places})")


def _concat(call: Call) -> exp.Expression:
    call.check(1, 10_000)
    return template("(" + " || ".join(f"{{{n}}}" for n in range(len(call.args))) + ")", *[call.sql(n) for n in range(len(call.args))])


def _groups(call: Call) -> int:
    pattern = call.text(1)
    if pattern is None:
        return 0
    try:
        groups = re.compile(pattern).groups
    except re.error:
        return 1 if re.search(r"(?<!\\)\((?!\?)|\(\?P<", pattern) else 0
    if groups > 1:
        raise invalid_query("Regexp has more than 1 capturing group", call.position)
    return groups


def _extract(call: Call) -> exp.Expression:
    call.check(2, 4)
    group = _groups(call)
    subject = call.sql(0)
    if len(call.args) > 2:
        subject = template("substring({0}, CAST({1} AS BIGINT))", subject, call.sql(2))
    occurrence = call.sql(3) if len(call.args) > 3 else raw("1")
    return template(f"regexp_extract_all({{0}}, {{1}}, {group})[CAST({{2}} AS BIGINT)]", subject, call.sql(1), occurrence)


def _extract_all(call: Call) -> exp.Expression:
    call.check(2)
    return template(f"regexp_extract_all({{0}}, {{1}}, {_groups(call)})", call.sql(0), call.sql(1))


def _regexp_instr(call: Call) -> exp.Expression:
    call.check(2)
    return template("bq_regexp_instr({0}, {1})", call.sql(0), call.sql(1))


def _normalize(call: Call) -> exp.Expression:
    call.check(1, 2)
    if len(call.args) == 2 and call.word(1) != "NFC":
        raise unsupported(f"NORMALIZE to {call.word(1)}, only to NFC", call.position)
    return template("nfc_normalize({0})", call.sql(0))


_FORMAT = re.compile(r"%(?P<flags>[-+ #0']*)(?P<width>\d*)(?P<precision>\.\d+)?(?P<verb>[a-zA-Z%])")


def _format(call: Call) -> exp.Expression:
    """FORMAT with a literal, by DuckDB's printf."""
    form = call.text(0)
    if form is None:
        raise unsupported("FORMAT with a format that is not a literal", call.position)
    pieces, values, last = [], [], 0
    for found in _FORMAT.finditer(form):
        if found.start() > last:
            pieces.append(_quoted(form[last : found.start()]))
        last = found.end()
        verb = found.group("verb")
        if verb == "%":
            pieces.append("'%'")
            continue
        if len(values) + 1 >= len(call.args):
            raise invalid_query("Too few arguments to FORMAT", call.position)
        values.append(call.sql(len(values) + 1))
        place = f"{{{len(values) - 1}}}"
        flags, width, precision = found.group("flags"), found.group("width"), found.group("precision") or ""
        if verb in "tT" and not width:
            quoted = "bq_to_string" if verb == "t" else "bq_to_sql"
            pieces.append(f"{quoted}({place})")
        elif verb in "di":
            comma = "'" in flags
            shown = flags.replace("'", "")
            if comma:
                pieces.append(f"format('{{{{:,}}}}', CAST({place} AS BIGINT))")
            else:
                pieces.append(f"printf('%{shown}{width}d', CAST({place} AS BIGINT))")
        elif verb in "xXo":
            pieces.append(f"printf('%{flags}{width}{verb}', CAST({place} AS BIGINT))")
        elif verb in "feEgG":
            if "'" in flags:
                pieces.append(f"format('{{{{:,{precision or '.6'}f}}}}', CAST({place} AS DOUBLE))")
            else:
                pieces.append(f"printf('%{flags}{width}{precision}{verb}', CAST({place} AS DOUBLE))")
        elif verb in "st":
            pieces.append(f"printf('%{flags}{width}{precision}s', bq_to_string({place}))")
        else:
            raise unsupported(f"the format element %{verb} of FORMAT", call.position)
    if len(values) + 1 < len(call.args):
        raise invalid_query("Too many arguments to FORMAT", call.position)
    if form[last:] or not pieces:
        pieces.append(_quoted(form[last:]))
    return template("(" + " || ".join(pieces) + ")", *values)


def _quoted(text: str) -> str:
    return literal(text).replace("{", "{{").replace("}", "}}")


HANDLERS: dict[str, Handler] = {
    "CONCAT": _concat,
    "FORMAT": _format,
    "NORMALIZE": _normalize,
    "REGEXP_EXTRACT": _extract,
    "REGEXP_SUBSTR": _extract,
    "REGEXP_EXTRACT_ALL": _extract_all,
    "REGEXP_INSTR": _regexp_instr,
}
