"""CREATE TABLE, DROP TABLE, TRUNCATE TABLE."""

from __future__ import annotations

import copy
from typing import Any

from sqlglot import exp

from ..errors import duplicate, invalid_query, not_found, unsupported
from ..names import TableRef, encode, quote
from ..session import Session
from ..sql.datatypes import from_sql
from ..sql.dialect import DIALECT
from ..sql.nodes import write
from ..sql.scope import Scope
from ..sql.source import Source, parse_expression
from ..state.catalog import now
from ..values import schema
from ..values.types import to_field
from . import options, query
from .outcome import Outcome


def parts_of(node: exp.Expression) -> list[str]:
    """The path of a table node."""
    return [part.name for part in node.parts] if isinstance(node, exp.Table) else [node.name]


def dropped(source: Source, tree: exp.Drop) -> exp.Expression:
    """The one thing that a DROP names."""
    named = tree.args.get("tables") or ([tree.this] if tree.this is not None else [])
    if len(named) != 1:
        raise invalid_query("DROP takes one name", source.position(0))
    return named[0]


def create(session: Session, source: Source, tree: exp.Create) -> Outcome:
    """CREATE [OR REPLACE] [TEMP] TABLE [IF NOT EXISTS]."""
    target = tree.this.this if isinstance(tree.this, exp.Schema) else tree.this
    properties = list(tree.args["properties"].expressions) if tree.args.get("properties") else []
    if any(isinstance(p, exp.TemporaryProperty) for p in properties):
        return _temporary(session, source, tree, target)
    if any(isinstance(p, exp.ExternalProperty) for p in properties):
        from . import external

        return external.create(session, source, tree, target, properties)
    ref = session.table_ref(parts_of(target), source.place(target))
    session.catalog.need_dataset(session.cursor, ref.parent)
    if tree.args.get("clone"):
        raise unsupported("CREATE TABLE … CLONE or COPY: write CREATE TABLE … AS SELECT", source.place(target))
    kind = "CREATE_TABLE_AS_SELECT" if tree.expression else "CREATE_TABLE"
    with session.writing(ref.parent, ddl=True):
        there = session.catalog.table(session.cursor, ref)
        if there and tree.args.get("exists"):
            return _done(kind, "SKIP", ref)
        if there and not tree.args.get("replace"):
            raise duplicate("Table", str(ref))
        if there and there["type"] != "TABLE":
            raise invalid_query(f"{ref} is not allowed for this operation because it is currently a {there['type']}.")
        fields, sql = _definition(session, source, tree, properties)
        resource = new(session, ref, fields)
        resource |= options.partitioning(tree, schema.columns(fields), source, properties)
        if there:
            _replaceable(there, resource, source)
        options.table(options.values(session, source, properties), resource, source)
        count = make(session, ref, fields, sql, source, tree)
        session.catalog.put_table(session.cursor, ref, resource)
    done = _done(kind, "REPLACE" if there else "CREATE", ref)
    done.affected = count if tree.expression else None
    return done


def _replaceable(there: dict[str, Any], resource: dict[str, Any], source: Source) -> None:
    """Refuses to replace a table by one whose rows lie differently, as BigQuery does."""
    for what, keys in ("partitioning", ("timePartitioning", "rangePartitioning")), ("clustering", ("clustering",)):
        for key in keys:
            old, fresh = (_spec(key, t.get(key)) for t in (there, resource))
            if old != fresh:
                raise invalid_query(
                    f"Cannot replace a table with a different {what} spec. Instead, DROP the table, and then recreate it."
                    f" New {what} spec is {fresh} and existing spec is {old}",
                    source.position(0),
                )


def _spec(key: str, found: dict[str, Any] | None) -> str:
    """How the rows of a table lie, without what may change: when partitions expire."""
    match key if found else "":
        case "timePartitioning":
            return f"interval(type:{found['type'].lower()},field:{found.get('field', '')})"
        case "rangePartitioning":
            return f"range(field:{found['field']},{found['range']})"
        case "clustering":
            return f"clustering({','.join(found['fields'])})"
    return "none"


