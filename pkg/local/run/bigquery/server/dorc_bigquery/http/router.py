"""Which function answers which path."""

from __future__ import annotations

import re
from typing import Any, Callable
from urllib.parse import unquote

from ..errors import BigQueryError
from .request import Answer, Request

Handler = Callable[[Any, Request], "Answer | dict[str, Any] | None"]

# Google's libraries put the API's path before the resource's; some leave it out for an emulator.
_PREFIX = re.compile(r"^/(?:(?P<upload>upload|resumable/upload)/)?(?:bigquery/v2/)?")


class Router:
    """Handlers by method and path. {name} in a path is a part without a slash."""

    def __init__(self) -> None:
        self._routes: list[tuple[str, bool, re.Pattern[str], Handler]] = []

    def add(self, method: str, path: str, handler: Handler, upload: bool = False) -> None:
        """Adds a handler."""
        pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path)
        self._routes.append((method, upload, re.compile("^" + pattern + "$"), handler))

    def answer(self, server: Any, request: Request) -> Answer:
        """Answers a request; errors become answers."""
        try:
            found = self._find(request)(server, request)
        except BigQueryError as e:
            return Answer(e.body(), max(e.code, 400))
        return found if isinstance(found, Answer) else Answer(found)

    def _find(self, request: Request) -> Handler:
        prefix = _PREFIX.match(request.path)
        assert prefix is not None
        upload = bool(prefix.group("upload"))
        path = request.path[prefix.end() :].rstrip("/")
        methods = {request.method}
        if request.method == "POST" and request.headers.get("x-http-method-override"):
            methods = {request.headers["x-http-method-override"].upper()}
        for method, uploads, pattern, handler in self._routes:
            found = pattern.match(path)
            if found and method in methods and uploads == upload:
                request.parts = {name: unquote(value) for name, value in found.groupdict().items()}
                return handler
        raise BigQueryError("notFound", f"dorc's local BigQuery does not have {request.method} {request.path}")
