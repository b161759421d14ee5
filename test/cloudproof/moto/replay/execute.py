"""Executions of state machines."""

import json
import time
import uuid
from typing import Any

from .cloud import Cloud


def execute(cloud: Cloud, request: dict[str, Any]) -> dict[str, Any]:
    """Runs a state machine to its end, and says how that was and by which states."""
    sfn = cloud.client("stepfunctions")
    arn = sfn.start_execution(
        stateMachineArn=request["stateMachine"], name=str(uuid.uuid4()), input=json.dumps(request["input"])
    )["executionArn"]
    return described(sfn, arn)


def described(sfn: Any, arn: str) -> dict[str, Any]:
    """Waits for an execution's end. The caller gives up, not this loop."""
    while (found := sfn.describe_execution(executionArn=arn))["status"] == "RUNNING":
        time.sleep(0.1)
    events = []
    for page in sfn.get_paginator("get_execution_history").paginate(executionArn=arn):
        events += page["events"]
    entered, children = [], []
    for event in events:
        if detail := event.get("stateEnteredEventDetails"):
            entered.append(detail["name"])
        if detail := event.get("taskSubmittedEventDetails"):
            if detail["resourceType"] == "states":
                children.append(json.loads(detail["output"])["ExecutionArn"])
    return {
        "arn": arn, "status": found["status"], "error": found.get("error"), "cause": found.get("cause"),
        "input": json.loads(found["input"]),
        "output": json.loads(found["output"]) if found.get("output") else None,
        "states": entered, "children": [described(sfn, child) for child in children],
    }
