"""Copy and extract jobs."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from ..errors import BigQueryError, invalid, unsupported
from ..names import TableRef, literal, quote
from ..session import Session
from ..state.catalog import Catalog
from ..statements.outcome import Outcome
from ..storage import Storage
from ..values import schema
from ..values.types import Type
from .query import write_rows
from .store import Job


def copy(catalog: Catalog, job: Job) -> None:
    """Copies tables into one."""
    settings = job.configuration.get("copy") or {}
    sources = settings.get("sourceTables") or ([settings["sourceTable"]] if settings.get("sourceTable") else [])
    target = TableRef.of(settings.get("destinationTable") or {}, job.project)
    session = job.session = Session(catalog, job.project)
    if not sources:
        raise invalid("Required parameter is missing: sourceTables")
    catalog.need_dataset(session.cursor, target.parent)
    write, create = settings.get("writeDisposition") or "WRITE_EMPTY", settings.get("createDisposition") or "CREATE_IF_NEEDED"
    count = 0
    for n, source in enumerate(sources):
        ref = TableRef.of(source, job.project)
        found = catalog.need_table(session.cursor, ref)
        if found["type"] != "TABLE":
            raise invalid(f"Cannot copy {ref}, which is a {found['type']}")
        names = ", ".join(quote(f["name"]) for f in found["schema"]["fields"])
        kept = {k: found[k] for k in ("timePartitioning", "rangePartitioning", "clustering") if k in found}
        count += write_rows(
            session,
            target,
            found["schema"]["fields"],
            f"SELECT {names} FROM {ref.sql}",
            write if n == 0 else "WRITE_APPEND",
            create,
            {**kept, **settings},
        )
    job.outcome = Outcome("COPY", affected=count)
    job.statistics["copy"] = {"copiedRows": str(count)}


_KINDS = {"CSV": "text/csv", "NEWLINE_DELIMITED_JSON": "application/json", "PARQUET": "application/octet-stream"}


def extract(catalog: Catalog, storage: Storage, job: Job) -> None:
    """Writes a table's rows into files."""
    settings = job.configuration.get("extract") or {}
    ref = TableRef.of(settings.get("sourceTable") or {}, job.project)
    session = job.session = Session(catalog, job.project)
    found = catalog.need_table(session.cursor, ref)
    if found["type"] != "TABLE":
        raise invalid(f"{ref} is not allowed for this operation because it is currently a {found['type']}.")
    form = str(settings.get("destinationFormat") or "CSV").upper()
    if form not in _KINDS:
        raise unsupported(f"files in {form}, only in CSV, newline-delimited JSON and Parquet")
    uris = settings.get("destinationUris") or []
    if not uris:
        raise invalid("Required parameter is missing: destinationUris")
    columns = schema.columns(found["schema"]["fields"])
    with tempfile.TemporaryDirectory(dir=catalog.database.scratch) as folder:
        file = Path(folder) / "rows"
        session.execute(f"COPY (SELECT {_columns(columns, form)} FROM {ref.sql}) TO {literal(str(file))} ({_options(form, settings)})")
        storage.upload(file, uris[0].replace("*", "000000000000"), _KINDS[form])
    job.outcome = Outcome("EXTRACT")
    job.statistics["extract"] = {"destinationUriFileCounts": ["1"] + ["0"] * (len(uris) - 1), "inputBytes": "0"}


def _options(form: str, settings: dict[str, Any]) -> str:
    gzip = str(settings.get("compression") or "NONE").upper() == "GZIP"
    if form == "PARQUET":
        return "FORMAT parquet"
    if form == "NEWLINE_DELIMITED_JSON":
        return "FORMAT json" + (", COMPRESSION gzip" if gzip else "")
    header = "false" if settings.get("printHeader") is False else "true"
    delimiter = {"tab": "\t", "\\t": "\t"}.get(settings.get("fieldDelimiter") or ",", settings.get("fieldDelimiter") or ",")
    return f"FORMAT csv, HEADER {header}, DELIMITER {literal(delimiter)}" + (", COMPRESSION gzip" if gzip else "")


def _columns(columns: list[tuple[str, Type]], form: str) -> str:
    shown = []
    for name, kind in columns:
        column = quote(name)
        if form == "CSV" and (kind.element or kind.kind == "STRUCT"):
            raise BigQueryError("invalid", f"Operation cannot be performed on a nested schema. Field: {name}")
        if form != "PARQUET":
            column = _TEXTS.get(kind.kind, "{0}").replace("{0}", column)
        if form == "NEWLINE_DELIMITED_JSON" and kind.kind in ("INT64", "NUMERIC", "BIGNUMERIC"):
            column = f"bq_to_string({column})"
        shown.append(f"{column} AS {quote(name)}")
    return ", ".join(shown)


_TEXTS = {
    "TIMESTAMP": "regexp_replace(strftime({0}, '%Y-%m-%d %H:%M:%S.%f'), '\\.0+$|(\\.\\d*?)0+$', '\\1') || ' UTC'",
    "DATETIME": "regexp_replace(strftime({0}, '%Y-%m-%dT%H:%M:%S.%f'), '\\.0+$|(\\.\\d*?)0+$', '\\1')",
    "NUMERIC": "bq_to_string({0})",
    "BIGNUMERIC": "bq_to_string({0})",
    "FLOAT64": "bq_to_string({0})",
    "BYTES": "to_base64({0})",
}
