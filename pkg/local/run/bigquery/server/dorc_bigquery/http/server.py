"""HTTP on loopback: a thread per connection."""

from __future__ import annotations

import gzip
import json
import logging
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from ..errors import BigQueryError
from .request import Answer, Request
from .router import Router

_log = logging.getLogger("dorc_bigquery")
_MAX_BODY = 512 * 1024 * 1024


class Server(ThreadingHTTPServer):
    """Serves a router on 127.0.0.1."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, router: Router, context: Any, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.router = router
        self.context = context

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that broke off is no news."""
        _log.debug("connection of %s ended", client_address, exc_info=True)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server
    # Head and body of an answer go out together.
    wbufsize = 64 * 1024

    def do_GET(self) -> None:
        self._serve()

    do_POST = do_PUT = do_PATCH = do_DELETE = do_GET

    def log_message(self, format: str, *args: Any) -> None:
        _log.debug(format, *args)

    def _serve(self) -> None:
        try:
            answer = self._answer()
        except BigQueryError as e:
            answer = Answer(e.body(), e.code)
        except Exception:
            _log.exception("%s %s", self.command, self.path)
            error = BigQueryError("internalError", "An internal error of dorc's local BigQuery; its log has more.")
            answer = Answer(error.body(), error.code)
        if answer.closed is not None:
            try:
                self._hold(answer)
            finally:
                answer.closed()
            return
        body = b"" if answer.body is None else json.dumps(answer.body).encode()
        self.send_response(answer.code if answer.body is not None or answer.code != 200 else 204)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.body is not None:
            self.send_header("Content-Type", "application/json; charset=UTF-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _hold(self, answer: Answer) -> None:
        """Answers, and returns when the client has closed the connection."""
        self.send_response(answer.code)
        self.send_header("Content-Type", "application/json; charset=UTF-8")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(json.dumps(answer.body).encode() + b"\n")
        self.wfile.flush()
        while self.rfile.read(1):
            pass

    def _answer(self) -> Answer:
        path, _, query = self.path.partition("?")
        headers = {name.lower(): value for name, value in self.headers.items()}
        # A page of a browser cannot name a host that is not loopback's, whatever name it was led here by.
        host = headers.get("host", "").rsplit(":", 1)[0]
        if host not in ("127.0.0.1", "localhost", ""):
            raise BigQueryError("accessDenied", "dorc's local BigQuery answers to loopback only.")
        # A browser says which page a request comes from; no client of BigQuery does.
        if "origin" in headers:
            raise BigQueryError("accessDenied", "dorc's local BigQuery does not answer to pages of a browser.")
        request = Request(self.command, path, query, headers, self._body(headers))
        return self.server.router.answer(self.server.context, request)

    def _body(self, headers: dict[str, str]) -> bytes:
        if headers.get("transfer-encoding", "").lower() == "chunked":
            data = self._chunks()
        else:
            try:
                length = int(headers.get("content-length") or 0)
            except ValueError:
                raise BigQueryError("badRequest", "Content-Length is not a number.") from None
            if length > _MAX_BODY:
                raise BigQueryError("badRequest", "The request is too large.")
            data = self.rfile.read(length)
        if headers.get("content-encoding") == "gzip":
            try:
                return gzip.decompress(data)
            except (OSError, EOFError, zlib.error):
                raise BigQueryError("badRequest", "The body is not gzip.") from None
        return data

    def _chunks(self) -> bytes:
        out = bytearray()
        while True:
            try:
                size = int(self.rfile.readline(64).split(b";")[0], 16)
            except ValueError:
                raise BigQueryError("badRequest", "The body is not chunked well.") from None
            if size == 0:
                break
            out += self.rfile.read(size)
            self.rfile.readline(4)
            if len(out) > _MAX_BODY:
                raise BigQueryError("badRequest", "The request is too large.")
        while self.rfile.readline(8192).strip():
            pass
        return bytes(out)
