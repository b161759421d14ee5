"""Says of each template of a JSON list whether Jinja compiles it as Airflow would."""

import json
import sys
import warnings

from jinja2 import StrictUndefined, TemplateSyntaxError, UndefinedError
from jinja2.sandbox import SandboxedEnvironment

warnings.simplefilter("ignore")
environment = SandboxedEnvironment(undefined=StrictUndefined, extensions=["jinja2.ext.do"], cache_size=0)
for name in ("ds", "ds_nodash", "ts", "ts_nodash", "ts_nodash_with_tz"):
    environment.filters[name] = str


def judge(template: str) -> dict[str, object]:
    """The verdict on one template, with the line of the mistake."""
    try:
        environment.from_string(template)
    except TemplateSyntaxError as error:
        return {"ok": False, "line": error.lineno, "message": error.message}
    except (SyntaxError, ValueError, RecursionError) as error:
        return {"ok": False, "line": 0, "message": f"{type(error).__name__}: {error}"}
    except UndefinedError:
        # Part of a constant does not exist, which Jinja's optimizer met: the syntax is right.
        pass
    return {"ok": True, "line": 0, "message": ""}


json.dump([judge(template) for template in json.load(sys.stdin)], sys.stdout)
