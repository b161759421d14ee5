"""Views, schemas and routines: CREATE and DROP."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from ..errors import duplicate, invalid, invalid_query, not_found, unsupported
from ..names import DatasetRef, RoutineRef, TableRef
from ..session import Session, routine
from ..sql.columns import Unclear
from ..sql.datatypes import from_sql
from ..sql.nodes import template, write
from ..sql.scope import Scope
from ..sql.source import Source, parse_expression
from ..state.catalog import now
from ..values import schema
from . import options, query
from .outcome import Outcome
from .tables import dropped, parts_of


def create_view(session: Session, source: Source, tree: exp.Create) -> Outcome:
    """CREATE [OR REPLACE] VIEW. The query is kept as it was written."""
    target = tree.this.this if isinstance(tree.this, exp.Schema) else tree.this
    properties = list(tree.args["properties"].expressions) if tree.args.get("properties") else []
    if any(isinstance(p, exp.MaterializedProperty) for p in properties):
        raise unsupported("materialized views: use a view or a table", source.place(target))
    ref = session.table_ref(parts_of(target), source.place(target))
    session.catalog.need_dataset(session.cursor, ref.parent)
    text = body_text(source, tree.expression)
    owner = session.owned(ref.project)
    columns = query.describe(owner, query.translated(owner, source, tree.expression), source, tree.expression)
    given = tree.this.expressions if isinstance(tree.this, exp.Schema) else []
    if given:
        if len(given) != len(columns):
            raise invalid_query("The number of columns in the view's column list does not match its query", source.place(target))
        text = _renamed(text, columns, [c.name for c in given])
        columns = [(c.name, kind) for c, (_, kind) in zip(given, columns)]
    with session.writing(ref.parent, ddl=True):
        there = session.catalog.table(session.cursor, ref)
        if there and tree.args.get("exists"):
            return _done("CREATE_VIEW", "SKIP", ref)
        if there and not tree.args.get("replace"):
            raise duplicate("Table", str(ref))
        if there and there["type"] != "VIEW":
            raise invalid_query(f"{ref} is not allowed for this operation because it is currently a {there['type']}.")
        resource: dict[str, Any] = {
            "type": "VIEW",
            "schema": {"fields": schema.fields(columns)},
            "creationTime": now(),
            "view": {"query": text, "useLegacySql": False},
        }
        options.table(options.values(session, source, properties), resource, source)
        session.catalog.put_table(session.cursor, ref, resource)
    return _done("CREATE_VIEW", "REPLACE" if there else "CREATE", ref)


def _renamed(text: str, columns: schema.Columns, names: list[str]) -> str:
    shown = ", ".join(f"`{old}` AS `{new}`" for (old, _), new in zip(columns, names))
    return f"SELECT {shown} FROM ({text})"


def body_text(source: Source, body: exp.Expression) -> str:
    """The query of a CREATE as it was written: what stands after its AS."""
    starts = [n.meta["start"] for n in body.walk() if n.meta and "start" in n.meta]
    tokens = source.tokens()
    first = min(starts) if starts else len(source.text)
    depth, at = 0, None
    for token in tokens:
        if token.token_type.name == "L_PAREN":
            depth += 1
        elif token.token_type.name == "R_PAREN":
            depth -= 1
        elif token.text.upper() == "AS" and depth == 0 and at is None and (token.start < first or not starts):
            at = token.end + 1
    return source.text[at:].strip().rstrip(";").strip() if at else body.sql("bigquery")


def create_schema(session: Session, source: Source, tree: exp.Create) -> Outcome:
    """CREATE SCHEMA."""
    ref = _dataset(session, source, tree.this)
    resource: dict[str, Any] = {
        "datasetReference": ref.resource(),
        "location": session.catalog.default_location,
        "creationTime": now(),
        "lastModifiedTime": now(),
    }
    properties = list(tree.args["properties"].expressions) if tree.args.get("properties") else []
    options.dataset(options.values(session, source, properties), resource, source)
    if session.transactions.open:
        raise invalid_query("Transaction is not supported for CREATE SCHEMA")
    if not session.catalog.database.create(ref):
        if tree.args.get("exists"):
            return Outcome("CREATE_SCHEMA", operation="SKIP", target=ref.resource(), target_kind="dataset")
        raise duplicate("Dataset", str(ref))
    with session.writing(ref):
        session.catalog.put_dataset(session.cursor, ref, resource)
    return Outcome("CREATE_SCHEMA", operation="CREATE", target=ref.resource(), target_kind="dataset")


def drop_schema(session: Session, source: Source, tree: exp.Drop) -> Outcome:
    """DROP SCHEMA [CASCADE]."""
    ref = _dataset(session, source, dropped(source, tree))
    if not session.catalog.database.has(ref):
        if tree.args.get("exists"):
            return Outcome("DROP_SCHEMA", operation="SKIP", target=ref.resource(), target_kind="dataset")
        raise not_found("Dataset", str(ref), "")
    if session.transactions.open:
        raise invalid_query("Transaction is not supported for DROP SCHEMA")
    remove_dataset(session, ref, bool(tree.args.get("cascade")))
    return Outcome("DROP_SCHEMA", operation="DROP", target=ref.resource(), target_kind="dataset")


def remove_dataset(session: Session, ref: DatasetRef, contents: bool) -> None:
    """Removes a dataset, with what is in it when that is said."""
    if not contents and (session.catalog.tables(session.cursor, ref) or session.catalog.routines(session.cursor, ref)):
        error = invalid(f"Dataset {ref} is still in use")
        error.reason = "resourceInUse"
        raise error
    session.catalog.database.drop(ref)


def _dataset(session: Session, source: Source, node: exp.Expression) -> DatasetRef:
    parts = [p for part in parts_of(node) for p in part.split(".")]
    if len(parts) == 1:
        return DatasetRef(session.project, parts[0]).check()
    if len(parts) == 2:
        return DatasetRef(parts[0], parts[1]).check()
    raise invalid_query(f'Invalid dataset name: "{".".join(parts)}"', source.place(node))


def create_function(session: Session, source: Source, tree: exp.Create) -> Outcome:
    """CREATE [OR REPLACE] [TEMP] FUNCTION … AS (…)."""
    definition = tree.this
    properties = list(tree.args["properties"].expressions) if tree.args.get("properties") else []
    language = next((p for p in properties if isinstance(p, exp.LanguageProperty)), None)
    if language is not None:
        raise unsupported(f"functions in {language.this.name.title()}, only in SQL", source.place(definition))
    if any(isinstance(p, exp.RemoteWithConnectionModelProperty) for p in properties):
        raise unsupported("remote functions", source.place(definition))
    if tree.expression is None:
        raise unsupported("functions without a body in SQL", source.place(definition))
    returns = next((p for p in properties if isinstance(p, exp.ReturnsProperty)), None)
    words = [t.text.upper() for t in source.tokens()[:5]]
    table = "TABLE" in words[: words.index("FUNCTION")] if "FUNCTION" in words else False
    arguments = [_argument(a) for a in definition.expressions if isinstance(a, exp.ColumnDef)]
    body = body_text(source, tree.expression)
    if not table:
        if not (body.startswith("(") and body.endswith(")")):
            raise invalid_query("The body of a SQL function must be in parentheses", source.place(tree.expression))
        body = body[1:-1]
    resource: dict[str, Any] = {
        "routineType": "TABLE_VALUED_FUNCTION" if table else "SCALAR_FUNCTION",
        "language": "SQL",
        "arguments": arguments,
        "definitionBody": body,
        "creationTime": now(),
    }
    if returns is not None and not table:
        resource["returnType"] = from_sql(returns.this).resource()
    parts = parts_of(definition.this)
    temporary = any(isinstance(p, exp.TemporaryProperty) for p in properties)
    ref = None if temporary else _routine_ref(session, source, parts, definition)
    if not table:
        _check_body(session.owned(ref.project) if ref else session, resource)
    if ref is None:
        if parts[-1].lower() in session.functions and not tree.args.get("replace"):
            raise invalid_query(f"Function {parts[-1]} already exists", source.place(definition))
        session.functions[parts[-1].lower()] = routine(parts[-1], resource)
        return Outcome("CREATE_FUNCTION", operation="CREATE")
    return _put_routine(session, source, tree, ref, resource, "CREATE_FUNCTION")


def _check_body(session: Session, resource: dict[str, Any]) -> None:
    """Refuses a body that no call could run. With arguments of any type only its names are checked."""
    found = routine("", resource)
    source = Source.of(found.body)
    scope = Scope()
    for name, kind in found.arguments:
        scope.arguments[name.lower()] = (template(f"CAST(NULL AS {kind.duckdb})" if kind else "NULL"), kind)
    tree, typed = parse_expression(source), all(kind for _, kind in found.arguments)
    try:
        done = write(session.translator(source).expr(tree, scope))
    except Unclear:
        if typed:
            raise
        return  # A call has types.
    if typed:
        query.describe(session, f"SELECT {done} AS v", source, tree)


def _argument(node: exp.ColumnDef) -> dict[str, Any]:
    kind = node.args.get("kind")
    if isinstance(kind, exp.DataType) and kind.this == exp.DataType.Type.VARIANT:
        return {"name": node.name, "argumentKind": "ANY_TYPE"}
    return {"name": node.name, "dataType": from_sql(kind).resource()}


def _routine_ref(session: Session, source: Source, parts: list[str], node: exp.Expression | None) -> RoutineRef:
    names = [p for part in parts for p in part.split(".")]
    if len(names) == 1 and session.dataset:
        names = [session.dataset.project, session.dataset.dataset, *names]
    if len(names) == 2:
        names = [session.project, *names]
    if len(names) != 3:
        raise invalid_query(f'Routine "{".".join(names)}" must be qualified with a dataset', source.place(node))
    return RoutineRef(*names).check()


def _put_routine(session: Session, source: Source, tree: exp.Create, ref: RoutineRef, resource: dict[str, Any], kind: str) -> Outcome:
    session.catalog.need_dataset(session.cursor, ref.parent)
    with session.writing(ref.parent, ddl=True):
        there = session.catalog.routine(session.cursor, ref)
        if there and tree.args.get("exists"):
            return Outcome(kind, operation="SKIP", target=ref.resource(), target_kind="routine")
        if there and not tree.args.get("replace"):
            raise duplicate("Routine", str(ref))
        session.catalog.put_routine(session.cursor, ref, resource)
    return Outcome(kind, operation="REPLACE" if there else "CREATE", target=ref.resource(), target_kind="routine")


def put_procedure(session: Session, ref: RoutineRef, resource: dict[str, Any], replace: bool, exists: bool) -> Outcome:
    """Keeps a procedure, which script/ has read."""
    tree = exp.Create(this=exp.Table(this=exp.to_identifier(ref.routine)), kind="PROCEDURE", replace=replace, exists=exists)
    return _put_routine(session, Source.of(""), tree, ref, resource, "CREATE_PROCEDURE")


def routine_ref(session: Session, source: Source, parts: list[str]) -> RoutineRef:
    """The routine that a path names."""
    return _routine_ref(session, source, parts, None)


def drop_routine(session: Session, source: Source, tree: exp.Drop) -> Outcome:
    """DROP FUNCTION and DROP PROCEDURE."""
    kind = "DROP_PROCEDURE" if tree.args["kind"] == "PROCEDURE" else "DROP_FUNCTION"
    node = dropped(source, tree)
    ref = _routine_ref(session, source, parts_of(node), node)
    if not session.catalog.database.has(ref.parent):
        raise not_found("Dataset", str(ref.parent), "")
    with session.writing(ref.parent, ddl=True):
        if session.catalog.routine(session.cursor, ref) is None:
            if tree.args.get("exists"):
                return Outcome(kind, operation="SKIP", target=ref.resource(), target_kind="routine")
            raise not_found("Routine", str(ref), "")
        session.catalog.drop_routine(session.cursor, ref)
    return Outcome(kind, operation="DROP", target=ref.resource(), target_kind="routine")


def _done(kind: str, operation: str, ref: TableRef) -> Outcome:
    return Outcome(kind, operation=operation, target=ref.resource(), target_kind="table")
