"""Names of projects, datasets, tables and routines, and what they are called in files and in DuckDB.

BigQuery tells capitals from small letters, DuckDB and some file systems do not: a capital is a caret and the small letter.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .errors import invalid, unsupported

# https://cloud.google.com/resource-manager/docs/creating-managing-projects#before_you_begin; the part before a colon
# is a domain, which old projects have.
_PROJECT = re.compile(r"(?:[a-z0-9][a-z0-9.-]{0,61}:)?[a-z][a-z0-9-]{0,61}[a-z0-9]|[a-z]")
# https://cloud.google.com/bigquery/docs/datasets#dataset-naming
_DATASET = re.compile(r"[A-Za-z0-9_]{1,1024}")
# https://cloud.google.com/bigquery/docs/tables#table_naming: letters, marks, numbers, connectors, dashes and spaces.
_TABLE = re.compile(r"[\w\- ]{1,1024}")
# https://cloud.google.com/bigquery/docs/routines
_ROUTINE = re.compile(r"[A-Za-z0-9_]{1,256}")
# A file's name has at most 255 bytes on the usual file systems.
_MAX_FILE = 240


def encode(name: str) -> str:
    """A name that stays different from others where capitals do not count."""
    return "".join("^" + c.lower() if c != c.lower() else c for c in name)


@dataclass(frozen=True, order=True)
class DatasetRef:
    """A dataset of a project."""

    project: str
    dataset: str

    def check(self) -> "DatasetRef":
        """Refuses what cannot be a name, so that it can be a part of a path."""
        if not _PROJECT.fullmatch(self.project):
            raise invalid(f'Invalid project ID "{self.project}". Project IDs must contain 6-63 lowercase letters, digits, or dashes.')
        if not _DATASET.fullmatch(self.dataset):
            raise invalid(
                f'Invalid dataset ID "{self.dataset}". Dataset IDs must be alphanumeric (plus underscores) and must be at most 1024 characters long.'
            )
        if len(encode(self.dataset)) > _MAX_FILE:
            raise invalid(f'dorc\'s local BigQuery keeps a dataset in a file of its name, which is too long: "{self.dataset}"')
        return self

    def __str__(self) -> str:
        return f"{self.project}:{self.dataset}"

    @property
    def path(self) -> str:
        """Where its file is below the state folder."""
        return f"{self.project.replace(':', '^')}/{encode(self.dataset)}.duckdb"

    @property
    def database(self) -> str:
        """The name by which DuckDB knows its file."""
        return f"{self.project}.{encode(self.dataset)}"

    def resource(self) -> dict:
        """A DatasetReference."""
        return {"projectId": self.project, "datasetId": self.dataset}


@dataclass(frozen=True, order=True)
class TableRef:
    """A table or view of a dataset."""

    project: str
    dataset: str
    table: str

    def check(self) -> "TableRef":
        """Refuses what cannot be a name."""
        DatasetRef(self.project, self.dataset).check()
        if "$" in self.table:
            raise unsupported(f"partition decorators ({self.table}): write a condition on the column")
        if not _TABLE.fullmatch(self.table):
            raise invalid(f'Invalid table ID "{self.table}".')
        return self

    def __str__(self) -> str:
        return f"{self.project}:{self.dataset}.{self.table}"

    @property
    def parent(self) -> DatasetRef:
        return DatasetRef(self.project, self.dataset)

    @property
    def sql(self) -> str:
        """Its quoted name in DuckDB."""
        return ".".join(quote(part) for part in (self.parent.database, "main", encode(self.table)))

    def resource(self) -> dict:
        """A TableReference."""
        return {"projectId": self.project, "datasetId": self.dataset, "tableId": self.table}

    @staticmethod
    def of(resource: dict, project: str = "") -> "TableRef":
        """Reads a TableReference."""
        try:
            return TableRef(resource.get("projectId") or project, resource["datasetId"], resource["tableId"]).check()
        except (KeyError, TypeError, AttributeError):
            raise invalid("A table reference needs datasetId and tableId.") from None


@dataclass(frozen=True, order=True)
class RoutineRef:
    """A function or procedure of a dataset."""

    project: str
    dataset: str
    routine: str

    def check(self) -> "RoutineRef":
        """Refuses what cannot be a name."""
        DatasetRef(self.project, self.dataset).check()
        if not _ROUTINE.fullmatch(self.routine):
            raise invalid(f'Invalid routine ID "{self.routine}".')
        return self

    def __str__(self) -> str:
        return f"{self.project}:{self.dataset}.{self.routine}"

    @property
    def parent(self) -> DatasetRef:
        return DatasetRef(self.project, self.dataset)

    def resource(self) -> dict:
        """A RoutineReference."""
        return {"projectId": self.project, "datasetId": self.dataset, "routineId": self.routine}


def quote(identifier: str) -> str:
    """An identifier of DuckDB, whatever is in it."""
    return '"' + identifier.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A string of DuckDB, whatever is in it. A NUL cannot be in one."""
    return "'" + text.replace("'", "''").replace("\0", "\ufffd") + "'"
