"""Pieces of DuckDB's SQL that the translation puts into a tree, and how they are written."""

from __future__ import annotations

from sqlglot import exp
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.errors import ErrorLevel


class Template(exp.Expression):
    """A text of DuckDB's with places {0}, {1} … for other expressions."""

    arg_types = {"text": True, "expressions": False}


def template(text: str, *parts: exp.Expression) -> Template:
    """A template with its parts."""
    return Template(text=text, expressions=list(parts))


def raw(text: str) -> Template:
    """A fixed text of DuckDB's."""
    return Template(text=text.replace("{", "{{").replace("}", "}}"), expressions=[])


class Generator(DuckDB.Generator):
    """DuckDB's generator with templates. Order of NULLs is a setting of the connection."""

    TRANSFORMS = {
        **DuckDB.Generator.TRANSFORMS,
        Template: lambda self, e: e.args["text"].format(*[self.sql(part) for part in e.expressions]),
    }

    def ordered_sql(self, expression: exp.Ordered) -> str:
        desc = expression.args.get("desc")
        first = expression.args.get("nulls_first")
        return f"{self.sql(expression, 'this')}{' DESC' if desc else ''} NULLS {'FIRST' if first else 'LAST'}"


def write(tree: exp.Expression) -> str:
    """The SQL of a translated tree."""
    return Generator(dialect="duckdb", comments=False, unsupported_level=ErrorLevel.IGNORE).generate(tree, copy=False)
