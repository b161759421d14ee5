"""Makes a line's catalog: the operators of an Airflow with their arguments, and old names.

Run with the Python of the line's environment (docs/contributing.md):

  python gen/catalog.py catalog/2.10.gz
  python gen/catalog.py catalog/3.1.gz catalog/2.10.gz

It writes the first. The second is the catalog of an earlier line: names that were right
there and are not any more become old names here.

What an operator accepts is what its constructors accept together: as long as one hands
its **kwargs to the next in the order of resolution, the next one's parameters count
too, less those that it is given expressly. That is read from the constructors' source
by ast. Nothing is constructed or executed. The form of the result is described in
read.go; the same packages give the same bytes.
"""

from __future__ import annotations

import ast
import gzip
import importlib
import inspect
import logging
import os
import sys
import tempfile
import textwrap
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from types import FunctionType, ModuleType

os.environ["AIRFLOW_HOME"] = tempfile.mkdtemp()
os.environ["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"] = "sqlite://"
logging.disable(logging.CRITICAL)

import airflow  # noqa: E402

try:
    from airflow.sdk import BaseOperator
    from airflow.sdk.bases.sensor import BaseSensorOperator
except ImportError:
    from airflow.models.baseoperator import BaseOperator
    from airflow.sensors.base import BaseSensorOperator

# Where operators are, besides the providers.
CORE = ("airflow.operators", "airflow.sensors", "airflow.models.baseoperator", "airflow.sdk.bases")
# Parts of names of modules that define no operators and cannot all be imported.
SKIP = ("example_dags", "tests", "migrations", "version_compat", "get_provider_info", ".executors", ".cli", ".www", ".api_fastapi")
# Parts of names of modules that are there for their operators.
HOMES = (".operators.", ".sensors.", ".transfers.")
INIT = "__init__"


@dataclass
class Call:
    """A call of another constructor in a constructor."""

    target: str | None
    """The class that is named, or None for super()."""
    positional: int
    names: set[str]
    spread: bool
    """Whether **kwargs are handed on."""


@dataclass
class Body:
    """What a constructor does with its **kwargs."""

    calls: list[Call] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)
    """Names that it takes out itself, by pop or get."""
    put: set[str] = field(default_factory=set)
    """Names that it puts in when they are missing: nobody needs to give them."""


@dataclass
class Accepted:
    """What an operator's constructors accept together."""

    parameters: dict[str, tuple[bool, bool]] = field(default_factory=dict)
    """By name: whether it is required, and whether it goes by keyword only."""
    given: set[str] = field(default_factory=set)
    """Parameters of a base class that a subclass gives expressly."""
    open: bool = False
    base: bool = False
    """Whether BaseOperator's own arguments are accepted."""


def mentions(node: ast.AST, name: str) -> bool:
    return any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(node))


