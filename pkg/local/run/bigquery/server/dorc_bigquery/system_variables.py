"""@@name.

https://cloud.google.com/bigquery/docs/reference/system-variables
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .errors import Position, unsupported
from .names import literal
from .sql.environment import Value
from .values.types import Type

if TYPE_CHECKING:
    from .session import Session


def find(s: "Session", name: str, position: Position | None) -> Value:
    """The value of @@name."""
    text, string = name.lower(), Type("STRING")
    if text.startswith("error."):
        if not s.errors:
            return Value("CAST(NULL AS VARCHAR)", string)
        error = s.errors[-1]
        known = {
            "error.message": error.message,
            "error.formatted_stack_trace": "",
            "error.statement_text": error.statement,
        }
        if text not in known:
            raise unsupported(f"the system variable @@{name}", position)
        return Value(literal(known[text]), string)
    if text == "project_id":
        return Value(literal(s.home), string)
    if text == "dataset_id":
        return Value(literal(s.dataset.dataset) if s.dataset else "CAST(NULL AS VARCHAR)", string)
    if text == "dataset_project_id":
        return Value(literal(s.dataset.project if s.dataset else s.project), string)
    if text == "time_zone":
        return Value("'UTC'", string)
    if text in ("row_count", "script.bytes_processed", "script.bytes_billed", "script.slot_ms", "script.num_child_jobs"):
        count = s.row_count if text == "row_count" else 0
        return Value(f"CAST({'NULL' if count is None else count} AS BIGINT)", Type("INT64"))
    raise unsupported(f"the system variable @@{name}", position)
