-- Functions of BigQuery's that DuckDB has not, or has in another way. Each statement is a macro without types: what
-- depends on a type asks typeof(), which DuckDB folds when it plans.

-- Fails with a message. A cast that fails, unlike error(), may stand inside TRY.
CREATE MACRO bq_fail(message) AS CAST('dorc: ' || message AS INTEGER);
CREATE MACRO bq_error(message) AS error(message);

CREATE MACRO bq_div(a, b) AS CASE WHEN b = 0 THEN bq_fail('division by zero: ' || a || ' / ' || b) ELSE a / b END;
CREATE MACRO bq_div_integer(a, b) AS CASE WHEN b = 0 THEN bq_fail('division by zero: ' || a || ' / ' || b) ELSE a // b END;
CREATE MACRO bq_mod(a, b) AS CASE WHEN b = 0 THEN bq_fail('division by zero: MOD(' || a || ', ' || b || ')') ELSE a % b END;
CREATE MACRO bq_ln(x) AS CASE WHEN x <= 0 THEN bq_fail('Floating point error in function: LN(' || x || ')') ELSE ln(x) END;
CREATE MACRO bq_log10(x) AS CASE WHEN x <= 0 THEN bq_fail('Floating point error in function: LOG10(' || x || ')') ELSE log10(x) END;
CREATE MACRO bq_sqrt(x) AS CASE WHEN x < 0 THEN bq_fail('Argument to SQRT cannot be negative: ' || x) ELSE sqrt(x) END;
CREATE MACRO bq_trunc(x, digits) AS trunc(x * pow(10, digits)) / pow(10, digits);

-- CAST AS INT64 rounds half away from zero.
CREATE MACRO bq_round_float(x) AS CASE WHEN typeof(x) IN ('DOUBLE', 'FLOAT') THEN CAST(round(TRY_CAST(x AS DOUBLE)) AS VARCHAR) ELSE CAST(x AS VARCHAR) END;

-- CAST from STRING: DuckDB reads more than BigQuery does, so a text is compared with BigQuery's form of the type first.
-- https://cloud.google.com/bigquery/docs/reference/standard-sql/conversion_functions#cast
CREATE MACRO bq_form(kind) AS CASE kind
  WHEN 'BOOL' THEN '(?i)(true|false)'
  WHEN 'INT64' THEN '\s*([-+]?\d+|0[xX][0-9a-fA-F]+)\s*'
  WHEN 'FLOAT64' THEN '(?i)\s*[-+]?((\d+\.?\d*|\.\d+)(e[-+]?\d+)?|inf|infinity|nan)\s*'
  WHEN 'NUMERIC' THEN '(?i)\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*'
  WHEN 'BIGNUMERIC' THEN '(?i)\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*'
  WHEN 'DATE' THEN '\d{4}-\d{1,2}-\d{1,2}'
  WHEN 'TIME' THEN '([01]?\d|2[0-3]):[0-5]?\d:[0-5]?\d(\.\d{1,6})?'
  WHEN 'DATETIME' THEN '\d{4}-\d{1,2}-\d{1,2}([ Tt]([01]?\d|2[0-3]):[0-5]?\d(:[0-5]?\d(\.\d{1,6})?)?)?'
  WHEN 'TIMESTAMP' THEN '\d{4}-\d{1,2}-\d{1,2}([ Tt]([01]?\d|2[0-3]):[0-5]?\d(:[0-5]?\d(\.\d{1,6})?)?)?(Z|z|[-+]\d{1,2}(:?\d\d)?| [A-Za-z][A-Za-z0-9_+/-]*)?' END;
CREATE MACRO bq_bad(x, kind) AS CASE kind
  WHEN 'BOOL' THEN 'Bad bool value: ' || x
  WHEN 'INT64' THEN 'Bad int64 value: ' || x
  WHEN 'FLOAT64' THEN 'Bad double value: ' || x
  WHEN 'DATE' THEN 'Invalid date: "' || x || '"'
  WHEN 'TIMESTAMP' THEN 'Invalid timestamp: "' || x || '"'
  ELSE 'Invalid ' || kind || ' value: ' || x END;
CREATE MACRO bq_text(x, kind) AS CASE WHEN x IS NULL OR regexp_full_match(x, bq_form(kind)) THEN x ELSE CAST(bq_fail(bq_bad(x, kind)) AS VARCHAR) END;
CREATE MACRO bq_text_or_null(x, kind) AS CASE WHEN regexp_full_match(x, bq_form(kind)) THEN x END;