def is_super(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super"


def read_body(function: FunctionType, kwargs: str) -> Body | None:
    """Reads a constructor; None when it has no source."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError, SyntaxError):
        return None
    body = Body()
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store) and mentions(node.value, kwargs):
            if isinstance(node.slice, ast.Constant):
                body.put.add(str(node.slice.value))
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        owner, method = node.func.value, node.func.attr
        if method in ("pop", "get") and isinstance(owner, ast.Name) and owner.id == kwargs:
            if node.args and isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str):
                body.taken.append(node.args[0].value)
        if method == "setdefault" and mentions(owner, kwargs) and node.args and isinstance(node.args[0], ast.Constant):
            body.put.add(str(node.args[0].value))
        if method != INIT:
            continue
        positional = [a for a in node.args if not isinstance(a, ast.Starred)]
        named = isinstance(owner, ast.Name)
        if not is_super(owner) and not named:
            continue
        body.calls.append(
            Call(
                target=owner.id if named else None,
                positional=len(positional) - (1 if named else 0),
                names={k.arg for k in node.keywords if k.arg},
                spread=any(k.arg is None and mentions(k.value, kwargs) for k in node.keywords),
            )
        )
    return body


def constructors(mro: list[type]) -> list[type]:
    return [c for c in mro if INIT in vars(c) and c is not object]


def accepted(cls: type) -> Accepted:
    """What a class accepts."""
    result = Accepted()
    put: set[str] = set()
    rest = constructors(list(cls.__mro__))
    while rest:
        current = rest.pop(0)
        function = inspect.unwrap(vars(current)[INIT])
        if current is BaseOperator:
            result.base = True
            return result
        kwargs = None
        for p in list(inspect.signature(function).parameters.values())[1:]:
            if p.kind is p.VAR_KEYWORD:
                kwargs = p.name
            elif p.kind is not p.VAR_POSITIONAL and p.name not in result.parameters and p.name not in result.given:
                result.parameters[p.name] = (p.default is p.empty and p.name not in put, p.kind is p.KEYWORD_ONLY)
        if kwargs is None:
            return result
        body = read_body(function, kwargs)
        if body is None:
            continue
        spreading = [c for c in body.calls if c.spread]
        if not spreading:
            result.open = True  # it keeps what it gets
            return result
        put |= body.put
        for name in body.taken:
            if name not in result.given:
                result.parameters.setdefault(name, (False, True))
        named = [c.target for c in spreading if c.target]
        if named:
            target = function.__globals__.get(named[0])
            if isinstance(target, type):
                rest = constructors(list(target.__mro__))
        following = []
        if rest:
            signature = inspect.signature(inspect.unwrap(vars(rest[0])[INIT]))
            following = [p.name for p in list(signature.parameters.values())[1:] if p.kind is p.POSITIONAL_OR_KEYWORD]
        given = [c.names | set(following[: c.positional]) for c in spreading]
        for name in set.intersection(*given):
            if name not in result.parameters:
                result.given.add(name)
    return result


def strings(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    try:
        found = [v for v in value if isinstance(v, str)]  # type: ignore[attr-defined]
    except TypeError:
        return []
    return sorted(found)  # some are sets, or made of them


def replacement(cls: type) -> str | None:
    """What a deprecated class says to use instead: names, or "" for nothing; None if it is not deprecated."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(cls)))
    except (OSError, TypeError, SyntaxError):
        return None
    for decorator in tree.body[0].decorator_list:  # type: ignore[attr-defined]
        if not isinstance(decorator, ast.Call) or not isinstance(decorator.func, ast.Name) or decorator.func.id != "deprecated":
            continue
        for k in decorator.keywords:
            if k.arg == "use_instead" and isinstance(k.value, ast.Constant):
                names = [n.strip().split(" ")[0] for n in str(k.value.value).split(",")]
                return " ".join(n for n in names if n.startswith("airflow."))
        return ""
    return None


def names_below(package: str) -> list[str]:
    """The names of all modules of a package, also in folders without __init__.py."""
    names = set()
    for root in importlib.import_module(package).__path__:
        for file in Path(root).rglob("*.py"):
            parts = [package, *file.relative_to(root).with_suffix("").parts]
            names.add(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    return sorted(names)


def modules() -> tuple[list[ModuleType], list[ModuleType], list[str]]:
    """All modules that can have operators, those among them that warn that they are old, and the names of
    those that need packages that are not here."""
    found, old, beyond = [], [], []
    for name in names_below("airflow"):
        if not name.startswith(("airflow.providers.", *CORE)) or any(s in name for s in SKIP):
            continue
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            try:
                module = importlib.import_module(name)
            except (Exception, SystemExit) as error:  # noqa: BLE001
                print(f"{name}: {type(error).__name__}: {error}", file=sys.stderr)
                if any(h in name for h in HOMES):
                    beyond.append(name)
                continue
        found.append(module)
        if any(f"{name}`" in str(w.message) or "module is deprecated" in str(w.message) for w in said):
            old.append(module)
    return found, old, beyond


def dotted(cls: type) -> str:
    return f"{cls.__module__}.{cls.__qualname__}"


def operators(found: list[ModuleType]) -> dict[str, type]:
    """The operators by name, each under the module that defines it."""
    all_classes = {}
    for module in found:
        for name, value in vars(module).items():
            if isinstance(value, type) and issubclass(value, BaseOperator) and not name.startswith("_"):
                if value.__module__ == module.__name__ and value.__qualname__ == name:
                    all_classes[dotted(value)] = value
    return all_classes


def is_operator_name(name: str) -> bool:
    return name.endswith(("Operator", "Sensor"))


def moved_here(found: list[ModuleType], old: list[ModuleType], known: dict[str, type]) -> dict[str, str]:
    """Old names that this Airflow still knows to be old."""
    moved = {}
    for module in [*found, importlib.import_module("airflow")]:
        tables = [v for k, v in vars(module).items() if k.endswith("__deprecated_classes") and isinstance(v, dict)]
        for table in tables:
            for sub, names in table.items():
                for name, target in names.items() if isinstance(names, dict) else ():
                    if is_operator_name(name):
                        moved[f"{module.__name__}.{sub}.{name}"] = target
    for module in old:
        for name, value in vars(module).items():
            if isinstance(value, type) and value.__module__ != module.__name__ and dotted(value) in known:
                moved[f"{module.__name__}.{name}"] = dotted(value)
    return moved


def contrib() -> list[ModuleType]:
    names = ("airflow.contrib.operators", "airflow.contrib.sensors")
    result = []
    for name in names:
        try:
            result.append(importlib.import_module(name))
        except ImportError:
            continue
    return result


def read_earlier(path: str) -> tuple[list[str], dict[str, str]]:
    """The class names and old names of an earlier line's catalog."""
    names, moved = [], {}
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            kind, _, rest = line.rstrip("\n").partition(" ")
            parts = rest.split("\t")
            if kind == "class":
                names.append(parts[0])
            elif kind == "moved":
                moved[parts[0]] = parts[1]
    return names, moved


def covers() -> list[str]:
    """The packages whose operators are all in the catalog."""
    core = ["airflow.contrib", "airflow.models", "airflow.operators", "airflow.sdk", "airflow.sensors"]
    end = ".get_provider_info"
    return core + [n.removesuffix(end) for n in names_below("airflow.providers") if n.endswith(end)]


def line(name: str, cls: type) -> str:
    """An operator's line."""
    accepts = accepted(cls)
    instead = replacement(cls)
    facts = {
        "a": inspect.isabstract(cls),
        "b": accepts.base,
        "d": instead is not None,
        "o": accepts.open,
        "s": issubclass(cls, BaseSensorOperator),
    }
    parameters = [
        ("*" if keyword else "") + parameter + ("!" if required else "")
        for parameter, (required, keyword) in accepts.parameters.items()
    ]
    parts = [
        name,
        "".join(letter for letter, true in facts.items() if true),
        " ".join(parameters),
        " ".join(sorted(accepts.given)),
        " ".join(strings(getattr(cls, "template_fields", ()))),
        " ".join(strings(getattr(cls, "template_ext", ()))),
        instead or "",
    ]
    return "\t".join(parts)


def main() -> None:
    warnings.simplefilter("ignore")
    found, old, beyond = modules()
    known = operators(found)
    covered = covers()
    moved = moved_here([*found, *contrib()], old, known)
    earlier, earlier_moved = read_earlier(sys.argv[2]) if len(sys.argv) > 2 else ([], {})

    by_name: dict[str, list[str]] = {}
    for name in known:
        by_name.setdefault(name.rsplit(".", 1)[1], []).append(name)

    def today(name: str) -> str | None:
        """Where an old name is now; a name of a package that is not here stays as it is."""
        for _ in range(5):
            if name in known:
                return name
            if name not in moved:
                break
            name = moved[name]
        if not any(name == c or name.startswith(c + ".") for c in covered):
            return name
        same = by_name.get(name.rsplit(".", 1)[1], [])
        near = [s for s in same if s.startswith("airflow.providers.standard.")] or same
        return near[0] if len(near) == 1 else None

    every = {**{n: n for n in earlier if n not in known}, **earlier_moved, **moved}
    resolved = {name: today(target) for name, target in every.items() if name not in known}

    signature = inspect.signature(inspect.unwrap(vars(BaseOperator)[INIT])).parameters.values()
    base = [p.name for p in list(signature)[1:] if p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL)]
    lines = [f"airflow {airflow.__version__}", "covers " + " ".join(covered), "beyond " + " ".join(sorted(beyond)), "base " + " ".join(base)]
    lines += ["class " + line(name, known[name]) for name in sorted(known)]
    lines += [f"moved {name}\t{resolved[name]}" for name in sorted(resolved) if resolved[name]]
    text = "\n".join(lines) + "\n"
    Path(sys.argv[1]).write_bytes(gzip.compress(text.encode(), mtime=0))


main()
