"""Functions of dates, times and timestamps. The session's time zone is UTC, as BigQuery's default is.

https://cloud.google.com/bigquery/docs/reference/standard-sql/date_functions
"""

from __future__ import annotations

from sqlglot import exp

from ...errors import invalid_query, unsupported
from ...names import literal
from ...values.types import Type
from .. import casts, dateformats
from ..nodes import raw, template
from .call import Call, Handler, Results, Templates

TEMPLATES: Templates = {
    "CURRENT_DATE": {0: "CAST(now() AS DATE)", 1: "CAST(now() AT TIME ZONE {0} AS DATE)"},
    "CURRENT_DATETIME": {0: "CAST(now() AS TIMESTAMP)", 1: "(now() AT TIME ZONE {0})"},
    "CURRENT_TIME": {0: "CAST(CAST(now() AS TIMESTAMP) AS TIME)", 1: "CAST(now() AT TIME ZONE {0} AS TIME)"},
    "CURRENT_TIMESTAMP": {0: "now()"},
    "DATE": {1: "CAST({0} AS DATE)", 2: "CAST(CAST({0} AS TIMESTAMPTZ) AT TIME ZONE {1} AS DATE)", 3: "make_date({0}, {1}, {2})"},
    "DATETIME": {
        3: "make_timestamp({0}, {1}, {2}, 0, 0, 0)",
        6: "make_timestamp({0}, {1}, {2}, {3}, {4}, CAST({5} AS DOUBLE))",
    },
    "TIME": {
        1: "bq_time({0})",
        2: "CAST(CAST({0} AS TIMESTAMPTZ) AT TIME ZONE {1} AS TIME)",
        3: "make_time({0}, {1}, CAST({2} AS DOUBLE))",
    },
    "DATE_FROM_UNIX_DATE": "(DATE '1970-01-01' + CAST({0} AS INTEGER))",
    "UNIX_DATE": "CAST({0} - DATE '1970-01-01' AS BIGINT)",
    "TIMESTAMP_SECONDS": "make_timestamptz(CAST({0} AS BIGINT) * 1000000)",
    "TIMESTAMP_MILLIS": "make_timestamptz(CAST({0} AS BIGINT) * 1000)",
    "TIMESTAMP_MICROS": "make_timestamptz(CAST({0} AS BIGINT))",
    "UNIX_SECONDS": "CAST(floor(epoch_us(CAST({0} AS TIMESTAMPTZ)) / 1e6) AS BIGINT)",
    "UNIX_MILLIS": "CAST(floor(epoch_us(CAST({0} AS TIMESTAMPTZ)) / 1e3) AS BIGINT)",
    "UNIX_MICROS": "epoch_us(CAST({0} AS TIMESTAMPTZ))",
    "JUSTIFY_DAYS": "{0}",
}

RESULTS: Results = {
    **dict.fromkeys("CURRENT_DATE DATE DATE_FROM_UNIX_DATE LAST_DAY PARSE_DATE".split(), "DATE"),
    **dict.fromkeys(
        "CURRENT_DATETIME DATETIME DATETIME_ADD DATETIME_SUB DATETIME_TRUNC PARSE_DATETIME DATETIME_BUCKET".split(), "DATETIME"
    ),
    **dict.fromkeys("CURRENT_TIME TIME TIME_ADD TIME_SUB TIME_TRUNC PARSE_TIME".split(), "TIME"),
    **dict.fromkeys(
        "CURRENT_TIMESTAMP TIMESTAMP TIMESTAMP_ADD TIMESTAMP_SUB TIMESTAMP_TRUNC TIMESTAMP_SECONDS TIMESTAMP_MILLIS TIMESTAMP_MICROS PARSE_TIMESTAMP".split(),
        "TIMESTAMP",
    ),
    **dict.fromkeys("DATE_DIFF DATETIME_DIFF TIME_DIFF TIMESTAMP_DIFF UNIX_DATE UNIX_SECONDS UNIX_MILLIS UNIX_MICROS".split(), "INT64"),
    **dict.fromkeys("FORMAT_DATE FORMAT_DATETIME FORMAT_TIME FORMAT_TIMESTAMP".split(), "STRING"),
    "GENERATE_DATE_ARRAY": "ARRAY<DATE>",
    "GENERATE_TIMESTAMP_ARRAY": "ARRAY<TIMESTAMP>",
}

