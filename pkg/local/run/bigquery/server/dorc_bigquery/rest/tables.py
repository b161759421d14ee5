"""tables and tabledata."""

from __future__ import annotations

from typing import Any

from ..app import Application
from ..errors import BigQueryError, duplicate, invalid, unsupported
from ..http.request import Request
from ..http.router import Router
from ..names import DatasetRef, TableRef, quote
from ..session import Session
from ..sql.source import Source, parse
from ..state.catalog import now
from ..statements import query
from ..statements import tables as ddl
from ..values import arrays, literals, schema
from . import partitions, resources, rows
from .datasets import merge

_KEPT = (
    "friendlyName description labels expirationTime timePartitioning rangePartitioning clustering requirePartitionFilter externalDataConfiguration"
    " tableConstraints defaultCollation defaultRoundingMode"
).split()
_DATASET = "projects/{p}/datasets/{d}"
_TABLE = _DATASET + "/tables/{t}"


def routes(router: Router) -> None:
    """Adds the paths."""
    router.add("GET", _DATASET + "/tables", list_)
    router.add("POST", _DATASET + "/tables", insert)
    router.add("GET", _TABLE, get)
    router.add("PATCH", _TABLE, patch)
    router.add("PUT", _TABLE, patch)
    router.add("DELETE", _TABLE, delete)
    router.add("GET", _TABLE + "/data", data)
    router.add("POST", _TABLE + "/insertAll", insert_all)
    router.add("GET", _DATASET + "/models", lambda app, request: {"models": []})
    router.add("GET", _TABLE + "/rowAccessPolicies", lambda app, request: {"rowAccessPolicies": []})


def _ref(request: Request) -> TableRef:
    table, decorator, _ = request.parts["t"].partition("$")
    if decorator:
        raise unsupported(f"partition decorators ({request.parts['t']}): write a condition on the column")
    return TableRef(request.parts["p"], request.parts["d"], table).check()


def _summary(request: Request) -> TableRef | None:
    """The table whose partitions are asked for, if they are."""
    name = request.parts["t"].removesuffix(partitions.SUFFIX)
    return TableRef(request.parts["p"], request.parts["d"], name).check() if name != request.parts["t"] else None


def list_(app: Application, request: Request) -> dict[str, Any]:
    ref = DatasetRef(request.parts["p"], request.parts["d"]).check()
    with app.session(ref.project) as s:
        found = list(app.catalog.tables(s.cursor, ref).items())
    shown, token = resources.page(request, found)
    items = [resources.table_item(TableRef(ref.project, ref.dataset, name), kept) for name, kept in shown]
    return {
        "kind": "bigquery#tableList",
        "etag": resources.etag({"t": items}),
        "tables": items,
        "totalItems": len(found),
        **({"nextPageToken": token} if token else {}),
    }


def insert(app: Application, request: Request) -> dict[str, Any]:
    body = request.json()
    reference = {"datasetId": request.parts["d"], **(body.get("tableReference") or {})}
    ref = TableRef.of(reference, request.parts["p"])
    with app.session(ref.project) as s:
        app.catalog.need_dataset(s.cursor, ref.parent)
        with s.writing(ref.parent):
            if app.catalog.table(s.cursor, ref):
                raise duplicate("Table", str(ref))
            kept = _new(app, s, ref, body)
            app.catalog.put_table(s.cursor, ref, kept)
        return resources.table(s, ref, kept)


def _new(app: Application, s: Session, ref: TableRef, body: dict[str, Any]) -> dict[str, Any]:
    fields = (body.get("schema") or {}).get("fields") or []
    extra = {key: body[key] for key in _KEPT if body.get(key) is not None}
    if body.get("view"):
        return {"type": "VIEW", "creationTime": now(), **_view(s, body), **extra}
    if body.get("materializedView"):
        raise BigQueryError("invalid", "dorc's local BigQuery does not have materialized views")
    if body.get("externalDataConfiguration"):
        from ..jobs import load

        configuration = body["externalDataConfiguration"]
        fields = fields or (configuration.get("schema") or {}).get("fields") or load.detect(s, configuration)
        return {"type": "EXTERNAL", "creationTime": now(), "schema": {"fields": fields}, **extra}
    if not fields:
        raise invalid("dorc's local BigQuery does not have tables without a schema: give schema.fields")
    kept = ddl.new(s, ref, fields) | extra
    ddl.make(s, ref, fields, "")
    return kept


def _view(s: Session, body: dict[str, Any]) -> dict[str, Any]:
    view = body["view"]
    if view.get("useLegacySql"):
        raise BigQueryError("invalid", "dorc's local BigQuery does not have legacy SQL: set useLegacySql to false")
    source = Source.of(str(view.get("query") or ""))
    tree = parse(source)
    columns = query.describe(s, query.translated(s, source, tree), source, tree)
    return {"schema": {"fields": schema.fields(columns)}, "view": {"query": source.text, "useLegacySql": False}}


def get(app: Application, request: Request) -> dict[str, Any]:
    if request.parts["d"] == rows.ANONYMOUS:
        return rows.anonymous_table(app, request.parts["t"])
    if summary := _summary(request):
        return partitions.table(app, summary)
    ref = _ref(request)
    with app.session(ref.project) as s:
        app.catalog.need_dataset(s.cursor, ref.parent)
        return resources.table(s, ref, app.catalog.need_table(s.cursor, ref))


