"""python -m replay <endpoint> <region> surroundings|create|execute|trigger: JSON in, JSON out."""

import json
import sys
from typing import Any

import botocore.exceptions

from .cloud import Cloud
from .execute import execute
from .kinds import KINDS
from .network import surroundings
from .resource import Resource
from .triggers import trigger


def create(cloud: Cloud, requests: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Creates each resource in order and says what moto has of it."""
    report = []
    for request in requests:
        r = Resource(**request)
        line: dict[str, Any] = {"type": r.type, "name": r.name}
        report.append(line)
        if r.type not in KINDS:
            line["error"] = "no function creates this type"
            continue
        try:
            outcome = KINDS[r.type](cloud, r)
        except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError, ValueError) as error:
            line["error"] = f"{type(error).__name__}: {error}"
            continue
        line |= {"expected": outcome.expected, "found": outcome.found, "left": r.left()}
    return report


def main() -> None:
    endpoint, region, command = sys.argv[1:]
    cloud = Cloud(endpoint, region)
    if command == "surroundings":
        answer: Any = surroundings(cloud)
    elif command == "create":
        answer = create(cloud, json.load(sys.stdin))
    elif command == "execute":
        answer = execute(cloud, json.load(sys.stdin))
    elif command == "trigger":
        answer = trigger(cloud, json.load(sys.stdin))
    else:
        sys.exit(f"unknown command {command}")
    json.dump(answer, sys.stdout, default=str)


main()
