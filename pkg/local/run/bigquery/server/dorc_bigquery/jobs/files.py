"""Reading files of rows: CSV, newline-delimited JSON and Parquet, as a query of DuckDB.

https://cloud.google.com/bigquery/docs/loading-data-cloud-storage-csv
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from ..errors import invalid, unsupported
from ..names import literal, quote
from ..session import Session
from ..values import schema
from ..values.types import Type
from . import badrecords, conversions

_NULL = "\\N dorc: no text is NULL"
_FORMATS = ("CSV", "NEWLINE_DELIMITED_JSON", "PARQUET")


def format_of(settings: dict[str, Any]) -> str:
    """The format of a load, checked."""
    found = str(settings.get("sourceFormat") or "CSV").upper()
    if found not in _FORMATS:
        raise unsupported(f"files in {found}, only in CSV, newline-delimited JSON and Parquet")
    return found


def detect(session: Session, files: list[Path], settings: dict[str, Any]) -> list[dict[str, Any]]:
    """The schema that files have by themselves."""
    columns = schema.of_result(session.execute(f"SELECT * FROM {_reader(files, settings, None)} LIMIT 0").description)
    return schema.fields([(_name(name), kind) for name, kind in columns])


def _name(name: str) -> str:
    cleaned = re.sub(r"\W", "_", name.strip())
    return "_" + cleaned if not cleaned or cleaned[0].isdigit() else cleaned


def query(session: Session, files: list[Path], settings: dict[str, Any], fields: list[dict[str, Any]], detected: bool) -> tuple[str, int]:
    """A query for the rows of files, with a schema's columns in order, and how many rows it leaves out because they are bad."""
    columns = schema.columns(fields)
    form, limit = format_of(settings), badrecords.allowed(settings)
    given = None if detected or form == "PARQUET" else columns
    if form == "NEWLINE_DELIMITED_JSON" and given:
        _unknown(session, files, settings, columns)
    values = _values(settings, form, columns) if given else _found(session, files, settings, columns, detected)
    if limit and form != "PARQUET":
        return badrecords.without(session, values, _reader(files, settings, given, rejects=True), form, limit)
    shown = ", ".join(f"{value} AS {quote(name)}" for value, _, name in values)
    return f"SELECT {shown} FROM {_reader(files, settings, given)}", 0


def _values(settings: dict[str, Any], form: str, columns: schema.Columns) -> list[badrecords.Value]:
    """The columns of a schema, of files that are read as texts."""
    if form == "CSV":
        null = (settings.get("csvOptions") or {}).get("nullMarker") or settings.get("nullMarker")
        return [(conversions.csv(quote(name), kind, null), conversions.csv_text(quote(name), kind), name) for name, kind in columns]
    return [(conversions.json(quote(name), kind), quote(name), name) for name, kind in columns]


def _found(
    session: Session, files: list[Path], settings: dict[str, Any], columns: schema.Columns, detected: bool
) -> list[badrecords.Value]:
    """The columns of a schema, of files whose own types DuckDB has found."""
    found = [d[0] for d in session.execute(f"SELECT * FROM {_reader(files, settings, None)} LIMIT 0").description]
    by_name = {_name(name).lower(): name for name in found}
    missing = [name for name, _ in columns if name.lower() not in by_name]
    if missing and detected:
        raise invalid(f"Field {missing[0]} is missing in the files")
    given = [quote(by_name[name.lower()]) if name.lower() in by_name else "NULL" for name, _ in columns]
    return [(f"CAST({text} AS {kind.duckdb})", text, name) for text, (name, kind) in zip(given, columns)]


def _json_type(kind: Type) -> str:
    if kind.element:
        return _json_type(kind.element) + "[]"
    if kind.kind == "STRUCT":
        return "STRUCT(" + ", ".join(f"{quote(n)} {_json_type(t)}" for n, t in kind.fields) + ")"
    return kind.duckdb if kind.kind == "JSON" else "VARCHAR"


def _unknown(session: Session, files: list[Path], settings: dict[str, Any], columns: schema.Columns) -> None:
    if settings.get("ignoreUnknownValues"):
        return
    keys = session.execute(
        f"SELECT DISTINCT unnest(json_keys(json)) FROM read_json_objects({_list(files)}, format = 'newline_delimited', maximum_object_size = 104857600)"
    ).fetchall()
    known = {name.lower() for name, _ in columns}
    for (key,) in keys:
        if key.lower() not in known:
            raise invalid(f"Error while reading data, error message: JSON parsing error: No such field: {key}.")


def _list(files: list[Path]) -> str:
    return "[" + ", ".join(literal(str(f)) for f in files) + "]"


def _reader(files: list[Path], settings: dict[str, Any], columns: schema.Columns | None, rejects: bool = False) -> str:
    form = format_of(settings)
    if form == "PARQUET":
        return f"read_parquet({_list(files)}, union_by_name = true)"
    if form == "NEWLINE_DELIMITED_JSON":
        shape = "" if columns is None else ", columns = {" + ", ".join(f"{literal(n)}: {literal(_json_type(t))}" for n, t in columns) + "}"
        return f"read_json({_list(files)}, format = 'newline_delimited', maximum_object_size = 104857600{shape})"
    options = {**settings, **(settings.get("csvOptions") or {})}
    skip = int(options.get("skipLeadingRows") or 0)
    delimiter = {"tab": "\t", "\\t": "\t"}.get(options.get("fieldDelimiter") or ",", options.get("fieldDelimiter") or ",")
    mark = '"' if options.get("quote") is None else options["quote"]
    arguments = [f"delim = {literal(delimiter)}", f"quote = {literal(mark)}", f"escape = {literal(mark)}"]
    if columns is None:
        header = "true" if skip else ""
        arguments += [f"header = {header}"] if header else []
        arguments += [f"skip = {skip - 1}"] if skip > 1 else []
        arguments.append("sample_size = -1")
    else:
        shape = ", ".join(f"{literal(name)}: 'VARCHAR'" for name, _ in columns)
        arguments += [
            f"columns = {{{shape}}}",
            "auto_detect = false",
            "header = false",
            f"skip = {skip}",
            f"nullstr = {literal(options.get('nullMarker') or _NULL)}",
        ]
        if options.get("allowJaggedRows"):
            arguments.append("null_padding = true")
    if badrecords.allowed(settings):
        arguments += ["store_rejects = true", "rejects_limit = 0"] if rejects else ["ignore_errors = true"]
    return f"read_csv({_list(files)}, {', '.join(arguments)})"
