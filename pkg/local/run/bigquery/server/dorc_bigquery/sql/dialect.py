"""BigQuery's grammar by sqlglot, without its knowledge of functions.

Every call stays a call by the name that was written, so that sql/functions decides alone what there is and what it means.
Words of BigQuery's procedural language are plain words here: script/ reads them.
"""

from __future__ import annotations

from sqlglot import exp, parser
from sqlglot.dialects.bigquery import BigQuery
from sqlglot.tokens import TokenType

_KEPT = ("CAST", "SAFE_CAST", "EXTRACT")
_PROCEDURAL = (
    "BEGIN",
    "BEGIN TRANSACTION",
    "DECLARE",
    "ELSEIF",
    "EXCEPTION",
    "LOOP",
    "REPEAT",
    "WHILE",
    "EXPORT",
    "MODEL",
    "RECORD",
    "CALL",
    "SHOW",
    "EXPLAIN",
    "ANALYZE",
    "COPY",
)


class Dialect(BigQuery):
    """BigQuery with calls as they were written."""

    class Tokenizer(BigQuery.Tokenizer):
        KEYWORDS = {k: v for k, v in BigQuery.Tokenizer.KEYWORDS.items() if k not in _PROCEDURAL and v is not TokenType.COMMAND}
        COMMANDS: set = set()

    class Parser(BigQuery.Parser):
        FUNCTIONS: dict = {}
        FUNCTION_PARSERS = {k: v for k, v in BigQuery.Parser.FUNCTION_PARSERS.items() if k in _KEPT}

        def _parse_unnest(self, with_alias: bool = True) -> exp.Unnest | None:
            return parser.Parser._parse_unnest(self, with_alias=with_alias)


DIALECT = Dialect()
