"""Load jobs whose rows come with the request: multipart and resumable uploads.

https://cloud.google.com/bigquery/docs/reference/api-uploads
"""

from __future__ import annotations

import json
import re
import tempfile
import threading
import uuid
from pathlib import Path
from typing import Any

from ..app import Application
from ..errors import BigQueryError, invalid, not_found
from ..http.request import Answer, Request
from ..http.router import Router
from .jobs import submit

_pending: dict[str, tuple[dict[str, Any], Path]] = {}
_lock = threading.Lock()


def routes(router: Router) -> None:
    """Adds the paths."""
    router.add("POST", "projects/{p}/jobs", begin, upload=True)
    router.add("PUT", "projects/{p}/jobs", resume, upload=True)


def begin(app: Application, request: Request) -> "Answer | dict[str, Any]":
    """The first request of an upload, or the only one."""
    kind = request.argument("uploadType")
    if kind == "multipart":
        body, data = _parts(request)
        file = _file(app)
        file.write_bytes(data)
        return submit(app, request.parts["p"], body, file)
    if kind != "resumable":
        raise invalid(f"Unknown uploadType: {kind}")
    name = uuid.uuid4().hex
    with _lock:
        _pending[name] = (request.json(), _file(app))
    host = request.headers.get("host", "127.0.0.1")
    return Answer({}, 200, {"Location": f"http://{host}{request.path}?uploadType=resumable&upload_id={name}"})


def _file(app: Application) -> Path:
    handle, name = tempfile.mkstemp(dir=app.database.scratch)
    with open(handle, "wb"):
        return Path(name)


def resume(app: Application, request: Request) -> "Answer | dict[str, Any]":
    """A chunk of a resumable upload."""
    name = request.argument("upload_id")
    with _lock:
        found = _pending.get(name)
    if found is None:
        raise not_found("Upload", name)
    body, file = found
    span = re.fullmatch(r"bytes (?:(\d+)-(\d+)|\*)/(\d+|\*)", request.headers.get("content-range", ""))
    there = file.stat().st_size
    if span and span.group(1) is not None and int(span.group(1)) != there:
        raise BigQueryError("badRequest", f"The chunk begins at {span.group(1)}, and {there} bytes are there.")
    with file.open("ab") as out:
        out.write(request.body)
    there += len(request.body)
    total = span.group(3) if span else str(there)
    if total == "*" or int(total) > there:
        return Answer({}, 308, {"Range": f"bytes=0-{there - 1}"} if there else {})
    with _lock:
        _pending.pop(name, None)
    return submit(app, request.parts["p"], body, file)


def _parts(request: Request) -> tuple[dict[str, Any], bytes]:
    found = re.search(r'boundary="?([^";]+)"?', request.headers.get("content-type", ""))
    if not found:
        raise invalid("A multipart upload needs a boundary.")
    pieces = request.body.split(b"--" + found.group(1).encode())
    if len(pieces) < 4:
        raise invalid("A multipart upload has two parts.")
    out = []
    for piece in pieces[1:3]:
        head, _, data = piece.lstrip(b"\r\n").partition(b"\r\n\r\n")
        out.append(data[:-2] if data.endswith(b"\r\n") else data)
    try:
        body = json.loads(out[0])
    except ValueError:
        raise invalid("The first part of a multipart upload is JSON.") from None
    if not isinstance(body, dict):
        raise invalid("The first part of a multipart upload is an object.")
    return body, out[1]
