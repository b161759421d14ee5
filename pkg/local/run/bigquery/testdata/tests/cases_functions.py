"""Expressions and their values in BigQuery, most of them from the examples of its reference."""

from __future__ import annotations

import datetime
from decimal import Decimal

D, DT, T = datetime.date, datetime.datetime, datetime.time
UTC = datetime.timezone.utc
inf = float("inf")


def ts(*args: int) -> datetime.datetime:
    return DT(*args, tzinfo=UTC)


# Each: the expressions of a SELECT, and its only row.
CASES: list[tuple[str, tuple]] = [
    # Literals and operators.
    ("1, -1, 1.5, 1e3, 0xFF, .5", (1, -1, 1.5, 1000.0, 255, 0.5)),
    ("9223372036854775807, -9223372036854775808", (2**63 - 1, -(2**63))),
    (
        r"""'a"b', "it's", r'\n', 'x\ty', '''multi "line" ''', b'\x01a', "\u00e9" """,
        ('a"b', "it's", "\\n", "x\ty", 'multi "line" ', b"\x01a", "é"),
    ),
    ("TRUE, false, NULL", (True, False, None)),
    (
        "DATE '2020-02-29', TIME '12:30:01.5', DATETIME '2020-01-01 10:00:00', TIMESTAMP '2020-01-01 10:00:00+02'",
        (D(2020, 2, 29), T(12, 30, 1, 500000), DT(2020, 1, 1, 10), ts(2020, 1, 1, 8)),
    ),
    ("TIMESTAMP '2020-06-01 00:00:00 Europe/London'", (ts(2020, 5, 31, 23),)),
    ("NUMERIC '1.50', BIGNUMERIC '2.25', JSON '{\"a\": 1}'", (Decimal("1.5"), Decimal("2.25"), {"a": 1})),
    ("[1, 2], ARRAY<STRING>['a'], ARRAY<INT64>[]", ([1, 2], ["a"], [])),
    ("STRUCT(1 AS a, 'x' AS b), STRUCT<a INT64, b STRING>(2, 'y')", ({"a": 1, "b": "x"}, {"a": 2, "b": "y"})),
    ("[STRUCT(1 AS a, 'x' AS b), (2, 'y')][1].b", ("y",)),
    ("7 / 2, 6 / 3, -7 / 2, DIV(7, 2), DIV(-7, 2), MOD(7, 3), MOD(-7, 3)", (3.5, 2.0, -3.5, 3, -3, 1, -1)),
    ("5 & 3, 5 | 3, 5 ^ 3, ~5, 1 << 3, 16 >> 2", (1, 7, 6, -6, 8, 4)),
    ("'a' || 'b', CONCAT('a', 'b', NULL), 'a' = 'b', 1 != 2, 1 <> 1", ("ab", None, False, True, False)),
    (
        "1 BETWEEN 0 AND 2, 1 NOT IN (1, 2), NULL IN (1), NULL IS NULL, 1 IS NOT NULL, TRUE IS NOT FALSE",
        (True, False, None, True, True, True),
    ),
    ("1 IS DISTINCT FROM NULL, NULL IS NOT DISTINCT FROM NULL", (True, True)),
    (
        "'abc' LIKE 'a%', 'a%c' LIKE r'a\\%c', 'abc' NOT LIKE '_b_', 'b' LIKE ANY ('a', 'b'), 'b' LIKE ALL ('b%', 'c%')",
        (True, True, False, True, False),
    ),
    ("NULL AND FALSE, NULL OR TRUE, NOT NULL", (False, True, None)),
    ("2 IN UNNEST([1, 2]), 3 IN UNNEST([1, 2]), NULL IN UNNEST([1])", (True, False, None)),
    ("(1, 'a') = (1, 'a'), (1, 2) IN ((1, 2), (3, 4))", (True, True)),
    # Conditions.
    ("IF(1 = 1, 'y', 'n'), IFNULL(NULL, 2), NULLIF(1, 1), COALESCE(NULL, NULL, 3)", ("y", 2, None, 3)),
    ("CASE WHEN 1 > 2 THEN 'a' WHEN TRUE THEN 'b' ELSE 'c' END, CASE 3 WHEN 3 THEN 'three' END", ("b", "three")),
    ("GREATEST(1, 3, 2), LEAST(1, NULL), GREATEST('a', 'b')", (3, None, "b")),
    # Casts.
    ("CAST('12' AS INT64), CAST(2.5 AS INT64), CAST(-2.5 AS INT64), CAST(1.4 AS INT64), CAST(TRUE AS INT64)", (12, 3, -3, 1, 1)),
    (
        "CAST(1 AS STRING), CAST(1.0 AS STRING), CAST(1.5 AS STRING), CAST(TRUE AS STRING), CAST(DATE '2020-01-02' AS STRING)",
        ("1", "1", "1.5", "true", "2020-01-02"),
    ),
    (
        "CAST(TIMESTAMP '2020-01-02 03:04:05' AS STRING), CAST(DATETIME '2020-01-02 03:04:05' AS STRING)",
        ("2020-01-02 03:04:05+00", "2020-01-02 03:04:05"),
    ),
    ("CAST(NUMERIC '1.50' AS STRING), CAST(b'abc' AS STRING), CAST('abc' AS BYTES)", ("1.5", "abc", b"abc")),
    (
        "CAST('2020-01-02' AS DATE), CAST('2020-01-02 03:04:05' AS TIMESTAMP), CAST(TIMESTAMP '2020-01-02 03:04:05' AS DATE)",
        (D(2020, 1, 2), ts(2020, 1, 2, 3, 4, 5), D(2020, 1, 2)),
    ),
    ("CAST('1.5' AS FLOAT64), CAST('true' AS BOOL), CAST(0 AS BOOL), CAST('1.25' AS NUMERIC)", (1.5, True, False, Decimal("1.25"))),
    (
        "SAFE_CAST('x' AS INT64), SAFE_CAST('1.5' AS INT64), SAFE_CAST('2020-13-01' AS DATE), SAFE_CAST('apple' AS FLOAT64)",
        (None, None, None, None),
    ),
    (
        "CAST('TRUE' AS BOOL), CAST(' 12 ' AS INT64), CAST('+12' AS INT64), CAST('0x1F' AS INT64), CAST('1e3' AS FLOAT64), CAST('-inf' AS FLOAT64), CAST('.5' AS NUMERIC), CAST('1e2' AS NUMERIC)",
        (True, 12, 12, 31, 1000.0, -inf, Decimal("0.5"), Decimal("100")),
    ),
    (
        "CAST('2020-1-5' AS DATE), CAST('2020-01-05T10:00:00.5' AS DATETIME), CAST('2020-01-05 10:00:00 America/New_York' AS TIMESTAMP), CAST('2020-01-05 10:00:00+02:00' AS TIMESTAMP), CAST('1:2:3' AS TIME)",
        (D(2020, 1, 5), DT(2020, 1, 5, 10, 0, 0, 500000), ts(2020, 1, 5, 15), ts(2020, 1, 5, 8), T(1, 2, 3)),
    ),
    (
        "SAFE_CAST('1' AS BOOL), SAFE_CAST('t' AS BOOL), SAFE_CAST('yes' AS BOOL), SAFE_CAST('2020/01/05' AS DATE), SAFE_CAST('2020-01-05 10:00:00' AS DATE), SAFE_CAST('epoch' AS DATE), SAFE_CAST('1_000' AS INT64), SAFE_CAST('infinity' AS TIMESTAMP), SAFE_CAST('1_0' AS NUMERIC), SAFE_CAST('24:00:00' AS TIME)",
        (None,) * 10,
    ),
    ("(SELECT SAFE_CAST(x AS INT64) FROM (SELECT '1_0' AS x)), (SELECT CAST(x AS INT64) FROM (SELECT NULL AS x))", (None, None)),
    ("CAST(DATE '2018-01-30' AS STRING FORMAT 'DD/MM/YYYY'), CAST('18-12-03' AS DATE FORMAT 'YY-MM-DD')", ("30/01/2018", D(2018, 12, 3))),
    ("CAST(NULL AS INT64), CAST(NULL AS ARRAY<INT64>), CAST([1, 2] AS ARRAY<FLOAT64>)", (None, [], [1.0, 2.0])),
    (
        "1 IN UNNEST([1, NULL]), 2 IN UNNEST([1, NULL]), 2 IN UNNEST([1]), NULL IN UNNEST([1]), NULL IN UNNEST(CAST([] AS ARRAY<INT64>)), 1 IN UNNEST(CAST(NULL AS ARRAY<INT64>))",
        (True, None, False, None, False, False),
    ),
    ("ARRAY(SELECT x FROM UNNEST([1, 2]) AS x WHERE x NOT IN UNNEST([1, NULL]))", ([],)),
    # Numbers.
    (
        "ABS(-25), SIGN(-25), ROUND(2.5), ROUND(-2.5), ROUND(123.456, 2), ROUND(123.7, -1), TRUNC(2.8), TRUNC(1.2345, 2)",
        (25, -1, 3.0, -3.0, 123.46, 120.0, 2.0, 1.23),
    ),
    (
        "CEIL(2.3), CEILING(-2.3), FLOOR(-2.3), SQRT(4), POW(2, 3), POWER(2, 0.5) > 1.41, EXP(0), LN(1), LOG(8, 2), LOG10(100)",
        (3.0, -2.0, -3.0, 2.0, 8.0, True, 1.0, 0.0, 3.0, 2.0),
    ),
    (
        "SAFE_DIVIDE(20, 4), SAFE_DIVIDE(1, 0), IEEE_DIVIDE(1, 0), SAFE_ADD(9223372036854775807, 1), SAFE_MULTIPLY(2, 3), SAFE_NEGATE(1)",
        (5.0, None, inf, None, 6, -1),
    ),
    (
        "IS_NAN(IEEE_DIVIDE(0, 0)), IS_INF(1.0), BIT_COUNT(5), RANGE_BUCKET(20, [0, 10, 20, 30]), RANGE_BUCKET(25, [0, 10, 20])",
        (True, False, 2, 3, 3),
    ),
    (
        "NUMERIC '1.1' + NUMERIC '2.2', NUMERIC '2' * NUMERIC '3.5', NUMERIC '1' / NUMERIC '4', 1 + NUMERIC '0.5'",
        (Decimal("3.3"), Decimal("7"), Decimal("0.25"), Decimal("1.5")),
    ),
    ("SIN(0), COS(0), ACOS(1), ATAN2(0, 1), PARSE_NUMERIC('1,234.5')", (0.0, 1.0, 0.0, 0.0, Decimal("1234.5"))),
    ("LOG10(1000) = 3, SAFE.LOG10(0)", (True, None)),
    # Strings.
    (
        "INSTR('banana', 'an', -1), INSTR('banana', 'an', -3), INSTR('banana', 'an', -4), INSTR('banana', 'an', -1, 2), INSTR('banana', 'ann', -1), INSTR('helloooo', 'oo', 1, 2)",
        (4, 4, 2, 2, 0, 6),
    ),
    (
        "SUBSTR(b'abc', 2), SUBSTR(b'abc', -2, 1), LEFT(b'abc', 2), RIGHT(b'abc', 2), RIGHT(b'abc', 5), SUBSTR(b'\\xff\\x00a', 2, 5)",
        (b"bc", b"b", b"ab", b"bc", b"abc", b"\x00a"),
    ),
    ("LENGTH('абвгд'), BYTE_LENGTH('абвгд'), CHAR_LENGTH('abc'), LENGTH(b'abc'), UPPER('bar'), LOWER('BAR')", (5, 10, 3, 3, "BAR", "bar")),
    (
        "SUBSTR('apple', 2), SUBSTR('apple', 2, 2), SUBSTR('apple', -2), SUBSTR('apple', 1, 123), SUBSTR('apple', 123), SUBSTR('apple', 123, 5)",
        ("pple", "pp", "le", "apple", "", ""),
    ),
    (
        "LEFT('apple', 3), RIGHT('apple', 3), REPEAT('abc', 3), REVERSE('foo'), REPLACE('apple pie', 'pie', 'cobbler')",
        ("app", "ple", "abcabcabc", "oof", "apple cobbler"),
    ),
    (
        "TRIM('  apple '), TRIM('***apple***', '*'), LTRIM('  a '), RTRIM('***a***', '*'), TRIM('xyz apple', 'xyz ')",
        ("apple", "apple", "a ", "***a", "apple"),
    ),
    (
        "LPAD('abc', 5), LPAD('abc', 8, 'def'), LPAD('abc', 2, 'd'), RPAD('abc', 5), RPAD('abc', 8, 'def')",
        ("  abc", "defdeabc", "ab", "abc  ", "abcdefde"),
    ),
    (
        "STRPOS('foo@example.com', '@'), INSTR('banana', 'an'), INSTR('banana', 'an', 3), INSTR('banana', 'an', 1, 2), INSTR('helloooo', 'oo', 1, 9), STRPOS('a', 'q')",
        (4, 2, 4, 4, 0, 0),
    ),
    ("STARTS_WITH('bar', 'b'), ENDS_WITH('apple', 'e'), CONTAINS_SUBSTR('the BLUE house', 'blue')", (True, True, True)),
    ("SPLIT('b,c,d'), SPLIT('a b', ' '), SPLIT('', 'x'), SPLIT('abc', '')", (["b", "c", "d"], ["a", "b"], [""], ["a", "b", "c"])),
    (
        "INITCAP('hello World-everyone!'), TRANSLATE('This is a cookie', 'sco', 'zku'), ASCII('abc'), CHR(65), UNICODE('â')",
        ("Hello World-Everyone!", "Thiz iz a kuukie", 97, "A", 226),
    ),
    (
        "TO_CODE_POINTS('aā'), CODE_POINTS_TO_STRING([65, 255]), NORMALIZE('a\u0301'), EDIT_DISTANCE('abc', 'adc')",
        ([97, 257], "Aÿ", "á", 1),
    ),
    (
        "FORMAT('%d', 10), FORMAT('-%s-', 'abcd'), FORMAT('%05d|%5s|%-5s|', 7, 'a', 'b'), FORMAT('%.2f', 1.239), FORMAT('%t', DATE '2020-01-01'), FORMAT('%T', 'x'), FORMAT('%x', 255), FORMAT(\"%'d\", 1234567), FORMAT('50%%')",
        ("10", "-abcd-", "00007|    a|b    |", "1.24", "2020-01-01", '"x"', "ff", "1,234,567", "50%"),
    ),
    (
        "REGEXP_CONTAINS('foo@example.com', r'@[a-z]+\\.com'), REGEXP_EXTRACT('foo@example.com', r'^[a-z]+'), REGEXP_EXTRACT('a1b2', r'([0-9])'), REGEXP_EXTRACT('abc', 'z'), REGEXP_EXTRACT('a1b2', r'[0-9]', 1, 2)",
        (True, "foo", "1", None, "2"),
    ),
    (
        "REGEXP_EXTRACT_ALL('`a` and `b`', '`(.+?)`'), REGEXP_REPLACE('# Heading', r'^# ([a-zA-Z0-9\\s]+$)', '<h1>\\\\1</h1>'), REGEXP_INSTR('ab@cd', '@')",
        (["a", "b"], "<h1>Heading</h1>", 3),
    ),
    (
        "TO_HEX(b'\\x00\\xab'), FROM_HEX('00ab'), TO_BASE64(b'\\xde\\xad'), FROM_BASE64('3q0='), SAFE_CONVERT_BYTES_TO_STRING(b'\\xc2'), SAFE_CONVERT_BYTES_TO_STRING(b'a')",
        ("00ab", b"\x00\xab", "3q0=", b"\xde\xad", None, "a"),
    ),
    (
        "TO_HEX(MD5('Hello World')), TO_HEX(SHA1('Hello World')), LENGTH(SHA256('x')), LENGTH(GENERATE_UUID())",
        ("b10a8db164e0754105b7a99be72e3fe5", "0a4d55a8d778e5022fab701977c5d840bbc486d0", 32, 36),
    ),
    ("COLLATE('a', '') = 'a', CONCAT('T.P.', ' ', 'Bar'), 'a' < 'b'", (True, "T.P. Bar", True)),
    # Dates.
    (
        "DATE(2016, 12, 25), DATE(DATETIME '2016-12-25 23:59:59'), DATE(TIMESTAMP '2016-12-25 05:30:00+07', 'America/Los_Angeles')",
        (D(2016, 12, 25), D(2016, 12, 25), D(2016, 12, 24)),
    ),
    (
        "DATE_ADD(DATE '2008-12-25', INTERVAL 5 DAY), DATE_SUB(DATE '2008-12-25', INTERVAL 5 DAY), DATE_ADD(DATE '2020-01-31', INTERVAL 1 MONTH), DATE_ADD(DATE '2020-02-29', INTERVAL 1 YEAR)",
        (D(2008, 12, 30), D(2008, 12, 20), D(2020, 2, 29), D(2021, 2, 28)),
    ),
    ("DATE '2020-01-01' + 3, DATE '2020-01-10' - 1, DATE '2020-01-01' + INTERVAL 1 DAY", (D(2020, 1, 4), D(2020, 1, 9), DT(2020, 1, 2))),
    (
        "DATE_DIFF(DATE '2010-07-07', DATE '2008-12-25', DAY), DATE_DIFF(DATE '2017-10-15', DATE '2017-10-14', WEEK), DATE_DIFF(DATE '2017-12-30', DATE '2014-12-30', YEAR), DATE_DIFF(DATE '2017-12-30', DATE '2014-12-30', ISOYEAR)",
        (559, 1, 3, 2),
    ),
    (
        "DATE_DIFF(DATE '2017-12-18', DATE '2017-12-17', WEEK), DATE_DIFF(DATE '2017-12-18', DATE '2017-12-17', WEEK(MONDAY)), DATE_DIFF(DATE '2017-12-18', DATE '2017-12-17', ISOWEEK), DATE_DIFF(DATE '2020-03-01', DATE '2020-01-31', MONTH)",
        (0, 1, 1, 2),
    ),
    (
        "DATE_TRUNC(DATE '2008-12-25', MONTH), DATE_TRUNC(DATE '2017-11-05', WEEK(MONDAY)), DATE_TRUNC(DATE '2015-06-15', ISOYEAR), DATE_TRUNC(DATE '2017-11-05', WEEK), DATE_TRUNC(DATE '2020-05-17', QUARTER), DATE_TRUNC(DATE '2020-05-17', YEAR)",
        (D(2008, 12, 1), D(2017, 10, 30), D(2014, 12, 29), D(2017, 11, 5), D(2020, 4, 1), D(2020, 1, 1)),
    ),
    (
        "LAST_DAY(DATE '2008-11-25', MONTH), LAST_DAY(DATE '2008-11-25'), LAST_DAY(DATE '2008-11-25', YEAR), LAST_DAY(DATE '2008-11-10', WEEK(SUNDAY)), LAST_DAY(DATE '2008-11-10', WEEK(MONDAY))",
        (D(2008, 11, 30), D(2008, 11, 30), D(2008, 12, 31), D(2008, 11, 15), D(2008, 11, 16)),
    ),
    (
        "EXTRACT(DAY FROM DATE '2013-12-25'), EXTRACT(DAYOFWEEK FROM DATE '2013-12-25'), EXTRACT(WEEK FROM DATE '2015-12-23'), EXTRACT(ISOWEEK FROM DATE '2015-12-23'), EXTRACT(ISOYEAR FROM DATE '2016-01-03'), EXTRACT(DAYOFYEAR FROM DATE '2020-12-31'), EXTRACT(QUARTER FROM DATE '2020-12-31')",
        (25, 4, 51, 52, 2015, 366, 4),
    ),
    (
        "EXTRACT(WEEK(MONDAY) FROM DATE '2017-11-06'), EXTRACT(HOUR FROM TIMESTAMP '2020-01-01 10:20:30' AT TIME ZONE 'Asia/Tokyo'), EXTRACT(MILLISECOND FROM TIME '00:00:01.250'), EXTRACT(DATE FROM TIMESTAMP '2020-01-01 10:20:30')",
        (45, 19, 250, D(2020, 1, 1)),
    ),
    (
        "FORMAT_DATE('%x', DATE '2008-12-25'), FORMAT_DATE('%b-%d-%Y', DATE '2008-12-25'), FORMAT_DATE('%Y%m', DATE '2008-12-25'), FORMAT_DATE('%A %e Q%Q', DATE '2008-12-05'), FORMAT_DATE('%F %j', DATE '2008-01-05')",
        ("12/25/08", "Dec-25-2008", "200812", "Friday  5 Q4", "2008-01-05 005"),
    ),
    (
        "PARSE_DATE('%x', '12/25/08'), PARSE_DATE('%Y%m%d', '20081225'), PARSE_DATE('%A %b %e %Y', 'Thursday Dec 25 2008'), PARSE_DATE('%m/%d', '03/04')",
        (D(2008, 12, 25), D(2008, 12, 25), D(2008, 12, 25), D(1970, 3, 4)),
    ),
    ("DATE_FROM_UNIX_DATE(14238), UNIX_DATE(DATE '2008-12-25')", (D(2008, 12, 25), 14238)),
    (
        "GENERATE_DATE_ARRAY('2016-10-05', '2016-10-07'), GENERATE_DATE_ARRAY(DATE '2016-01-01', DATE '2016-03-31', INTERVAL 1 MONTH), GENERATE_DATE_ARRAY('2016-10-05', '2016-10-01', INTERVAL -3 DAY)",
        ([D(2016, 10, 5), D(2016, 10, 6), D(2016, 10, 7)], [D(2016, 1, 1), D(2016, 2, 1), D(2016, 3, 1)], [D(2016, 10, 5), D(2016, 10, 2)]),
    ),
    ("GENERATE_TIMESTAMP_ARRAY('2016-10-05 00:00:00', '2016-10-05 02:00:00', INTERVAL 1 HOUR)", ([ts(2016, 10, 5, h) for h in range(3)],)),
    (
        "GENERATE_DATE_ARRAY('2020-01-31', '2020-04-30', INTERVAL 1 MONTH), GENERATE_DATE_ARRAY('2020-03-31', '2020-01-31', INTERVAL -1 MONTH), GENERATE_DATE_ARRAY('2020-02-29', '2024-02-29', INTERVAL 2 YEAR)",
        (
            [D(2020, 1, 31), D(2020, 2, 29), D(2020, 3, 31), D(2020, 4, 30)],
            [D(2020, 3, 31), D(2020, 2, 29), D(2020, 1, 31)],
            [D(2020, 2, 29), D(2022, 2, 28), D(2024, 2, 29)],
        ),
    ),
    (
        "EXTRACT(WEEK(WEDNESDAY) FROM DATE '2017-11-05'), EXTRACT(WEEK(SUNDAY) FROM DATE '2017-11-05'), EXTRACT(WEEK(THURSDAY) FROM DATE '2020-01-01'), EXTRACT(WEEK(WEDNESDAY) FROM DATE '2020-01-01')",
        (44, 45, 0, 1),
    ),
    (
        "FORMAT_TIMESTAMP('%Ez %z %s %H', TIMESTAMP '2020-01-01 00:00:00', 'Asia/Tokyo'), FORMAT_TIMESTAMP('%Ez %z %s', TIMESTAMP '2020-01-01 00:00:00'), FORMAT_TIMESTAMP('%Ez|%z', TIMESTAMP '2020-07-01 00:00:00', 'America/St_Johns')",
        ("+09:00 +0900 1577836800 09", "+00:00 +0000 1577836800", "-02:30|-0230"),
    ),
    (
        "STRING(TIMESTAMP '2020-01-01 10:00:00', 'America/New_York'), STRING(TIMESTAMP '2020-01-01 10:00:00.5', 'Asia/Kolkata'), STRING(TIMESTAMP '2020-01-01 10:00:00', 'UTC')",
        ("2020-01-01 05:00:00-05", "2020-01-01 15:30:00.5+05:30", "2020-01-01 10:00:00+00"),
    ),
    # Datetimes, times and timestamps.
    (
        "DATETIME(2008, 12, 25, 5, 30, 0), DATETIME(TIMESTAMP '2008-12-25 05:30:00+00', 'America/Los_Angeles'), DATETIME(DATE '2020-01-01'), DATETIME(DATE '2020-01-01', TIME '01:02:03')",
        (DT(2008, 12, 25, 5, 30), DT(2008, 12, 24, 21, 30), DT(2020, 1, 1), DT(2020, 1, 1, 1, 2, 3)),
    ),
    (
        "DATETIME_ADD(DATETIME '2008-12-25 15:30:00', INTERVAL 10 MINUTE), DATETIME_DIFF(DATETIME '2010-07-07 10:20:00', DATETIME '2008-12-25 15:30:00', DAY), DATETIME_TRUNC(DATETIME '2008-12-25 15:30:00', DAY)",
        (DT(2008, 12, 25, 15, 40), 559, DT(2008, 12, 25)),
    ),
    (
        "DATETIME_DIFF(DATETIME '2017-10-15 00:00:00', DATETIME '2017-10-14 00:00:00', WEEK), FORMAT_DATETIME('%c', DATETIME '2008-12-25 15:30:00'), PARSE_DATETIME('%Y-%m-%d %H:%M:%S', '1998-10-18 13:45:55'), PARSE_DATETIME('%m/%d/%Y %I:%M:%S %p', '8/30/2018 2:23:38 pm')",
        (1, "Thu Dec 25 15:30:00 2008", DT(1998, 10, 18, 13, 45, 55), DT(2018, 8, 30, 14, 23, 38)),
    ),
    (
        "TIME(15, 30, 0), TIME(DATETIME '2008-12-25 15:30:00'), TIME_ADD(TIME '15:30:00', INTERVAL 10 MINUTE), TIME_DIFF(TIME '15:30:00', TIME '14:35:00', MINUTE), TIME_TRUNC(TIME '15:30:00', HOUR), FORMAT_TIME('%R', TIME '15:30:00'), PARSE_TIME('%I:%M:%S %p', '2:23:38 pm')",
        (T(15, 30), T(15, 30), T(15, 40), 55, T(15), "15:30", T(14, 23, 38)),
    ),
    (
        "TIMESTAMP('2008-12-25 15:30:00+00'), TIMESTAMP('2008-12-25 15:30:00', 'America/Los_Angeles'), TIMESTAMP(DATE '2008-12-25'), TIMESTAMP(DATETIME '2008-12-25 15:30:00')",
        (ts(2008, 12, 25, 15, 30), ts(2008, 12, 25, 23, 30), ts(2008, 12, 25), ts(2008, 12, 25, 15, 30)),
    ),
    (
        "TIMESTAMP_ADD(TIMESTAMP '2008-12-25 15:30:00', INTERVAL 10 MINUTE), TIMESTAMP_SUB(TIMESTAMP '2008-12-25 15:30:00', INTERVAL 1 DAY), TIMESTAMP_DIFF(TIMESTAMP '2010-07-07 10:20:00', TIMESTAMP '2008-12-25 15:30:00', HOUR), TIMESTAMP_DIFF(TIMESTAMP '2018-08-14', TIMESTAMP '2018-10-14', DAY)",
        (ts(2008, 12, 25, 15, 40), ts(2008, 12, 24, 15, 30), 13410, -61),
    ),
    (
        "TIMESTAMP_TRUNC(TIMESTAMP '2008-12-25 15:30:00', DAY), TIMESTAMP_TRUNC(TIMESTAMP '2008-12-25 15:30:00', DAY, 'America/Los_Angeles'), TIMESTAMP_TRUNC(TIMESTAMP '2017-11-06 00:00:00', WEEK(MONDAY)), TIMESTAMP_TRUNC(TIMESTAMP '2008-12-25 15:30:45', MINUTE)",
        (ts(2008, 12, 25), ts(2008, 12, 25, 8), ts(2017, 11, 6), ts(2008, 12, 25, 15, 30)),
    ),
    (
        "FORMAT_TIMESTAMP('%c', TIMESTAMP '2050-12-25 15:30:55', 'UTC'), FORMAT_TIMESTAMP('%Y-%m-%d %H:%M:%E3S', TIMESTAMP '2020-01-01 00:00:01.25'), FORMAT_TIMESTAMP('%H', TIMESTAMP '2020-01-01 00:00:00', 'Asia/Tokyo'), PARSE_TIMESTAMP('%Y-%m-%d %H:%M:%S', '2020-01-02 03:04:05'), PARSE_TIMESTAMP('%Y-%m-%dT%H:%M:%E*SZ', '2020-01-02T03:04:05.5Z')",
        ("Sun Dec 25 15:30:55 2050", "2020-01-01 00:00:01.250", "09", ts(2020, 1, 2, 3, 4, 5), ts(2020, 1, 2, 3, 4, 5, 500000)),
    ),
    (
        "TIMESTAMP_SECONDS(1230219000), TIMESTAMP_MILLIS(1230219000000), TIMESTAMP_MICROS(1230219000000000), UNIX_SECONDS(TIMESTAMP '2008-12-25 15:30:00+00'), UNIX_MILLIS(TIMESTAMP '1970-01-01 00:00:00.001'), UNIX_MICROS(TIMESTAMP '1969-12-31 23:59:59')",
        (ts(2008, 12, 25, 15, 30), ts(2008, 12, 25, 15, 30), ts(2008, 12, 25, 15, 30), 1230219000, 1, -1000000),
    ),
    (
        "CURRENT_DATE() >= DATE '2024-01-01', CURRENT_TIMESTAMP() > TIMESTAMP '2024-01-01', CURRENT_DATE > '2024-01-01', CURRENT_DATETIME() > '2024-01-01', CURRENT_TIME() IS NOT NULL, CURRENT_DATE('Asia/Tokyo') IS NOT NULL",
        (True,) * 6,
    ),
    (
        "TIMESTAMP '2020-01-01' < '2020-01-02', DATE '2020-01-01' = '2020-01-01', TIMESTAMP '2020-01-02' - INTERVAL 1 HOUR",
        (True, True, ts(2020, 1, 1, 23)),
    ),
    (
        "DATE_TRUNC(SAFE.PARSE_TIMESTAMP('%F %T', '2020-01-01 10:30:00'), HOUR), DATE_ADD(SAFE.TIMESTAMP('2020-01-01 10:30:00'), INTERVAL 1 HOUR)",
        (ts(2020, 1, 1, 10), ts(2020, 1, 1, 11, 30)),
    ),
    # Arrays and structs.
    (
        "ARRAY_LENGTH([1, 2, 3]), ARRAY_CONCAT([1], [2, 3]), ARRAY_REVERSE([1, 2]), ARRAY_TO_STRING(['a', NULL, 'b'], '--'), ARRAY_TO_STRING(['a', NULL, 'b'], '--', 'x'), ARRAY_LENGTH(CAST(NULL AS ARRAY<INT64>))",
        (3, [1, 2, 3], [2, 1], "a--b", "a--x--b", None),
    ),
    (
        "GENERATE_ARRAY(1, 5), GENERATE_ARRAY(0, 10, 3), GENERATE_ARRAY(10, 0, -3), GENERATE_ARRAY(4, 4, 10), GENERATE_ARRAY(10, 0, 3), GENERATE_ARRAY(1, 2, 0.5)",
        ([1, 2, 3, 4, 5], [0, 3, 6, 9], [10, 7, 4, 1], [4], [], [1.0, 1.5, 2.0]),
    ),
    ("[10, 20][OFFSET(1)], [10, 20][ORDINAL(1)], [10, 20][SAFE_OFFSET(5)], [10, 20][SAFE_ORDINAL(2)], [10, 20][0]", (20, 10, None, 20, 10)),
    (
        "ARRAY(SELECT 5)[OFFSET(0)], ARRAY(SELECT x FROM UNNEST([4, 3]) x ORDER BY x)[1], ARRAY[1, 2][0], ARRAY<INT64>[1, 2][1]",
        (5, 4, 1, 2),
    ),
    ("(SELECT list[0] FROM (SELECT [9] AS list))", (9,)),
    (
        "ARRAY(SELECT x * 2 FROM UNNEST([1, 2, 3]) AS x WHERE x > 1 ORDER BY x DESC), ARRAY(SELECT AS STRUCT 1 AS a, 'b' AS b), ARRAY(SELECT 1 FROM UNNEST([]) AS x)",
        ([6, 4], [{"a": 1, "b": "b"}], []),
    ),
    (
        "(SELECT SUM(x) FROM UNNEST([1, 2, 3]) AS x), EXISTS(SELECT 1 FROM UNNEST([1]) AS x WHERE x = 2), (SELECT AS STRUCT 1 AS a, 2 AS b).b",
        (6, False, 2),
    ),
    ("ARRAY_FIRST([1, 2]), ARRAY_LAST([1, 2]), ARRAY_SLICE(['a', 'b', 'c', 'd'], 1, 2)", (1, 2, ["b", "c"])),
    # JSON.
    (
        """JSON_VALUE('{"a": {"b": "x"}}', '$.a.b'), JSON_VALUE('{"a": 1}', '$.a'), JSON_VALUE('{"a": [1]}', '$.a'), JSON_EXTRACT_SCALAR('{"a.b": "y"}', "$['a.b']"), JSON_VALUE(JSON '{"a": true}', '$.a')""",
        ("x", "1", None, "y", "true"),
    ),
    (
        """JSON_QUERY('{"a": {"b": 1}}', '$.a'), JSON_EXTRACT('{"a": [1, 2]}', '$.a[1]'), JSON_QUERY(JSON '{"a": {"b": 1}}', '$.a')""",
        ('{"b":1}', "2", {"b": 1}),
    ),
    (
        """JSON_VALUE_ARRAY('["a", "b"]'), JSON_QUERY_ARRAY('{"a": [1, 2]}', '$.a'), JSON_EXTRACT_ARRAY('[1,2]')""",
        (["a", "b"], ["1", "2"], ["1", "2"]),
    ),
    (
        """TO_JSON_STRING(STRUCT(1 AS id, [10, 20] AS xs)), TO_JSON_STRING(DATE '2020-01-01'), TO_JSON_STRING(NULL), TO_JSON_STRING('a"b')""",
        ('{"id":1,"xs":[10,20]}', '"2020-01-01"', "null", '"a\\"b"'),
    ),
    (
        """PARSE_JSON('{"a": {"b": [1, 2]}}').a.b[1], JSON '{"a": 5}'.a, INT64(JSON '{"a": 5}'.a), STRING(JSON '"x"'), BOOL(JSON 'true'), FLOAT64(JSON '1.5'), JSON_TYPE(JSON '[1]'), JSON '{"a": 1}'['a']""",
        (2, 5, 5, "x", True, 1.5, "array", 1),
    ),
    ("TO_JSON(STRUCT(1 AS a)), JSON_OBJECT('a', 1, 'b', 'x'), JSON_ARRAY(1, 'x')", ({"a": 1}, {"a": 1, "b": "x"}, [1, "x"])),
    (
        """INT64(JSON '9007199254740993'), INT64(JSON '10.0'), LAX_INT64(JSON '9007199254740993'), LAX_INT64(JSON '"1.5"'), LAX_INT64(JSON 'true'), LAX_INT64(JSON '"x"'), INT64_ARRAY(JSON '[9007199254740993]')""",
        (9007199254740993, 10, 9007199254740993, 2, 1, None, [9007199254740993]),
    ),
    # SAFE and others.
    ("SAFE.SUBSTR('foo', 0, -2), SAFE.PARSE_DATE('%Y', 'x'), SAFE.LOG(-1), SAFE.DATE(2020, 13, 1)", (None, None, None, None)),
    ("@@project_id, SESSION_USER() IS NOT NULL, RAND() < 1", ("test-project", True, True)),
]