def new(session: Session, ref: TableRef, fields: list[dict[str, Any]]) -> dict[str, Any]:
    """The resource of a new table, with the defaults of its dataset."""
    resource: dict[str, Any] = {"type": "TABLE", "schema": {"fields": fields}, "creationTime": now()}
    default = session.catalog.need_dataset(session.cursor, ref.parent).get("defaultTableExpirationMs")
    if default:
        resource["expirationTime"] = str(int(resource["creationTime"]) + int(default))
    return resource


def make(
    session: Session,
    ref: TableRef,
    fields: list[dict[str, Any]],
    sql: str,
    source: Source | None = None,
    tree: exp.Expression | None = None,
) -> int:
    """Makes the table in DuckDB, instead of one that is there, with the rows of a query if there is one."""
    # The rows go into a table beside the old one first, which the query may read.
    beside = f"{quote(ref.parent.database)}.main.{quote('^new ' + encode(ref.table))}"
    session.execute(f"DROP TABLE IF EXISTS {beside}")
    session.execute(f"CREATE TABLE {beside} ({schema.definition(fields, defaults(session, fields))})")
    count = 0
    if sql:
        count = session.execute(f"INSERT INTO {beside} {sql}", source, tree).fetchone()[0]
    session.catalog.drop_table(session.cursor, ref)
    session.execute(f"ALTER TABLE {beside} RENAME TO {quote(encode(ref.table))}")
    return count


def defaults(session: Session, fields: list[dict[str, Any]]) -> dict[str, str]:
    """The default values of columns, as expressions of DuckDB's."""
    out = {}
    for field in fields:
        text = field.get("defaultValueExpression")
        if text:
            source = Source.of(str(text))
            out[field["name"]] = write(session.translator(source).expr(parse_expression(source), Scope()))
    return out


def _definition(session: Session, source: Source, tree: exp.Create, properties: list[exp.Expression]) -> tuple[list[dict[str, Any]], str]:
    """The fields of a table, and the query for its rows."""
    like = next((p for p in properties if isinstance(p, exp.LikeProperty)), None)
    if like is not None:
        ref = session.table_ref(parts_of(like.this), source.place(like))
        return copy.deepcopy(session.catalog.need_table(session.cursor, ref)["schema"]["fields"]), ""
    given = fields_of(source, tree.this.expressions) if isinstance(tree.this, exp.Schema) else []
    if not tree.expression:
        if not given:
            raise invalid_query("CREATE TABLE needs columns or a query", source.position(0))
        return given, ""
    sql = query.translated(session, source, tree.expression)
    found = query.describe(session, sql, source, tree.expression)
    if given and len(given) != len(found):
        raise invalid_query(
            "The number of columns in the column definition list does not match the number of columns produced by the query",
            source.position(0),
        )
    fields = given or schema.fields(found)
    return fields, sql


def fields_of(source: Source, definitions: list[exp.Expression]) -> list[dict[str, Any]]:
    """The fields that column definitions make."""
    out = []
    for item in definitions:
        if not isinstance(item, exp.ColumnDef):
            continue  # A primary or foreign key, which BigQuery does not enforce.
        if item.args.get("kind") is None:
            raise invalid_query(f"Column {item.name} needs a type", source.place(item))
        field = to_field(item.name, from_sql(item.args["kind"]))
        for constraint in item.args.get("constraints") or ():
            kind = constraint.args.get("kind")
            if isinstance(kind, exp.NotNullColumnConstraint):
                field["mode"] = "REQUIRED" if field["mode"] == "NULLABLE" else field["mode"]
            elif isinstance(kind, exp.DefaultColumnConstraint):
                field["defaultValueExpression"] = kind.this.sql(DIALECT)
            elif isinstance(kind, exp.Properties):
                for option in kind.expressions:
                    if option.name.lower() == "description":
                        field["description"] = option.args["value"].name
        out.append(field)
    return out


