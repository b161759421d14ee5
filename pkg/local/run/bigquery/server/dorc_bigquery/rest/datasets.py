"""projects and datasets."""

from __future__ import annotations

from typing import Any

from ..app import Application
from ..errors import duplicate, invalid
from ..http.request import Request
from ..http.router import Router
from ..names import DatasetRef
from ..state.catalog import now
from ..statements.objects import remove_dataset
from . import resources

_KEPT = "friendlyName description labels location defaultTableExpirationMs defaultPartitionExpirationMs access isCaseInsensitive maxTimeTravelHours defaultCollation storageBillingModel".split()


def routes(router: Router) -> None:
    """Adds the paths."""
    router.add("GET", "projects", projects)
    router.add("GET", "projects/{p}/serviceAccount", service_account)
    router.add("GET", "projects/{p}/datasets", list_)
    router.add("POST", "projects/{p}/datasets", insert)
    router.add("GET", "projects/{p}/datasets/{d}", get)
    router.add("PATCH", "projects/{p}/datasets/{d}", patch)
    router.add("PUT", "projects/{p}/datasets/{d}", patch)
    router.add("DELETE", "projects/{p}/datasets/{d}", delete)


def _ref(request: Request) -> DatasetRef:
    return DatasetRef(request.parts["p"], request.parts["d"]).check()


def projects(app: Application, request: Request) -> dict[str, Any]:
    names = app.database.projects()
    items = [
        {"kind": "bigquery#project", "id": n, "numericId": "0", "projectReference": {"projectId": n}, "friendlyName": n} for n in names
    ]
    return {"kind": "bigquery#projectList", "projects": items, "totalItems": len(items)}


def service_account(app: Application, request: Request) -> dict[str, Any]:
    return {"kind": "bigquery#getServiceAccountResponse", "email": "dorc@local"}


def list_(app: Application, request: Request) -> dict[str, Any]:
    shown, token = resources.page(request, app.database.datasets(request.parts["p"]))
    with app.session(request.parts["p"]) as s:
        items = []
        for ref in shown:
            kept = app.catalog.dataset(s.cursor, ref) or {}
            items.append(
                {
                    "kind": "bigquery#dataset",
                    "id": str(ref),
                    "datasetReference": ref.resource(),
                    "labels": kept.get("labels", {}),
                    "location": kept.get("location", app.location),
                }
            )
    return {
        "kind": "bigquery#datasetList",
        "etag": resources.etag({"d": items}),
        "datasets": items,
        **({"nextPageToken": token} if token else {}),
    }


def insert(app: Application, request: Request) -> dict[str, Any]:
    body = request.json()
    reference = body.get("datasetReference") or {}
    if not isinstance(reference.get("datasetId"), str):
        raise invalid("Required parameter is missing: datasetReference.datasetId")
    ref = DatasetRef(reference.get("projectId") or request.parts["p"], reference["datasetId"]).check()
    kept = {key: body[key] for key in _KEPT if body.get(key) is not None}
    kept |= {"datasetReference": ref.resource(), "creationTime": now(), "lastModifiedTime": now()}
    kept.setdefault("location", app.location)
    if not app.database.create(ref):
        raise duplicate("Dataset", str(ref))
    with app.session(ref.project) as s:
        with s.writing(ref):
            app.catalog.put_dataset(s.cursor, ref, kept)
        return resources.dataset(ref, kept)


def get(app: Application, request: Request) -> dict[str, Any]:
    ref = _ref(request)
    with app.session(ref.project) as s:
        return resources.dataset(ref, app.catalog.need_dataset(s.cursor, ref))


def patch(app: Application, request: Request) -> dict[str, Any]:
    ref, body = _ref(request), request.json()
    with app.session(ref.project) as s:
        app.catalog.need_dataset(s.cursor, ref)
        with s.writing(ref):
            kept = app.catalog.need_dataset(s.cursor, ref)
            resources.check_etag(request, kept)
            merge(kept, body, _KEPT)
            app.catalog.put_dataset(s.cursor, ref, kept)
        return resources.dataset(ref, kept)


def merge(kept: dict[str, Any], body: dict[str, Any], keys: list[str]) -> None:
    """Puts the changes of a PATCH into a resource; null takes away."""
    for key in keys:
        if key not in body:
            continue
        if body[key] is None:
            kept.pop(key, None)
        elif key == "labels" and isinstance(body[key], dict):
            labels = {**kept.get("labels", {}), **body[key]}
            kept["labels"] = {k: v for k, v in labels.items() if v is not None}
        else:
            kept[key] = body[key]
    kept["lastModifiedTime"] = now()


def delete(app: Application, request: Request) -> None:
    ref = _ref(request)
    with app.session(ref.project) as s:
        app.catalog.need_dataset(s.cursor, ref)
        remove_dataset(s, ref, request.truth("deleteContents"))
