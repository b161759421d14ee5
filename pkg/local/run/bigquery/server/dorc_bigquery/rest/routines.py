"""routines."""

from __future__ import annotations

from typing import Any

from ..app import Application
from ..errors import duplicate, not_found, unsupported
from ..http.request import Request
from ..http.router import Router
from ..names import DatasetRef, RoutineRef
from ..state.catalog import now
from . import resources

_KEPT = "routineType language arguments returnType returnTableType definitionBody description".split()
_DATASET = "projects/{p}/datasets/{d}/routines"


def routes(router: Router) -> None:
    """Adds the paths."""
    router.add("GET", _DATASET, list_)
    router.add("POST", _DATASET, insert)
    router.add("GET", _DATASET + "/{r}", get)
    router.add("PUT", _DATASET + "/{r}", update)
    router.add("DELETE", _DATASET + "/{r}", delete)


def _ref(request: Request) -> RoutineRef:
    return RoutineRef(request.parts["p"], request.parts["d"], request.parts["r"]).check()


def list_(app: Application, request: Request) -> dict[str, Any]:
    ref = DatasetRef(request.parts["p"], request.parts["d"]).check()
    with app.session(ref.project) as s:
        found = list(app.catalog.routines(s.cursor, ref).items())
    shown, token = resources.page(request, found)
    items = [resources.routine(RoutineRef(ref.project, ref.dataset, name), kept) for name, kept in shown]
    return {"routines": items, **({"nextPageToken": token} if token else {})}


def _kept(body: dict[str, Any]) -> dict[str, Any]:
    kept = {key: body[key] for key in _KEPT if body.get(key) is not None}
    kept.setdefault("language", "SQL")
    if kept["language"] != "SQL":
        raise unsupported(f"functions in {str(kept['language']).title()}, only in SQL")
    return kept


def insert(app: Application, request: Request) -> dict[str, Any]:
    body = request.json()
    reference = body.get("routineReference") or {}
    ref = RoutineRef(request.parts["p"], request.parts["d"], str(reference.get("routineId") or "")).check()
    kept = {**_kept(body), "creationTime": now()}
    with app.session(ref.project) as s:
        app.catalog.need_dataset(s.cursor, ref.parent)
        with s.writing(ref.parent):
            if app.catalog.routine(s.cursor, ref):
                raise duplicate("Routine", str(ref))
            app.catalog.put_routine(s.cursor, ref, kept)
    return resources.routine(ref, kept)


def get(app: Application, request: Request) -> dict[str, Any]:
    ref = _ref(request)
    with app.session(ref.project) as s:
        return resources.routine(ref, _need(app, s, ref))


def _need(app: Application, s: Any, ref: RoutineRef) -> dict[str, Any]:
    app.catalog.need_dataset(s.cursor, ref.parent)
    found = app.catalog.routine(s.cursor, ref)
    if found is None:
        raise not_found("Routine", str(ref))
    return found


def update(app: Application, request: Request) -> dict[str, Any]:
    ref, body = _ref(request), request.json()
    with app.session(ref.project) as s:
        before = _need(app, s, ref)
        kept = {**_kept(body), "creationTime": before["creationTime"]}
        with s.writing(ref.parent):
            app.catalog.put_routine(s.cursor, ref, kept)
    return resources.routine(ref, kept)


def delete(app: Application, request: Request) -> None:
    ref = _ref(request)
    with app.session(ref.project) as s:
        _need(app, s, ref)
        with s.writing(ref.parent):
            app.catalog.drop_routine(s.cursor, ref)