def patch(app: Application, request: Request) -> dict[str, Any]:
    ref, body = _ref(request), request.json()
    with app.session(ref.project) as s:
        app.catalog.need_table(s.cursor, ref)
        with s.writing(ref.parent):
            kept = app.catalog.need_table(s.cursor, ref)
            resources.check_etag(request, kept)
            if body.get("view") and kept["type"] == "VIEW":
                kept |= _view(s, body)
            fields = (body.get("schema") or {}).get("fields")
            if fields and kept["type"] == "TABLE":
                _columns(s, ref, kept, fields)
            elif fields and kept["type"] == "VIEW":
                described = {f["name"].lower(): f for f in fields}
                for field in kept["schema"]["fields"]:
                    field |= {k: v for k, v in described.get(field["name"].lower(), {}).items() if k in ("description", "policyTags")}
            merge(kept, body, _KEPT)
            app.catalog.put_table(s.cursor, ref, kept)
        return resources.table(s, ref, kept)


def _columns(s: Session, ref: TableRef, kept: dict[str, Any], fields: list[dict[str, Any]]) -> None:
    """Adds columns and changes descriptions and modes, as a client's new schema says."""
    wanted = dict(schema.columns(fields))
    for name, kind in schema.columns(kept["schema"]["fields"]):
        found = next((t for n, t in wanted.items() if n.lower() == name.lower()), None)
        if found is None or found != kind:
            raise invalid(f"Provided Schema does not match Table {ref}. Field {name} is missing in new schema or has changed type")
    known = {f["name"].lower() for f in kept["schema"]["fields"]}
    for field in fields:
        if field["name"].lower() not in known:
            s.execute(f"ALTER TABLE {ref.sql} ADD COLUMN {arrays.column(field['name'], wanted[field['name']])}")
    kept["schema"] = {"fields": fields}


def delete(app: Application, request: Request) -> None:
    ref = _ref(request)
    with app.session(ref.project) as s:
        app.catalog.need_table(s.cursor, ref)
        with s.writing(ref.parent):
            app.catalog.drop_table(s.cursor, ref)


def data(app: Application, request: Request) -> dict[str, Any]:
    """tabledata.list."""
    if request.parts["d"] == rows.ANONYMOUS:
        job = app.jobs.anonymous(request.parts["t"])
        return {"kind": "bigquery#tableDataList", **rows.of_job(job, request)}
    if summary := _summary(request):
        return partitions.data(app, summary, request)
    ref = _ref(request)
    with app.session(ref.project) as s:
        kept = app.catalog.need_table(s.cursor, ref)
        if kept["type"] != "TABLE":
            raise invalid(f"Cannot list a table of type {kept['type']}.")
        columns = schema.columns(kept["schema"]["fields"])
        selected = [c.split(".")[0].lower() for c in request.argument("selectedFields").split(",") if c]
        if selected:
            columns = [(n, t) for n, t in columns if n.lower() in selected]
        total = s.execute(f"SELECT count(*) FROM {ref.sql}").fetchone()[0]
        return {"kind": "bigquery#tableDataList", **rows.page(s, ref.sql, columns, total, request)}


def insert_all(app: Application, request: Request) -> dict[str, Any]:
    """tabledata.insertAll: rows that do not fit are told one by one, and then none is written."""
    ref, body = _ref(request), request.json()
    with app.session(ref.project) as s:
        kept = app.catalog.need_table(s.cursor, ref)
        if kept["type"] != "TABLE":
            raise invalid(f"Cannot add rows to a table of type {kept['type']}.")
        columns = schema.columns(kept["schema"]["fields"])
        required = {f["name"].lower() for f in kept["schema"]["fields"] if f.get("mode") == "REQUIRED"}
        values, errors = [], []
        for n, row in enumerate(body.get("rows") or []):
            try:
                values.append(_row(row.get("json") or {}, columns, required, bool(body.get("ignoreUnknownValues"))))
            except BigQueryError as e:
                errors.append({"index": n, "errors": [{"reason": e.reason, "location": e.location, "message": e.message}]})
        if errors and not body.get("skipInvalidRows"):
            bad = {e["index"] for e in errors}
            errors += [{"index": n, "errors": [{"reason": "stopped", "message": ""}]} for n in range(len(body["rows"])) if n not in bad]
            values = []
        if values:
            names = ", ".join(quote(n) for n, _ in columns)
            with s.writing(ref.parent):
                s.execute(f"INSERT INTO {ref.sql} ({names}) VALUES {', '.join(values)}")
    return {"kind": "bigquery#tableDataInsertAllResponse", **({"insertErrors": errors} if errors else {})}


def _row(row: dict[str, Any], columns: schema.Columns, required: set[str], ignore: bool) -> str:
    known = {name.lower(): value for name, value in row.items()}
    if not ignore:
        for name in row:
            if name.lower() not in {n.lower() for n, _ in columns}:
                raise BigQueryError("invalid", f"no such field: {name}.", name)
    for name in required:
        if known.get(name) is None:
            raise BigQueryError("invalid", f"Missing required field: {name}.", name)
    return "(" + ", ".join(literals.typed(known.get(n.lower(), [] if t.element else None), t) for n, t in columns) + ")"