-- CAST AS STRING.
CREATE MACRO bq_float_text(x) AS CASE WHEN isnan(x) THEN 'nan' WHEN isinf(x) THEN CASE WHEN x > 0 THEN 'inf' ELSE '-inf' END ELSE regexp_replace(CAST(x AS VARCHAR), '\.0$', '') END;
CREATE MACRO bq_decimal_text(x) AS CASE WHEN contains(CAST(x AS VARCHAR), '.') THEN rtrim(rtrim(CAST(x AS VARCHAR), '0'), '.') ELSE CAST(x AS VARCHAR) END;
CREATE MACRO bq_to_string(x) AS CASE
  WHEN typeof(x) IN ('DOUBLE', 'FLOAT') THEN bq_float_text(TRY_CAST(x AS DOUBLE))
  WHEN typeof(x) = 'BLOB' THEN decode(TRY_CAST(x AS BLOB))
  WHEN typeof(x) LIKE 'DECIMAL%' THEN bq_decimal_text(x)
  ELSE CAST(x AS VARCHAR) END;
CREATE MACRO bq_to_sql(x) AS CASE
  WHEN x IS NULL THEN 'NULL'
  WHEN typeof(x) = 'VARCHAR' THEN '"' || replace(CAST(x AS VARCHAR), '"', '\"') || '"'
  WHEN typeof(x) = 'DATE' THEN 'DATE "' || CAST(x AS VARCHAR) || '"'
  WHEN typeof(x) = 'TIMESTAMP' THEN 'DATETIME "' || CAST(x AS VARCHAR) || '"'
  WHEN typeof(x) = 'TIMESTAMP WITH TIME ZONE' THEN 'TIMESTAMP "' || CAST(x AS VARCHAR) || '"'
  ELSE bq_to_string(x) END;

-- Strings.
CREATE MACRO bq_spaces() AS ' ' || chr(9) || chr(10) || chr(11) || chr(12) || chr(13) || chr(160);
CREATE MACRO bq_byte_length(x) AS CASE WHEN typeof(x) = 'BLOB' THEN octet_length(TRY_CAST(x AS BLOB)) ELSE strlen(CAST(x AS VARCHAR)) END;
CREATE MACRO bq_length(x) AS CASE WHEN typeof(x) = 'BLOB' THEN octet_length(TRY_CAST(x AS BLOB)) ELSE length(CAST(x AS VARCHAR)) END;
CREATE MACRO bq_left(x, n) AS CASE WHEN n < 0 THEN CAST(bq_fail('Third argument in SUBSTR() cannot be negative') AS VARCHAR) ELSE left(x, n) END;
CREATE MACRO bq_right(x, n) AS CASE WHEN n < 0 THEN CAST(bq_fail('Third argument in SUBSTR() cannot be negative') AS VARCHAR) ELSE right(x, n) END;
CREATE MACRO bq_lpad(x, n, fill) AS CASE WHEN length(x) >= n THEN left(x, n) ELSE lpad(x, CAST(n AS INTEGER), fill) END;
CREATE MACRO bq_rpad(x, n, fill) AS CASE WHEN length(x) >= n THEN left(x, n) ELSE rpad(x, CAST(n AS INTEGER), fill) END;
CREATE MACRO bq_first(x, start) AS CASE WHEN start > 0 THEN start WHEN start = 0 THEN 1 WHEN length(x) + start < 0 THEN 1 ELSE length(x) + start + 1 END;
CREATE MACRO bq_substr(x, start) AS substring(x, bq_first(x, start));
CREATE MACRO bq_substr_length(x, start, n) AS CASE WHEN n < 0 THEN CAST(bq_fail('Third argument in SUBSTR() cannot be negative') AS VARCHAR) ELSE substring(x, bq_first(x, start), n) END;
-- Parts of BYTES: two digits of hex are a byte.
CREATE MACRO bq_hex_part(x, first, n) AS unhex(substring(hex(x), 2 * (first - 1) + 1, 2 * n));
CREATE MACRO bq_first_byte(x, start) AS CASE WHEN start > 0 THEN start WHEN start = 0 THEN 1 WHEN octet_length(x) + start < 0 THEN 1 ELSE octet_length(x) + start + 1 END;
CREATE MACRO bq_substr_bytes(x, start) AS bq_hex_part(x, bq_first_byte(x, start), octet_length(x));
CREATE MACRO bq_substr_bytes_length(x, start, n) AS CASE WHEN n < 0 THEN CAST(bq_fail('Third argument in SUBSTR() cannot be negative') AS BLOB) ELSE bq_hex_part(x, bq_first_byte(x, start), n) END;
CREATE MACRO bq_left_bytes(x, n) AS bq_substr_bytes_length(x, 1, n);
CREATE MACRO bq_right_bytes(x, n) AS CASE WHEN n < 0 THEN CAST(bq_fail('Third argument in SUBSTR() cannot be negative') AS BLOB) WHEN n >= octet_length(x) THEN x ELSE bq_hex_part(x, octet_length(x) - n + 1, n) END;
CREATE MACRO bq_split(x, separator) AS CASE WHEN x = '' THEN [''] WHEN separator = '' THEN regexp_extract_all(x, '(?s).') ELSE string_split(x, separator) END;
CREATE MACRO bq_initcap(x) AS array_to_string(list_transform(regexp_extract_all(x, '[\pL\pN'']+|[^\pL\pN'']+'), lambda w: upper(left(w, 1)) || lower(substring(w, 2))), '');
-- Occurrences may overlap. From a negative place on they are counted backwards.
CREATE MACRO bq_places(x, what) AS list_filter(generate_series(1, length(x) - length(what) + 1), lambda i: substring(x, i, length(what)) = what);
CREATE MACRO bq_instr(x, what, start, occurrence) AS CASE
  WHEN x IS NULL OR what IS NULL OR start IS NULL OR occurrence IS NULL THEN NULL
  WHEN start = 0 THEN bq_fail('Position in INSTR must not be 0')
  WHEN occurrence < 1 THEN bq_fail('Occurrence in INSTR must be positive')
  WHEN start > 0 THEN COALESCE(list_filter(bq_places(x, what), lambda i: i >= start)[occurrence], 0)
  ELSE COALESCE(list_reverse(list_filter(bq_places(x, what), lambda i: i <= length(x) + start + 1))[occurrence], 0) END;
