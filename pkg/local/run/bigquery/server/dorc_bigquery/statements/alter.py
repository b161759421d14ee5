"""ALTER TABLE, ALTER VIEW and ALTER SCHEMA, one action after the other."""

from __future__ import annotations

from typing import Any

from ..errors import duplicate, invalid_query, not_found, unsupported
from ..names import DatasetRef, TableRef, encode, quote
from ..session import Session
from ..sql.source import Source, parse
from ..values import arrays, schema
from ..values.types import from_field
from . import options, tables
from .outcome import Outcome


def is_alter(source: Source) -> bool:
    """Whether a statement begins with ALTER."""
    return source.text.lstrip()[:6].upper() == "ALTER "


def run(session: Session, source: Source) -> Outcome:
    """Runs an ALTER."""
    tokens = source.tokens()
    words = [t.text.upper() for t in tokens]
    kind = words[1] if len(words) > 1 else ""
    if kind not in ("TABLE", "VIEW", "SCHEMA"):
        raise unsupported("ALTER " + " ".join(words[1:3]), source.position(0))
    at = 2
    exists = words[at : at + 2] == ["IF", "EXISTS"]
    at += 2 if exists else 0
    end = at
    while end < len(tokens) and words[end] not in _ACTIONS:
        end += 1
    if end in (at, len(tokens)):
        raise invalid_query("Syntax error: Unexpected end of statement", source.position(len(source.text)))
    path = source.text[tokens[at].start : tokens[end - 1].end + 1]
    actions = _split(source, tokens[end:])
    if kind == "SCHEMA":
        return _schema(session, source, path, actions, exists)
    return _table(session, source, path, actions, exists, kind)


_ACTIONS = {"ADD", "DROP", "RENAME", "SET", "ALTER"}


def _split(source: Source, tokens: list) -> list[Source]:
    """The actions between commas."""
    out, depth, start = [], 0, tokens[0].start
    for token in tokens:
        name = token.token_type.name
        depth += name in ("L_PAREN", "L_BRACKET", "LT") and 1 or 0
        depth -= name in ("R_PAREN", "R_BRACKET", "GT") and 1 or 0
        if name == "COMMA" and depth == 0:
            out.append(source.part(start, token.start))
            start = token.end + 1
    out.append(source.part(start, tokens[-1].end + 1))
    return out


def _path(path: str) -> list[str]:
    table = parse(Source.of(f"SELECT 1 FROM {path}")).args["from_"].this
    return tables.parts_of(table)


def _schema(session: Session, source: Source, path: str, actions: list[Source], exists: bool) -> Outcome:
    parts = _path(path)
    ref = DatasetRef(parts[0] if len(parts) > 1 else session.project, parts[-1]).check()
    if not session.catalog.database.has(ref):
        if exists:
            return Outcome("ALTER_SCHEMA", operation="SKIP")
        raise not_found("Dataset", str(ref), "")
    with session.writing(ref, ddl=True):
        resource = session.catalog.need_dataset(session.cursor, ref)
        for action in actions:
            options.dataset(_options(session, action), resource, action)
        session.catalog.put_dataset(session.cursor, ref, resource)
    return Outcome("ALTER_SCHEMA", operation="ALTER", target=ref.resource(), target_kind="dataset")


def _options(session: Session, action: Source) -> dict[str, Any]:
    words = action.text.split(None, 1)
    if len(words) < 2 or words[0].upper() != "SET" or not words[1].upper().startswith("OPTIONS"):
        raise unsupported(f"ALTER … {' '.join(action.text.split()[:2])}", action.position(0))
    made = parse(Source.of(f"CREATE TABLE x (y INT64) {words[1]}"))
    properties = made.args["properties"].expressions if made.args.get("properties") else []
    return options.values(session, action, list(properties))


def _table(session: Session, source: Source, path: str, actions: list[Source], exists: bool, kind: str) -> Outcome:
    ref = session.table_ref(_path(path), source.position(0))
    statement = f"ALTER_{kind}"
    if exists and session.catalog.table(session.cursor, ref) is None:
        return Outcome(statement, operation="SKIP")
    session.catalog.need_table(session.cursor, ref)
    with session.writing(ref.parent, ddl=True):
        resource = session.catalog.need_table(session.cursor, ref)
        for action in actions:
            ref = _act(session, action, ref, resource)
        session.catalog.put_table(session.cursor, ref, resource)
    return Outcome(statement, operation="ALTER", target=ref.resource(), target_kind="table")


