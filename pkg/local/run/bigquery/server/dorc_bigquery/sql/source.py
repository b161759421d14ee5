"""The text that a client sent, and places in it."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlglot import exp
from sqlglot.errors import ParseError, SqlglotError, TokenError
from sqlglot.tokens import TokenType

from ..errors import BigQueryError, Position, invalid_query, unsupported
from .dialect import DIALECT


@dataclass
class Source:
    """A statement of a text. Start is its first character's index in the whole text."""

    text: str
    whole: str
    start: int = 0
    _lines: list[int] = field(default_factory=list)

    @staticmethod
    def of(text: str) -> "Source":
        return Source(text, text)

    def part(self, start: int, end: int) -> "Source":
        """A part of this text, by indexes into this text."""
        return Source(self.text[start:end], self.whole, self.start + start)

    def position(self, index: int) -> Position:
        """The place of a character of this statement."""
        before = self.whole[: self.start + max(index, 0)]
        return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1

    def place(self, node: exp.Expression | None) -> Position | None:
        """Where a node was written, as far as sqlglot knows."""
        for found in node.walk(bfs=False) if node is not None else ():
            start = found.meta.get("start") if found.meta else None
            if start is not None:
                return self.position(start)
        return None

    def tokens(self) -> list:
        """The words of the text."""
        try:
            return list(DIALECT.tokenize(self.text))
        except TokenError:
            end = len(self.text.rstrip())
            raise invalid_query("Syntax error: Unclosed string literal or comment", self.position(max(end - 1, 0))) from None


# Operators that sqlglot reads and BigQuery has not.
_FOREIGN = {TokenType.DCOLON, TokenType.ARROW, TokenType.DARROW, TokenType.HASH_ARROW, TokenType.DQMARK, TokenType.ILIKE}


def parse(source: Source) -> exp.Expression:
    """Parses one statement."""
    tokens = source.tokens()
    for token in tokens:
        if token.token_type in _FOREIGN:
            raise invalid_query(f'Syntax error: Unexpected "{token.text}"', source.position(token.start))
    try:
        found = [tree for tree in DIALECT.parser().parse(tokens, source.text) if tree is not None]
    except ParseError as e:
        raise _syntax(source, e) from None
    except RecursionError:
        raise invalid_query("Query is too complex: it is nested too deeply") from None
    except (SqlglotError, ValueError, AttributeError, TypeError, KeyError, IndexError, AssertionError):
        raise invalid_query("Syntax error: Unexpected end of statement", source.position(len(source.text))) from None
    if not found:
        raise invalid_query("Syntax error: Unexpected end of script", source.position(len(source.text)))
    if len(found) > 1:
        raise invalid_query("Syntax error: Expected end of input", source.position(0))
    if isinstance(found[0], exp.Command):
        raise unsupported("this statement: " + " ".join(source.text.split()[:3]), source.position(0))
    _number(source, found[0])
    return found[0]


def _number(source: Source, tree: exp.Expression) -> None:
    """Gives each ? its number among those of the whole text, whatever the order in which it is read later."""
    found = sorted((node for node in tree.find_all(exp.Placeholder) if "start" in node.meta), key=lambda node: node.meta["start"])
    if not found:
        return
    before = sum(token.token_type is TokenType.PLACEHOLDER for token in Source.of(source.whole[: source.start]).tokens())
    for n, node in enumerate(found, before):
        node.meta["number"] = n


def parse_expression(source: Source) -> exp.Expression:
    """Parses an expression of a script, such as a condition."""
    tree = parse(Source("SELECT " + source.text, source.whole[: source.start] + "SELECT " + source.whole[source.start :], source.start))
    if not isinstance(tree, exp.Select) or len(tree.expressions) != 1 or tree.args.get("from_") or tree.args.get("where"):
        raise invalid_query("Syntax error: Expected an expression", source.position(0))
    found = tree.expressions[0]
    for node in found.walk():
        if node.meta and "start" in node.meta:
            node.meta["start"] -= len("SELECT ")
    found.pop()
    return found


def _syntax(source: Source, error: ParseError) -> BigQueryError:
    about = error.errors[0] if error.errors else {}
    word = about.get("highlight") or ""
    line, column = about.get("line"), about.get("col")
    if not line or not column:
        return invalid_query("Syntax error", source.position(0))
    lines = source.text.split("\n")
    index = sum(len(text) + 1 for text in lines[: line - 1]) + column - len(word)
    last = not source.text[index + len(word) :].strip(" \t\r\n;")
    if word == "" or index >= len(source.text) or (last and "Invalid expression" not in (about.get("description") or "")):
        return invalid_query("Syntax error: Unexpected end of script", source.position(len(source.text)))
    return invalid_query(f"Syntax error: Unexpected {_kind(word)}", source.position(index))


def _kind(word: str) -> str:
    if word[0] in "'\"":
        return f"string literal {word}"
    if word[0].isdigit():
        return f'number "{word}"'
    if word.isidentifier():
        return f"keyword {word.upper()}" if word.upper() in _RESERVED else f'identifier "{word}"'
    return f'"{word}"'


# https://cloud.google.com/bigquery/docs/reference/standard-sql/lexical#reserved_keywords
_RESERVED = frozenset(
    "ALL AND ANY ARRAY AS ASC ASSERT_ROWS_MODIFIED AT BETWEEN BY CASE CAST COLLATE CONTAINS CREATE CROSS CUBE CURRENT DEFAULT DEFINE DESC DISTINCT ELSE END ENUM ESCAPE"
    " EXCEPT EXCLUDE EXISTS EXTRACT FALSE FETCH FOLLOWING FOR FROM FULL GROUP GROUPING GROUPS HASH HAVING IF IGNORE IN INNER INTERSECT INTERVAL INTO IS JOIN LATERAL LEFT"
    " LIKE LIMIT LOOKUP MERGE NATURAL NEW NO NOT NULL NULLS OF ON OR ORDER OUTER OVER PARTITION PRECEDING PROTO QUALIFY RANGE RECURSIVE RESPECT RIGHT ROLLUP ROWS SELECT SET"
    " SOME STRUCT TABLESAMPLE THEN TO TREAT TRUE UNBOUNDED UNION UNNEST USING WHEN WHERE WINDOW WITH WITHIN".split()
)
