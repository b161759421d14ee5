"""Moto's server, with what its Step Functions lacks to start another state machine.

Step Functions writes the parameters and results of the APIs that it calls in
PascalCase (https://docs.aws.amazon.com/step-functions/latest/dg/connect-parameters.html),
the API of Step Functions itself is in camelCase, and moto 5.2.5 does not turn one
into the other: a state that starts another state machine fails with
KeyError('StateMachineArn'). It also calls every execution that was given no name
"None". The interpreter of the state machines stays moto's.
"""

import uuid
from typing import Any

from moto.server import main
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_sfn import (
    StateTaskServiceSfn,
)

_parameters = StateTaskServiceSfn._normalise_parameters


def _rename(values: dict[str, Any], change: Any) -> None:
    for key in list(values):
        values[change(key[:1]) + key[1:]] = values.pop(key)


def _normalise_parameters(self: StateTaskServiceSfn, parameters: dict[str, Any], *args: Any, **kwargs: Any) -> None:
    _parameters(self, parameters, *args, **kwargs)
    _rename(parameters, str.lower)
    parameters.setdefault("name", str(uuid.uuid4()))


def _normalise_response(self: StateTaskServiceSfn, response: Any, *args: Any, **kwargs: Any) -> None:
    if isinstance(response, dict):
        _rename(response, str.upper)


StateTaskServiceSfn._normalise_parameters = _normalise_parameters
StateTaskServiceSfn._normalise_response = _normalise_response

main()
