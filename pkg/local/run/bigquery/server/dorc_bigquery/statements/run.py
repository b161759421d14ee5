"""Runs one statement that is no part of the procedural language."""

from __future__ import annotations

import re

from sqlglot import exp

from ..errors import invalid_query, unsupported
from ..session import Session
from ..sql.source import Source, parse
from . import alter, dml, objects, query, tables
from .outcome import Outcome


def run(session: Session, source: Source) -> Outcome:
    """Parses and runs a statement."""
    _begins(source)
    if alter.is_alter(source):
        return alter.run(session, source)
    tree = parse(_plain_drop(source))
    if isinstance(tree, exp.Query):
        return query.run(session, source, tree)
    simple = _SIMPLE.get(type(tree))
    if simple:
        return simple(session, source, tree)
    if isinstance(tree, exp.Create):
        return _create(session, source, tree)
    if isinstance(tree, exp.Drop):
        return _drop(session, source, tree)
    raise unsupported("this statement: " + " ".join(source.text.split()[:2]), source.position(0))


def _plain_drop(source: Source) -> Source:
    """DROP EXTERNAL TABLE and DROP TABLE FUNCTION without the word that sqlglot does not know there; places stay."""
    found = re.match(r"(?is)\s*DROP\s+(EXTERNAL(?=\s+TABLE\b)|TABLE(?=\s+FUNCTION\b))", source.text)
    if not found:
        return source
    start, end = found.span(1)
    return Source(source.text[:start] + " " * (end - start) + source.text[end:], source.whole, source.start)


def _begins(source: Source) -> None:
    """Refuses a text that begins with no statement's word."""
    tokens = source.tokens()
    if tokens and tokens[0].text.upper() in _MISSING:
        raise unsupported("this statement: " + " ".join(t.text.upper() for t in tokens[:2]), source.position(tokens[0].start))
    if tokens and tokens[0].text.upper() not in _WORDS and tokens[0].token_type.name not in ("L_PAREN",):
        raise invalid_query(f'Syntax error: Unexpected identifier "{tokens[0].text}"', source.position(tokens[0].start))


_WORDS = frozenset("SELECT WITH FROM INSERT UPDATE DELETE MERGE TRUNCATE CREATE DROP ALTER".split())
_MISSING = frozenset("UNDROP EXPORT LOAD ASSERT GRANT REVOKE".split())


def plan(session: Session, source: Source) -> Outcome:
    """What a statement would return, without running it: a dry run."""
    tree = parse(source)
    if isinstance(tree, exp.Query):
        sql = query.translated(session, source, tree)
        return Outcome("SELECT", columns=query.describe(session, sql, source, tree))
    return Outcome(_kind(tree))


def _kind(tree: exp.Expression) -> str:
    if isinstance(tree, exp.Create):
        return f"CREATE_{tree.args['kind']}" + ("_AS_SELECT" if tree.args["kind"] == "TABLE" and tree.expression else "")
    if isinstance(tree, exp.Drop):
        return f"DROP_{tree.args['kind']}"
    return {"TruncateTable": "TRUNCATE_TABLE"}.get(type(tree).__name__, type(tree).__name__.upper())


def _create(session: Session, source: Source, tree: exp.Create) -> Outcome:
    kind = (tree.args.get("kind") or "").upper()
    if kind == "TABLE":
        return tables.create(session, source, tree)
    if kind == "VIEW":
        return objects.create_view(session, source, tree)
    if kind == "SCHEMA":
        return objects.create_schema(session, source, tree)
    if kind == "FUNCTION":
        return objects.create_function(session, source, tree)
    raise unsupported(f"CREATE {kind}", source.position(0))


def _drop(session: Session, source: Source, tree: exp.Drop) -> Outcome:
    kind = (tree.args.get("kind") or "").upper()
    if kind == "TABLE":
        return tables.drop(session, source, tree, ("TABLE", "EXTERNAL"), "DROP_TABLE")
    if kind == "VIEW":
        return tables.drop(session, source, tree, ("VIEW",), "DROP_VIEW")
    if kind == "SCHEMA":
        return objects.drop_schema(session, source, tree)
    if kind in ("FUNCTION", "PROCEDURE"):
        return objects.drop_routine(session, source, tree)
    raise unsupported(f"DROP {kind}", source.position(0))


_SIMPLE = {
    exp.Insert: dml.insert,
    exp.Update: dml.update,
    exp.Delete: dml.delete,
    exp.Merge: dml.merge,
    exp.TruncateTable: tables.truncate,
}
