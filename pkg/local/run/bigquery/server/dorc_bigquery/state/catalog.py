"""What there is: datasets, tables, views and routines, as the resources of the REST API.

A resource lies as JSON in the file of its dataset, so that it changes in one transaction with the data.
"""

from __future__ import annotations

import json
import time
from typing import Any

import duckdb

from ..errors import not_found
from ..names import DatasetRef, RoutineRef, TableRef, quote
from .database import Database

DEFAULT_LOCATION = "US"


def now() -> str:
    """The time in milliseconds, as resources have it."""
    return str(int(time.time() * 1000))


class Catalog:
    """Reads and writes resources with the connection of a session."""

    def __init__(self, database: Database, default_location: str = DEFAULT_LOCATION) -> None:
        self.database = database
        # Where datasets are that do not say it.
        self.default_location = default_location

    # Datasets.

    def dataset(self, c: duckdb.DuckDBPyConnection, ref: DatasetRef) -> dict[str, Any] | None:
        """A dataset's resource, or None."""
        if not self.database.has(ref):
            return None
        row = c.execute(f"SELECT resource FROM {quote(ref.database)}.dorc.dataset").fetchone()
        return (
            json.loads(row[0])
            if row
            else {"datasetReference": ref.resource(), "location": self.default_location, "creationTime": now(), "lastModifiedTime": now()}
        )

    def need_dataset(self, c: duckdb.DuckDBPyConnection, ref: DatasetRef) -> dict[str, Any]:
        """A dataset's resource, or the error that it is not there."""
        found = self.dataset(c, ref)
        if found is None:
            raise not_found("Dataset", str(ref), "")
        return found

    def put_dataset(self, c: duckdb.DuckDBPyConnection, ref: DatasetRef, resource: dict[str, Any]) -> None:
        """Writes a dataset's resource."""
        table = f"{quote(ref.database)}.dorc.dataset"
        c.execute(f"DELETE FROM {table}")
        c.execute(f"INSERT INTO {table} VALUES (?, ?, ?)", [ref.project, ref.dataset, json.dumps(resource)])

    def location(self, c: duckdb.DuckDBPyConnection, ref: DatasetRef) -> str:
        """Where a dataset is said to be."""
        found = self.dataset(c, ref)
        return found.get("location", self.default_location) if found else self.default_location

    # Tables and views.

    def tables(self, c: duckdb.DuckDBPyConnection, ref: DatasetRef) -> dict[str, dict[str, Any]]:
        """The tables of a dataset by their names, in order."""
        self.need_dataset(c, ref)
        rows = c.execute(f"SELECT id, resource FROM {quote(ref.database)}.dorc.tables ORDER BY id").fetchall()
        found = {name: json.loads(resource) for name, resource in rows}
        return {name: resource for name, resource in found.items() if not expired(resource)}

    def table(self, c: duckdb.DuckDBPyConnection, ref: TableRef) -> dict[str, Any] | None:
        """A table's resource, or None. A table whose time has come is gone."""
        if not self.database.has(ref.parent):
            return None
        row = c.execute(f"SELECT resource FROM {quote(ref.parent.database)}.dorc.tables WHERE id = ?", [ref.table]).fetchone()
        found = json.loads(row[0]) if row else None
        return None if found is None or expired(found) else found

    def need_table(self, c: duckdb.DuckDBPyConnection, ref: TableRef) -> dict[str, Any]:
        """A table's resource, or the error that it is not there."""
        found = self.table(c, ref)
        if found is None:
            if not self.database.has(ref.parent):
                raise not_found("Dataset", str(ref.parent), self.default_location)
            raise not_found("Table", str(ref), self.location(c, ref.parent))
        return found

    def put_table(self, c: duckdb.DuckDBPyConnection, ref: TableRef, resource: dict[str, Any]) -> None:
        """Writes a table's resource."""
        resource["lastModifiedTime"] = now()
        self._put(c, ref.parent, "tables", ref.table, resource)

    def drop_table(self, c: duckdb.DuckDBPyConnection, ref: TableRef) -> None:
        """Removes a table or view with its data."""
        c.execute(f"DROP TABLE IF EXISTS {ref.sql}")
        c.execute(f"DELETE FROM {quote(ref.parent.database)}.dorc.tables WHERE id = ?", [ref.table])

    # Routines.

    def routines(self, c: duckdb.DuckDBPyConnection, ref: DatasetRef) -> dict[str, dict[str, Any]]:
        """The routines of a dataset by their names, in order."""
        self.need_dataset(c, ref)
        rows = c.execute(f"SELECT id, resource FROM {quote(ref.database)}.dorc.routines ORDER BY id").fetchall()
        return {name: json.loads(resource) for name, resource in rows}

    def routine(self, c: duckdb.DuckDBPyConnection, ref: RoutineRef) -> dict[str, Any] | None:
        """A routine's resource, or None."""
        if not self.database.has(ref.parent):
            return None
        row = c.execute(f"SELECT resource FROM {quote(ref.parent.database)}.dorc.routines WHERE id = ?", [ref.routine]).fetchone()
        return json.loads(row[0]) if row else None

    def put_routine(self, c: duckdb.DuckDBPyConnection, ref: RoutineRef, resource: dict[str, Any]) -> None:
        """Writes a routine's resource."""
        resource["lastModifiedTime"] = now()
        self._put(c, ref.parent, "routines", ref.routine, resource)

    def drop_routine(self, c: duckdb.DuckDBPyConnection, ref: RoutineRef) -> None:
        """Removes a routine."""
        c.execute(f"DELETE FROM {quote(ref.parent.database)}.dorc.routines WHERE id = ?", [ref.routine])

    def _put(self, c: duckdb.DuckDBPyConnection, ref: DatasetRef, kind: str, name: str, resource: dict[str, Any]) -> None:
        table = f"{quote(ref.database)}.dorc.{kind}"
        c.execute(f"DELETE FROM {table} WHERE id = ?", [name])
        c.execute(f"INSERT INTO {table} VALUES (?, ?)", [name, json.dumps(resource)])


def expired(resource: dict[str, Any]) -> bool:
    """Whether a table's expiration time has passed."""
    at = resource.get("expirationTime")
    return bool(at) and int(at) <= int(time.time() * 1000)