CREATE MACRO bq_regexp_instr(x, pattern) AS CASE WHEN regexp_matches(x, pattern) THEN instr(x, regexp_extract(x, pattern)) ELSE 0 END;

-- Arrays.
CREATE MACRO bq_at(list, n) AS CASE WHEN n < 0 OR n >= len(list) THEN error('Array index ' || n || ' is out of bounds') ELSE list[n + 1] END;
CREATE MACRO bq_safe_at(list, n) AS CASE WHEN n < 0 OR n >= len(list) THEN NULL ELSE list[n + 1] END;
CREATE MACRO bq_in_unnest(x, list) AS CASE
  WHEN COALESCE(len(list), 0) = 0 THEN FALSE
  WHEN x IS NULL THEN NULL
  WHEN list_contains(list, x) THEN TRUE
  WHEN list_count(list) < len(list) THEN NULL
  ELSE FALSE END;
CREATE MACRO bq_array_to_string(list, separator) AS array_to_string(list_filter(list, lambda e: e IS NOT NULL), separator);
CREATE MACRO bq_array_to_string_null(list, separator, missing) AS array_to_string(list_transform(list, lambda e: COALESCE(CAST(e AS VARCHAR), missing)), separator);
CREATE MACRO bq_array_slice(list, first, last) AS list_slice(list, CASE WHEN first < 0 THEN first ELSE first + 1 END, CASE WHEN last < 0 THEN last ELSE last + 1 END);
CREATE MACRO bq_generate_array(first, last, step) AS CASE WHEN step = 0 THEN error('Sequence step cannot be 0.') ELSE list_transform(generate_series(0, CAST(floor((last - first) / step) AS BIGINT)), lambda i: first + i * step) END;
CREATE MACRO bq_range_bucket(x, list) AS CASE WHEN x IS NULL THEN NULL ELSE len(list_filter(list, lambda e: e <= x)) END;
CREATE MACRO bq_top_count(counts, n) AS list_slice(list_transform(list_reverse_sort(list_transform(map_entries(counts), lambda e: {'c': e.value, 'v': e.key})), lambda e: {'value': e.v, 'count': CAST(e.c AS BIGINT)}), 1, n);

-- Dates.
CREATE MACRO bq_strptime(x, formats) AS strptime(x, formats);
CREATE MACRO bq_time(x) AS CASE WHEN typeof(x) IN ('VARCHAR', 'STRING_LITERAL') THEN CAST(CAST(x AS VARCHAR) AS TIME) ELSE CAST(TRY_CAST(x AS TIMESTAMP) AS TIME) END;
CREATE MACRO bq_datetime(x, zone_or_time) AS CASE
  WHEN typeof(zone_or_time) = 'TIME' THEN TRY_CAST(x AS DATE) + TRY_CAST(zone_or_time AS TIME)
  ELSE TRY_CAST(x AS TIMESTAMPTZ) AT TIME ZONE CAST(zone_or_time AS VARCHAR) END;