def _temporary(session: Session, source: Source, tree: exp.Create, target: exp.Expression) -> Outcome:
    name = parts_of(target)[-1]
    if tree.args.get("exists") and name in session.temporary:
        return Outcome("CREATE_TABLE", operation="SKIP")
    if name in session.temporary and not tree.args.get("replace"):
        raise duplicate("Table", f"_SESSION.{name}")
    fields, sql = _definition(session, source, tree, list(tree.args["properties"].expressions))
    table = session.temporary_sql(name)
    beside = quote(session.fresh("new"))
    session.execute(f"CREATE TEMP TABLE {beside} ({schema.definition(fields, defaults(session, fields))})")
    count = session.execute(f"INSERT INTO temp.main.{beside} {sql}", source, tree).fetchone()[0] if sql else None
    session.execute(f"DROP TABLE IF EXISTS {table}")
    session.execute(f"ALTER TABLE temp.main.{beside} RENAME TO {quote('t_' + encode(name))}")
    session.temporary[name] = fields
    target_resource = {"projectId": session.project, "datasetId": "_SESSION", "tableId": name}
    return Outcome(
        "CREATE_TABLE_AS_SELECT" if sql else "CREATE_TABLE", operation="CREATE", target=target_resource, target_kind="table", affected=count
    )


def drop(session: Session, source: Source, tree: exp.Drop, kinds: tuple[str, ...], statement: str) -> Outcome:
    """DROP TABLE and DROP VIEW."""
    node = dropped(source, tree)
    parts = parts_of(node)
    temporary = session.temporary_name(parts)
    if temporary and temporary in session.temporary:
        session.execute(f"DROP TABLE {session.temporary_sql(temporary)}")
        del session.temporary[temporary]
        return Outcome(statement, operation="DROP")
    ref = session.table_ref(parts, source.place(node))
    if not session.catalog.database.has(ref.parent):
        if tree.args.get("exists"):
            return _done(statement, "SKIP", ref)
        raise not_found("Dataset", str(ref.parent), "")
    with session.writing(ref.parent, ddl=True):
        there = session.catalog.table(session.cursor, ref)
        if there is None:
            if tree.args.get("exists"):
                return _done(statement, "SKIP", ref)
            session.catalog.need_table(session.cursor, ref)
        elif there["type"] not in kinds:
            raise invalid_query(f"Cannot drop {ref}: it is a {there['type']}, not a {kinds[0]}")
        session.catalog.drop_table(session.cursor, ref)
    return _done(statement, "DROP", ref)


def truncate(session: Session, source: Source, tree: exp.TruncateTable) -> Outcome:
    """TRUNCATE TABLE."""
    parts = parts_of(tree.expressions[0])
    temporary = session.temporary_name(parts)
    if temporary:
        count = session.execute(f"DELETE FROM {session.temporary_sql(temporary)}").fetchone()[0]
        return Outcome("TRUNCATE_TABLE", affected=count, dml={"deletedRowCount": count})
    ref = session.table_ref(parts, source.place(tree))
    found = session.catalog.need_table(session.cursor, ref)
    if found["type"] != "TABLE":
        raise invalid_query(f"TRUNCATE TABLE is not supported for {ref}, which is a {found['type']}")
    with session.writing(ref.parent):
        count = session.execute(f"DELETE FROM {ref.sql}").fetchone()[0]
    return Outcome("TRUNCATE_TABLE", affected=count, dml={"deletedRowCount": count}, target=ref.resource(), target_kind="table")


def _done(kind: str, operation: str, ref: TableRef) -> Outcome:
    return Outcome(kind, operation=operation, target=ref.resource(), target_kind="table")
