"""Constructs operators and tells which arguments they take.

Names of classes come on standard input, one a line. For each that can be constructed
with strings for its required arguments, a JSON object goes to standard output: the
arguments without which it did not construct, those that it accepted besides, those that
it refused, and its template fields. What it says owes nothing to gen/catalog.py.
"""

from __future__ import annotations

import importlib
import inspect
import json
import logging
import re
import sys
import warnings

OUT = sys.stdout
sys.stdout = sys.stderr  # Airflow 3 logs there
warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)

MISSING = re.compile(r"missing (?:keyword|required|\d+ required)[^:']*:?(.*)")
REFUSAL = re.compile(r"unexpected keyword argument|multiple values for|Invalid arguments were passed")
NONSENSE = "dorc_no_such_argument"
TRIES = 12


def required(cls: type) -> dict[str, str] | None:
    """The arguments without which a class does not construct; None if strings do not do for it."""
    given: dict[str, str] = {}
    for _ in range(TRIES):
        try:
            cls(task_id="task", **given)
        except Exception as error:  # noqa: BLE001
            found = MISSING.search(str(error))
            names = re.findall(r"'(\w+)'", found.group(1) if found else "")
            names = names or re.findall(r"missing keyword argument '(\w+)'", str(error))
            if not names or all(n in given for n in names):
                return None
            given.update({n: "text" for n in names})
        else:
            return given
    return None


def takes(cls: type, given: dict[str, str], name: str) -> bool | None:
    """Whether a class takes an argument; None if it is not the name that it minds."""
    for value in (None, "text"):
        try:
            cls(**{"task_id": "task", **given, name: value})
        except Exception as error:  # noqa: BLE001
            if REFUSAL.search(str(error)):
                return False
        else:
            return True
    return None


def candidates(cls: type) -> list[str]:
    """All names of parameters of all constructors, of BaseOperator's some."""
    names = {NONSENSE}
    for c in cls.__mro__:
        if c.__name__ == "BaseOperator":
            break
        if "__init__" in vars(c):
            names |= set(inspect.signature(inspect.unwrap(vars(c)["__init__"])).parameters)
    names |= {"depends_on_past", "doc_md", "owner"}
    return sorted(names - {"self", "args", "kwargs", "task_id", "dag", "default_args", "params", "task_group"})


def main() -> None:
    for row in sys.stdin:
        module, _, name = row.strip().rpartition(".")
        cls = getattr(importlib.import_module(module), name)
        given = None if inspect.isabstract(cls) else required(cls)
        if given is None:
            continue
        answers = {n: takes(cls, given, n) for n in candidates(cls)}
        fields = cls.template_fields
        print(
            json.dumps(
                {
                    "Class": row.strip(),
                    "Missing": sorted(given),
                    "Known": [n for n, yes in answers.items() if yes],
                    "Refused": [n for n, yes in answers.items() if yes is False],
                    "TemplateFields": [fields] if isinstance(fields, str) else list(fields),
                }
            ),
            file=OUT,
        )


main()