# Days by which a week that starts on this day begins after Monday's.
_WEEKDAYS = {"MONDAY": 0, "TUESDAY": 1, "WEDNESDAY": 2, "THURSDAY": 3, "FRIDAY": 4, "SATURDAY": 5, "SUNDAY": 6}
_PLAIN = {"MICROSECOND", "MILLISECOND", "SECOND", "MINUTE", "HOUR", "DAY", "MONTH", "QUARTER", "YEAR"}
_MICROSECONDS = {
    "MICROSECOND": 1,
    "MILLISECOND": 1_000,
    "SECOND": 1_000_000,
    "MINUTE": 60_000_000,
    "HOUR": 3_600_000_000,
    "DAY": 86_400_000_000,
}
# What the first part of a function's name makes of its arguments. DATE functions take the others too.
_KINDS = {"DATE": "DATE", "DATETIME": "DATETIME", "TIME": "TIME", "TIMESTAMP": "TIMESTAMP"}


def kind_of(call: Call) -> str:
    """What a function moves or cuts: what its name says, but DATE functions take the others too. "" when only DuckDB can tell."""
    kind = _KINDS[call.name.upper().split("_")[0]]
    found = call.kind(0)
    if kind != "DATE" or found in ("DATETIME", "TIMESTAMP"):
        return found if kind == "DATE" else kind
    return "DATE" if found or isinstance(call.args[0], exp.Null) else ""


# Parts that a DATE does not have.
_SHORT = {"MICROSECOND", "MILLISECOND", "SECOND", "MINUTE", "HOUR"}


def _as_given(call: Call, part: str, done: exp.Expression, given: exp.Expression) -> exp.Expression:
    """A value in the type of the first argument, which DuckDB finds when it plans."""
    if part in _SHORT:
        done = template(f"CASE WHEN typeof({{1}}) = 'DATE' THEN error({literal(_no_part(call, part))}) ELSE {{0}} END", done, given)
    return template("cast_to_type({0}, {1})", done, given)


def _no_part(call: Call, part: str) -> str:
    return f"{call.name.upper()} does not support the {part} date part when the argument is DATE type"


def _as(kind: str, value: exp.Expression) -> exp.Expression:
    return template(f"CAST({{0}} AS {Type(kind).duckdb})", value)


def _shift(part: str, call: Call) -> int | None:
    """For a week, how many days after Monday it begins."""
    if part == "WEEK":
        return 6
    if part == "ISOWEEK":
        return 0
    if part.startswith("WEEK("):
        day = part[5:-1]
        if day not in _WEEKDAYS:
            raise invalid_query(f"A valid date part argument is required, but found {part}", call.position)
        return _WEEKDAYS[day]
    return None


def truncated(value: exp.Expression, part: str, call: Call) -> exp.Expression:
    """The begin of a part, as a TIMESTAMP of DuckDB's or a type that casts back."""
    shift = _shift(part, call)
    if shift is not None:
        back = (7 - shift) % 7
        return template(f"(date_trunc('week', {{0}} + to_days({back})) - to_days({back}))", value)
    if part == "ISOYEAR":
        return template("date_trunc('week', make_date(isoyear({0}), 1, 4))", value)
    if part not in _PLAIN:
        raise invalid_query(f"A valid date part argument is required, but found {part}", call.position)
    return template(f"date_trunc('{part.lower()}', {{0}})", value)


def _trunc(call: Call) -> exp.Expression:
    call.check(1, 3)
    kind = kind_of(call)
    part = call.word(1) if len(call.args) > 1 else "DAY"
    if not kind and len(call.args) < 3:
        return _as_given(call, part, truncated(call.sql(0), part, call), call.sql(0))
    if kind == "DATE" and part in _SHORT:
        raise invalid_query(_no_part(call, part), call.position)
    value = _as(kind or "TIMESTAMP", call.sql(0))
    if kind == "TIME":
        whole = template("(DATE '1970-01-01' + {0})", value)
        return template("CAST({0} AS TIME)", truncated(whole, part, call))
    if len(call.args) == 3:
        zone = call.sql(2)
        local = template("({0} AT TIME ZONE {1})", _as("TIMESTAMP", call.sql(0)), zone)
        return template("({0} AT TIME ZONE {1})", _as("DATETIME", truncated(local, part, call)), zone)
    return _as(kind, truncated(value, part, call))


def _moved(sign: str) -> Handler:
    def handler(call: Call) -> exp.Expression:
        call.check(2)
        if not isinstance(call.args[1], exp.Interval):
            raise invalid_query(f"{call.name.upper()} needs an INTERVAL with a date part as its second argument", call.position)
        kind = kind_of(call)
        unit = call.args[1].args["unit"].name.upper().removesuffix("S")
        if not kind:
            return _as_given(call, unit, template(f"({{0}} {sign} {{1}})", call.sql(0), call.sql(1)), call.sql(0))
        if kind == "DATE" and unit in _SHORT:
            raise invalid_query(_no_part(call, unit), call.position)
        return _as(kind, template(f"({{0}} {sign} {{1}})", _as(kind, call.sql(0)), call.sql(1)))

    return handler


