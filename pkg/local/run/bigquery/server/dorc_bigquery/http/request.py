"""A request as the resources see it, and an answer."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Callable
from urllib.parse import parse_qs

from ..errors import BigQueryError, invalid


@dataclass
class Request:
    """One request. Parts are those of its path that have a name."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes
    parts: dict[str, str] = field(default_factory=dict)

    def argument(self, name: str, default: str = "") -> str:
        """A query parameter's last value."""
        found = parse_qs(self.query, keep_blank_values=True).get(name)
        return found[-1] if found else default

    def number(self, name: str, default: int) -> int:
        """A query parameter that is a number."""
        text = self.argument(name)
        if not text:
            return default
        try:
            return max(int(text), 0)
        except ValueError:
            raise invalid(f"Invalid value for {name}: {text}") from None

    def truth(self, name: str) -> bool:
        """A query parameter that is true or false."""
        return self.argument(name).lower() in ("true", "1")

    def json(self) -> dict[str, Any]:
        """The body."""
        if not self.body.strip():
            return {}
        try:
            found = json.loads(self.body)
        except (ValueError, RecursionError):
            raise BigQueryError("badRequest", "Invalid JSON payload received.") from None
        if not isinstance(found, dict):
            raise BigQueryError("badRequest", "Invalid JSON payload received. The body must be an object.")
        return found


@dataclass
class Answer:
    """What is sent back: JSON, or nothing."""

    body: dict[str, Any] | None = None
    code: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    # With it the connection stays open until the client closes it, or it breaks; then this is called.
    closed: Callable[[], object] | None = None
