"""The function {{.Function}} of the pipeline {{.Layer}}/{{.Name}}."""

import json


def handler(event, context):
    """Gets the pipeline's input, or what the function before this one returned.

    What it returns is the next function's event, and must be what JSON can hold.
    """
    print("{{.Function}} got", json.dumps(event))
    return event