def _diff(call: Call) -> exp.Expression:
    call.check(2, 3)
    kind = kind_of(call)
    part = call.word(2) if len(call.args) > 2 else "DAY"
    if kind == "DATE" and call.text(0) is not None and call.kind(1) in ("DATETIME", "TIMESTAMP"):
        kind = call.kind(1)  # The text is one of these, too.
    if not kind:
        return _either(call, part)
    return _difference(call, kind, part)


def _either(call: Call, part: str) -> exp.Expression:
    """A difference of DATEs, DATETIMEs or TIMESTAMPs, whichever DuckDB finds."""
    first, local = call.sql(0), _difference(call, "DATETIME", part)
    stamps = _difference(call, "TIMESTAMP", part) if part in _MICROSECONDS else raw(f"error({literal(_no_difference(part))})")
    return template("CASE WHEN typeof({0}) = 'TIMESTAMP WITH TIME ZONE' THEN {1} ELSE {2} END", first, stamps, local)


def _no_difference(part: str) -> str:
    return f"TIMESTAMP_DIFF does not support the {part} date part"


def _difference(call: Call, kind: str, part: str) -> exp.Expression:
    later, earlier = _as(kind, call.sql(0)), _as(kind, call.sql(1))
    if kind == "TIMESTAMP":
        if part not in _MICROSECONDS:
            raise invalid_query(_no_difference(part), call.position)
        return template(f"((epoch_us({{0}}) - epoch_us({{1}})) // {_MICROSECONDS[part]})", later, earlier)
    if _shift(part, call) is not None:
        return template(
            "(date_diff('day', CAST({1} AS DATE), CAST({0} AS DATE)) // 7)", truncated(later, part, call), truncated(earlier, part, call)
        )
    if part == "ISOYEAR":
        return template("(isoyear({0}) - isoyear({1}))", later, earlier)
    if part not in _PLAIN:
        raise invalid_query(f"A valid date part argument is required, but found {part}", call.position)
    return template(f"date_diff('{part.lower()}', {{1}}, {{0}})", later, earlier)


def _last_day(call: Call) -> exp.Expression:
    call.check(1, 2)
    part = call.word(1) if len(call.args) > 1 else "MONTH"
    value = _as("DATE", call.sql(0))
    start = truncated(value, part, call)
    step = {"MONTH": "to_months(1)", "QUARTER": "to_months(3)", "YEAR": "to_years(1)"}.get(part)
    if _shift(part, call) is not None:
        step = "to_days(7)"
    if part == "ISOYEAR":
        return template("CAST(date_trunc('week', make_date(isoyear({0}) + 1, 1, 4)) - to_days(1) AS DATE)", value)
    if step is None:
        raise invalid_query(f"A valid date part argument is required, but found {part}", call.position)
    return template(f"CAST({{0}} + {step} - to_days(1) AS DATE)", start)


def _format(call: Call) -> exp.Expression:
    call.check(2, 3)
    form = call.text(0)
    kind = _KINDS[call.name.split("_")[1]]
    value, stamp = call.sql(1), None
    if kind == "TIME":
        value = template("(DATE '1970-01-01' + {0})", _as("TIME", value))
    elif kind == "DATE":
        value = _as("DATETIME", value)
    elif kind == "TIMESTAMP" and len(call.args) == 3:
        stamp, value = _as("TIMESTAMP", value), template("({0} AT TIME ZONE {1})", _as("TIMESTAMP", value), call.sql(2))
    else:
        value = _as(kind, value)
    if form is None:
        return _format_plain(call, value)
    if kind == "TIMESTAMP" and len(call.args) == 3 and "%Z" in form:
        raise unsupported("FORMAT_TIMESTAMP with %Z and a time zone", call.position)
    return dateformats.formatted(value, form, stamp)


def _format_plain(call: Call, value: exp.Expression) -> exp.Expression:
    """A format that only the query knows: what DuckDB's strftime understands in another way is refused when it comes."""
    words = literal(f"dorc's local BigQuery does not have this format, only literals can have its elements: {call.name.upper()} of ")
    known = f"regexp_full_match({{1}}, '([^%]|%[{dateformats.PLAIN}])*')"
    return template(
        f"CASE WHEN {known} THEN strftime({{0}}, {{1}}) ELSE CAST(bq_fail({words} || {{1}}) AS VARCHAR) END", value, call.sql(0)
    )


def _parse(call: Call) -> exp.Expression:
    call.check(2, 3)
    form = call.text(0)
    kind = _KINDS[call.name.split("_")[1]]
    if form is None:
        raise unsupported(f"{call.name.upper()} with a format that is not a literal", call.position)
    return dateformats.parsed(call.sql(1), form, kind, call.sql(2) if len(call.args) > 2 else None)


