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
        # LIST[…] is a column of this name.
        ARRAY_CONSTRUCTORS = {"ARRAY": exp.Array}
        PLACEHOLDER_PARSERS = {
            TokenType.PLACEHOLDER: lambda self: _placeholder(self._prev.start),
            TokenType.PARAMETER: BigQuery.Parser.PLACEHOLDER_PARSERS[TokenType.PARAMETER],
        }

        def _parse_unnest(self, with_alias: bool = True) -> exp.Unnest | None:
            return parser.Parser._parse_unnest(self, with_alias=with_alias)

        def _parse_bracket(self, this: exp.Expression | None = None) -> exp.Expression | None:
            # sqlglot would take ARRAY(…)[…] for the literal ARRAY[…], and lose the query.
            return super()._parse_bracket(exp.Paren(this=this) if _is_array_call(this) and self._is_bracket() else this)

        def _is_bracket(self) -> bool:
            return self._curr is not None and self._curr.token_type is TokenType.L_BRACKET


def _is_array_call(this: exp.Expression | None) -> bool:
    return isinstance(this, exp.Anonymous) and this.name.upper() in Dialect.Parser.ARRAY_CONSTRUCTORS


def _placeholder(start: int) -> exp.Placeholder:
    """A ?, which keeps its place: parameters by position go by it."""
    out = exp.Placeholder()
    out.meta["start"] = start
    return out


DIALECT = Dialect()
