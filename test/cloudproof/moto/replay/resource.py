"""A resource as dorc's component asked for it."""

import dataclasses
from typing import Any


@dataclasses.dataclass
class Resource:
    """One recorded creation; inputs have pulumi-aws's names."""

    type: str
    name: str
    id: str
    inputs: dict[str, Any]
    outputs: dict[str, Any]
    # manifest is that of a function's image, where one was really built.
    manifest: str = ""
    used: set[str] = dataclasses.field(default_factory=set)

    def take(self, key: str, default: Any = None) -> Any:
        """An input, which is thereby accounted for."""
        self.used.add(key)
        return self.inputs.get(key, default)

    def provider_only(self, **values: Any) -> None:
        """Inputs that no API of AWS has, with the only values that dorc gives."""
        for key, value in values.items():
            given = self.take(key, value)
            if given != value:
                raise ValueError(f"{key} is {given!r}; only {value!r} is known here")

    def left(self) -> list[str]:
        """Inputs that were not accounted for."""
        return sorted(set(self.inputs) - self.used)


@dataclasses.dataclass
class Outcome:
    """What was asked for and what moto has; both in the API's names."""

    expected: dict[str, Any]
    found: dict[str, Any]


def tag_list(tags: dict[str, str] | None, key: str = "Key", value: str = "Value") -> list[dict[str, str]]:
    """Tags as most APIs want them."""
    return [{key: k, value: v} for k, v in sorted((tags or {}).items())]


def tag_map(tags: list[dict[str, str]], key: str = "Key", value: str = "Value") -> dict[str, str]:
    """The opposite of tag_list."""
    return {t[key]: t[value] for t in tags}


def upper_first(value: Any) -> Any:
    """Pulumi's camelCase names as an API's PascalCase, at every level."""
    if isinstance(value, dict):
        return {k[:1].upper() + k[1:]: upper_first(v) for k, v in value.items()}
    if isinstance(value, list):
        return [upper_first(v) for v in value]
    return value
