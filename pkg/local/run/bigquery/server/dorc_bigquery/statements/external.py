"""CREATE EXTERNAL TABLE over files of Cloud Storage."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from ..errors import duplicate, invalid_query
from ..session import Session
from ..sql.source import Source
from ..state.catalog import now
from . import options, tables
from .outcome import Outcome


def create(session: Session, source: Source, tree: exp.Create, target: exp.Expression, properties: list[exp.Expression]) -> Outcome:
    """Keeps where the files are; they are read by each query."""
    from ..jobs import load

    ref = session.table_ref(tables.parts_of(target), source.place(target))
    session.catalog.need_dataset(session.cursor, ref.parent)
    found = options.values(session, source, properties)
    if not found.get("format") or not found.get("uris"):
        raise invalid_query("CREATE EXTERNAL TABLE needs the options format and uris", source.position(0))
    configuration: dict[str, Any] = {
        "sourceFormat": _FORMATS.get(str(found["format"]).upper(), str(found["format"]).upper()),
        "sourceUris": list(found["uris"]),
        "autodetect": True,
    }
    if "skip_leading_rows" in found or "field_delimiter" in found:
        configuration["csvOptions"] = {
            "skipLeadingRows": str(found.get("skip_leading_rows", 0)),
            "fieldDelimiter": found.get("field_delimiter", ","),
        }
    fields = tables.fields_of(source, tree.this.expressions) if isinstance(tree.this, exp.Schema) else []
    resource: dict[str, Any] = {"type": "EXTERNAL", "creationTime": now(), "externalDataConfiguration": configuration}
    if fields:
        configuration["autodetect"] = False
        resource["schema"] = {"fields": fields}
    options.table(
        {k: v for k, v in found.items() if k in ("description", "labels", "friendly_name", "expiration_timestamp")}, resource, source
    )
    with session.writing(ref.parent, ddl=True):
        there = session.catalog.table(session.cursor, ref)
        if there and tree.args.get("exists"):
            return Outcome("CREATE_EXTERNAL_TABLE", operation="SKIP", target=ref.resource(), target_kind="table")
        if there and not tree.args.get("replace"):
            raise duplicate("Table", str(ref))
        if not fields:
            resource["schema"] = {"fields": load.detect(session, configuration)}
        session.catalog.drop_table(session.cursor, ref)
        session.catalog.put_table(session.cursor, ref, resource)
    return Outcome("CREATE_EXTERNAL_TABLE", operation="REPLACE" if there else "CREATE", target=ref.resource(), target_kind="table")


_FORMATS = {"JSON": "NEWLINE_DELIMITED_JSON", "NEWLINE_DELIMITED_JSON": "NEWLINE_DELIMITED_JSON"}