def _timestamp(call: Call) -> exp.Expression:
    call.check(1, 2)
    if len(call.args) == 2:
        return call.fill("(CAST({0} AS TIMESTAMP) AT TIME ZONE {1})")
    return casts.convert(call.sql(0), call.type(0), Type("TIMESTAMP"), False)


def _datetime(call: Call) -> exp.Expression:
    if len(call.args) == 1:
        return casts.convert(call.sql(0), call.type(0), Type("DATETIME"), False)
    if len(call.args) == 2 and call.kind(1) == "TIME":
        return call.fill("(CAST({0} AS DATE) + {1})")
    if len(call.args) == 2:
        return call.fill("bq_datetime({0}, {1})")
    shown = TEMPLATES["DATETIME"]
    if not isinstance(shown, dict) or len(call.args) not in shown:
        raise call.wrong()
    return call.fill(shown[len(call.args)])


def _months(call: Call) -> tuple[exp.Expression, int]:
    """How many times a number of months a step is; 0 when it is no step of months."""
    step = call.args[2] if len(call.args) > 2 else None
    if step is None:
        return exp.Null(), 0
    if not isinstance(step, exp.Interval):
        raise invalid_query(f"{call.name.upper()} needs an INTERVAL as its third argument", call.position)
    return step.this, {"MONTH": 1, "QUARTER": 3, "YEAR": 12}.get(step.args["unit"].name.upper().removesuffix("S"), 0)


def _dates(kind: str) -> Handler:
    """GENERATE_DATE_ARRAY and GENERATE_TIMESTAMP_ARRAY."""

    def handler(call: Call) -> exp.Expression:
        call.check(2, 3)
        step = call.sql(2) if len(call.args) > 2 else raw("to_days(1)")
        target = Type(kind).duckdb
        unit, months = _months(call)
        if kind == "DATE" and months:
            count = call.t.expr(unit, call.scope)
            return template(f"bq_months(CAST({{0}} AS DATE), CAST({{1}} AS DATE), {{2}} * {months})", call.sql(0), call.sql(1), count)
        text = f"CAST(generate_series(CAST({{0}} AS {target}), CAST({{1}} AS {target}), {{2}}) AS {target}[])"
        return template(text, call.sql(0), call.sql(1), step)

    return handler


_PARTS = {
    "DAYOFWEEK": "(dayofweek({0}) + 1)",
    "WEEK": "CAST(strftime({0}, '%U') AS BIGINT)",
    # Days before the year's first such day are in week 0.
    **{f"WEEK({day})": f"((dayofyear({{0}}) + 6 - (isodow({{0}}) + 6 - {n}) % 7) // 7)" for day, n in _WEEKDAYS.items()},
    "ISOWEEK": "week({0})",
    "ISOYEAR": "isoyear({0})",
    "DAYOFYEAR": "dayofyear({0})",
    "MILLISECOND": "(millisecond({0}) % 1000)",
    "MICROSECOND": "(microsecond({0}) % 1000000)",
    "DATE": "CAST({0} AS DATE)",
    "TIME": "CAST(CAST({0} AS TIMESTAMP) AS TIME)",
    "DATETIME": "CAST({0} AS TIMESTAMP)",
    **{part: part.lower() + "({0})" for part in "SECOND MINUTE HOUR DAY MONTH QUARTER YEAR".split()},
}


def extract(call: Call, part: str) -> exp.Expression:
    """EXTRACT(part FROM value [AT TIME ZONE zone]); the value is the only argument."""
    value = call.args[0]
    if part not in _PARTS:
        raise invalid_query(f"A valid date part name is required but found {part}", call.position)
    if isinstance(value, exp.AtTimeZone):
        stamp = _as("TIMESTAMP", call.t.expr(value.this, call.scope))
        done = template("({0} AT TIME ZONE {1})", stamp, call.t.expr(value.args["zone"], call.scope))
    else:
        done = call.t.expr(value, call.scope)
    return template(_PARTS[part], done)


HANDLERS: dict[str, Handler] = {
    "DATETIME": _datetime,
    "TIMESTAMP": _timestamp,
    "LAST_DAY": _last_day,
    "GENERATE_DATE_ARRAY": _dates("DATE"),
    "GENERATE_TIMESTAMP_ARRAY": _dates("TIMESTAMP"),
    **{f"{kind}_TRUNC": _trunc for kind in _KINDS},
    **{f"{kind}_ADD": _moved("+") for kind in _KINDS},
    **{f"{kind}_SUB": _moved("-") for kind in _KINDS},
    **{f"{kind}_DIFF": _diff for kind in _KINDS},
    **{f"FORMAT_{kind}": _format for kind in _KINDS},
    **{f"PARSE_{kind}": _parse for kind in _KINDS},
}