-- By how much a local time is before or after UTC, as +hhmm or +hh:mm.
CREATE MACRO bq_minutes(local, stamp) AS CAST((epoch_us(CAST(local AS TIMESTAMP)) - epoch_us(CAST(stamp AS TIMESTAMP))) // 60000000 AS BIGINT);
CREATE MACRO bq_offset(local, stamp, colon) AS CASE WHEN bq_minutes(local, stamp) < 0 THEN '-' ELSE '+' END || printf('%02d', abs(bq_minutes(local, stamp)) // 60) || colon || printf('%02d', abs(bq_minutes(local, stamp)) % 60);
CREATE MACRO bq_timestamp_text(stamp, zone) AS CAST(stamp AT TIME ZONE zone AS VARCHAR) || regexp_replace(bq_offset(stamp AT TIME ZONE zone, stamp, ':'), ':00$', '');
-- By months from the first day, so that the 31st comes back after a shorter month.
CREATE MACRO bq_months(first, last, months) AS CASE WHEN months = 0 THEN error('Sequence step cannot be 0.') ELSE list_filter(
  list_transform(generate_series(0, date_diff('month', first, last) // months + 1), lambda i: CAST(first + to_months(CAST(i * months AS INTEGER)) AS DATE)),
  lambda d: CASE WHEN months > 0 THEN d <= last ELSE d >= last END) END;

-- JSON.
CREATE MACRO bq_json_int(x) AS CASE
  WHEN x IS NULL THEN NULL
  WHEN json_type(x) IN ('BIGINT', 'UBIGINT') THEN CAST(x ->> '$' AS BIGINT)
  WHEN json_type(x) = 'DOUBLE' AND CAST(x ->> '$' AS DOUBLE) = trunc(CAST(x ->> '$' AS DOUBLE)) THEN CAST(CAST(x ->> '$' AS DOUBLE) AS BIGINT)
  WHEN json_type(x) = 'DOUBLE' THEN CAST(bq_fail('The provided JSON number: ' || (x ->> '$') || ' cannot be converted to an integer') AS BIGINT)
  ELSE CAST(bq_fail('The provided JSON input is not an integer') AS BIGINT) END;
CREATE MACRO bq_json_float(x) AS CASE
  WHEN x IS NULL THEN NULL
  WHEN json_type(x) IN ('BIGINT', 'UBIGINT', 'DOUBLE') THEN CAST(x ->> '$' AS DOUBLE)
  ELSE CAST(bq_fail('The provided JSON input is not a number') AS DOUBLE) END;
CREATE MACRO bq_json_bool(x) AS CASE
  WHEN x IS NULL THEN NULL
  WHEN json_type(x) = 'BOOLEAN' THEN (x ->> '$') = 'true'
  ELSE CAST(bq_fail('The provided JSON input is not a boolean') AS BOOLEAN) END;
-- BOOL is 0 or 1; a number or a text of one is rounded half away from zero.
CREATE MACRO bq_json_lax_int(x) AS CASE
  WHEN json_type(x) = 'BOOLEAN' THEN CASE WHEN (x ->> '$') = 'true' THEN 1 ELSE 0 END
  WHEN regexp_full_match(x ->> '$', '[-+]?\d+') THEN TRY_CAST(x ->> '$' AS BIGINT)
  ELSE TRY_CAST(round(TRY_CAST(bq_text_or_null(x ->> '$', 'FLOAT64') AS DOUBLE)) AS BIGINT) END;
CREATE MACRO bq_to_json(x) AS to_json(x);
CREATE MACRO bq_string(x) AS CASE
  WHEN typeof(x) = 'JSON' THEN CASE WHEN json_type(TRY_CAST(x AS JSON)) = 'VARCHAR' THEN TRY_CAST(x AS JSON) ->> '$' ELSE CAST(bq_fail('The provided JSON input is not a string') AS VARCHAR) END
  ELSE bq_to_string(x) END;
CREATE MACRO bq_json_value(x, path) AS CASE WHEN json_type(x, path) IN ('OBJECT', 'ARRAY') THEN NULL ELSE json_extract_string(x, path) END;
CREATE MACRO bq_json_type(x) AS CASE json_type(x) WHEN 'VARCHAR' THEN 'string' WHEN 'BOOLEAN' THEN 'boolean' WHEN 'OBJECT' THEN 'object' WHEN 'ARRAY' THEN 'array' WHEN 'NULL' THEN 'null' ELSE 'number' END;
