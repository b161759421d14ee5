"""maxBadRecords: the rows of files without those that cannot be read, as long as they are few.

https://cloud.google.com/bigquery/docs/reference/rest/v2/Job#JobConfigurationLoad.FIELDS.max_bad_records
"""

from __future__ import annotations

from ..errors import invalid
from ..names import quote
from ..session import Session

# A value of a file: its expression, the text of which it is made, and the name of its column.
Value = tuple[str, str, str]


def allowed(settings: dict) -> int:
    """How many rows may be bad."""
    return int(settings.get("maxBadRecords") or 0)


def without(session: Session, values: list[Value], reader: str, form: str, limit: int) -> tuple[str, int]:
    """A query for the good rows, and how many are bad. Lines of CSV that are no rows are in DuckDB's table of rejects."""
    table = quote(session.fresh("loaded"))
    shown = ", ".join(f"TRY({value}) AS {quote(name)}" for value, _, name in values)
    bad = " OR ".join(f"(TRY({value}) IS NULL AND {text} IS NOT NULL)" for value, text, _ in values)
    session.execute(f'CREATE TEMP TABLE {table} AS SELECT {shown}, {bad} AS "^bad" FROM {reader}')
    good, count = session.execute(
        f'SELECT count(*) FILTER (WHERE NOT "^bad"), count(*) FILTER (WHERE "^bad") FROM temp.main.{table}'
    ).fetchone()
    if form == "CSV":
        count += session.execute("SELECT count(DISTINCT (file_id, line)) FROM reject_errors").fetchone()[0]
    if count > limit:
        raise invalid(
            f"Error while reading data, error message: {form} table encountered too many errors, giving up. Rows: {good + count}; errors: {count}."
        )
    names = ", ".join(quote(name) for _, _, name in values)
    return f'SELECT {names} FROM temp.main.{table} WHERE NOT "^bad"', count