def _act(session: Session, action: Source, ref: TableRef, resource: dict[str, Any]) -> TableRef:
    words = action.text.split()
    upper = [w.upper() for w in words]
    if upper[0] == "SET" and len(upper) > 1 and upper[1].startswith("OPTIONS"):
        options.table(_options(session, action), resource, action)
        return ref
    if resource["type"] != "TABLE":
        raise invalid_query(f"ALTER TABLE is not supported for {ref}, which is a {resource['type']}")
    if upper[:2] == ["RENAME", "TO"] and len(words) == 3:
        return _rename_table(session, ref, resource, words[2].strip("`"))
    if upper[:2] == ["ADD", "COLUMN"]:
        _add(session, action, ref, resource)
    elif upper[:2] == ["DROP", "COLUMN"]:
        _drop(session, action, ref, resource, words[-1].strip("`"), "EXISTS" in upper[2:4])
    elif upper[:2] == ["RENAME", "COLUMN"] and len(words) >= 5:
        _rename(session, action, ref, resource, words[-3].strip("`"), words[-1].strip("`"))
    elif upper[:2] == ["ALTER", "COLUMN"]:
        _column(session, action, ref, resource, words, upper)
    elif upper[0] == "ADD" and upper[1] in ("PRIMARY", "FOREIGN", "CONSTRAINT"):
        pass  # Keys are not enforced.
    else:
        raise unsupported(f"ALTER TABLE … {' '.join(words[:3])}", action.position(0))
    return ref


def _rename_table(session: Session, ref: TableRef, resource: dict[str, Any], name: str) -> TableRef:
    new = TableRef(ref.project, ref.dataset, name).check()
    if session.catalog.table(session.cursor, new):
        raise duplicate("Table", str(new))
    session.execute(f"ALTER TABLE {ref.sql} RENAME TO {quote(encode(name))}")
    session.catalog.drop_table(session.cursor, ref)
    return new


def _find(resource: dict[str, Any], name: str, action: Source) -> dict[str, Any]:
    for field in resource["schema"]["fields"]:
        if field["name"].lower() == name.lower():
            return field
    raise invalid_query(f"Column not found: {name}", action.position(0))


def _add(session: Session, action: Source, ref: TableRef, resource: dict[str, Any]) -> None:
    text = action.text.split(None, 2)[2]
    exists = text.upper().startswith("IF NOT EXISTS")
    text = text[len("IF NOT EXISTS") :] if exists else text
    made = parse(Source.of(f"CREATE TABLE x ({text})"))
    field = tables.fields_of(action, made.this.expressions)[0]
    if any(f["name"].lower() == field["name"].lower() for f in resource["schema"]["fields"]):
        if exists:
            return
        raise invalid_query(f"Column already exists: {field['name']}", action.position(0))
    if field["mode"] == "REQUIRED":
        raise invalid_query(f"Cannot add required columns to an existing table: {field['name']}", action.position(0))
    ((name, kind),) = schema.columns([field])
    session.execute(f"ALTER TABLE {ref.sql} ADD COLUMN {arrays.column(name, kind)}")
    resource["schema"]["fields"].append(field)


def _drop(session: Session, action: Source, ref: TableRef, resource: dict[str, Any], name: str, exists: bool) -> None:
    if exists and all(f["name"].lower() != name.lower() for f in resource["schema"]["fields"]):
        return
    field = _find(resource, name, action)
    for key in ("timePartitioning", "rangePartitioning"):
        if (resource.get(key) or {}).get("field", "").lower() == name.lower():
            raise invalid_query(f"Cannot drop partitioning column {name}", action.position(0))
    session.execute(f"ALTER TABLE {ref.sql} DROP COLUMN {quote(field['name'])}")
    resource["schema"]["fields"].remove(field)


def _rename(session: Session, action: Source, ref: TableRef, resource: dict[str, Any], old: str, new: str) -> None:
    field = _find(resource, old, action)
    session.execute(f"ALTER TABLE {ref.sql} RENAME COLUMN {quote(field['name'])} TO {quote(new)}")
    field["name"] = new


def _column(session: Session, action: Source, ref: TableRef, resource: dict[str, Any], words: list[str], upper: list[str]) -> None:
    field = _find(resource, words[2].strip("`"), action)
    column = f"ALTER TABLE {ref.sql} ALTER COLUMN {quote(field['name'])}"
    if upper[3:6] == ["SET", "DATA", "TYPE"]:
        made = parse(Source.of(f"CREATE TABLE x (y {' '.join(words[6:])})"))
        changed = tables.fields_of(action, made.this.expressions)[0]
        session.execute(f"{column} SET DATA TYPE {from_field(changed).duckdb}")
        field["type"] = changed["type"]
    elif upper[3:6] == ["DROP", "NOT", "NULL"]:
        session.execute(f"{column} DROP NOT NULL")
        field["mode"] = "NULLABLE"
    elif upper[3] == "SET" and upper[4].startswith("OPTIONS"):
        made = parse(Source.of(f"CREATE TABLE x (y INT64) {action.text[action.text.upper().index('OPTIONS'):]}"))
        found = options.values(session, action, list(made.args["properties"].expressions))
        field["description"] = found.get("description", "")
    elif upper[3:5] == ["SET", "DEFAULT"]:
        field["defaultValueExpression"] = " ".join(words[5:])
        session.execute(f"{column} SET DEFAULT ({tables.defaults(session, [field])[field['name']]})")
    elif upper[3:5] == ["DROP", "DEFAULT"]:
        field.pop("defaultValueExpression", None)
        session.execute(f"{column} SET{arrays.EMPTY}" if field.get("mode") == "REPEATED" else f"{column} DROP DEFAULT")
    else:
        raise unsupported(f"ALTER COLUMN … {' '.join(words[3:5])}", action.position(0))
