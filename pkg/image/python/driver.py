"""Runs pip with the environment markers of an image instead of this Python's.

Arguments: the markers' values as JSON, "same" when this Python has them itself
("other" when not), then pip's own.
"""
import json
import sys

environment = json.loads(sys.argv[1])
same = sys.argv[2] == "same"


def replace():
    from pip._vendor.packaging import markers

    if not callable(markers.default_environment):
        return False
    values = dict(environment, sys_platform="dorc")
    markers.default_environment = lambda: dict(values)
    replaced = markers.Marker('sys_platform == "dorc" and extra == ""').evaluate({"extra": ""})
    values = dict(environment)
    return replaced


try:
    done = replace()
except (ImportError, AttributeError) as e:
    done = False
if not done and not same:
    print("dorc: this pip takes environment markers from its own Python", file=sys.stderr)
    sys.exit(3)

from pip._internal.cli.main import main  # noqa: E402

sys.exit(main(sys.argv[3:]))
