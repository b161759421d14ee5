"""The program: serves a state folder until it is told to stop, or nobody uses it: its standard input has ended, and
each other user's lease."""

from __future__ import annotations

import argparse
import json
import logging
import os
import signal
import sys
import threading
from pathlib import Path

from .app import Application
from .errors import BigQueryError
from .http.leases import OWNER
from .http.request import Answer, Request
from .http.router import Router
from .http.server import Server
from .jobs.sessions import Idle
from .rest import datasets, jobs, routines, tables, uploads
from .state.lock import Locked, lock


def router() -> Router:
    """All paths."""
    out = Router()
    for module in (datasets, tables, jobs, routines, uploads):
        module.routes(out)
    out.add("GET", "dorc/state", lambda app, request: {"state": str(app.database.root), "pid": os.getpid()})
    out.add("POST", "dorc/stop", lambda app, request: app.stop())
    out.add("POST", "dorc/lease", _lease)
    out.add("POST", "dorc/leave", lambda app, request: {"stays": app.leases.leave(request.argument("lease"))})
    return out


def _lease(app: Application, request: Request) -> Answer:
    """A lease, which ends with its connection."""
    lease = app.leases.take(request.argument("storage"))
    if not lease:
        raise BigQueryError("resourceInUse", "dorc's local BigQuery is about to stop.")
    return Answer({"lease": lease}, closed=lambda: app.leases.leave(lease))


def main(argv: list[str] | None = None) -> int:
    """Runs the server. Exit code 3: another server has the state folder; 4: the server runs, but cannot start here."""
    parser = argparse.ArgumentParser(prog="dorc_bigquery", description=__doc__)
    parser.add_argument("--state", required=True, type=Path, help="folder of the datasets' files")
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; a free one without it")
    parser.add_argument("--storage", default=os.environ.get("STORAGE_EMULATOR_HOST", ""), help="URL of the local Cloud Storage")
    parser.add_argument("--location", default="US", help="location of jobs that do not say one")
    parser.add_argument("--memory", default="", help="DuckDB's memory limit, for instance 2GB")
    parser.add_argument("--session-idle", type=float, default=Idle.session, help="seconds without a job after which a session ends")
    parser.add_argument(
        "--transaction-idle", type=float, default=Idle.transaction, help="seconds without a job after which a session's transaction fails"
    )
    parser.add_argument("--stay", action="store_true", help="do not stop when the standard input ends")
    options = parser.parse_args(argv)
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(message)s")
    threading.stack_size(64 * 1024 * 1024)
    sys.setrecursionlimit(6000)
    root = options.state.resolve()
    root.mkdir(parents=True, exist_ok=True)
    try:
        held = lock(root / ".lock")
    except Locked:
        print(f"another dorc has the local BigQuery's state {root}", file=sys.stderr)
        return 3
    with held:
        try:
            app = Application(root, options.storage, options.location, options.memory, Idle(options.session_idle, options.transaction_idle))
            server = Server(router(), app, options.port)
        except Exception as e:
            print(f"the state {root} cannot be served: {e}", file=sys.stderr)
            return 4
        _serve(root, app, server, options.stay)
    return 0


def _serve(root: Path, app: Application, server: Server, stay: bool) -> None:
    # shutdown waits for the loop of requests, so it cannot be called in it.
    app.stop = lambda: threading.Thread(target=server.shutdown, daemon=True).start()
    app.leases.unused = lambda: app.stop()
    address = root / "server.json"
    made = root / "server.json.new"
    made.write_text(json.dumps({"url": server.url, "pid": os.getpid()}))
    made.replace(address)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: app.stop())
    if not stay:
        threading.Thread(target=_parent, args=(app,), daemon=True).start()
    print(json.dumps({"url": server.url}), flush=True)
    try:
        server.serve_forever(poll_interval=0.05)
    finally:
        address.unlink(missing_ok=True)
        server.server_close()
        app.database.close()


def _parent(app: Application) -> None:
    """Ends the lease of the parent when it has closed the standard input, which it does by dying too."""
    while os.read(0, 4096):
        pass
    if app.leases.leave(OWNER):
        # Nobody hears the log any more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
