"""EventBridge rules and their targets."""

import json

from .cloud import Cloud
from .resource import Outcome, Resource, tag_list, tag_map


def rule(cloud: Cloud, r: Resource) -> Outcome:
    events = cloud.client("events")
    name, tags = r.take("name"), r.take("tags", {})
    settings = {
        "Name": name, "EventBusName": r.take("eventBusName"),
        "Description": r.take("description"), "State": r.take("state"),
    }
    pattern, schedule = r.take("eventPattern"), r.take("scheduleExpression")
    expected = settings | {"Arn": r.outputs["arn"]}
    if pattern:
        settings["EventPattern"], expected["EventPattern"] = pattern, json.loads(pattern)
    if schedule:
        settings["ScheduleExpression"] = expected["ScheduleExpression"] = schedule
    events.put_rule(**settings, Tags=tag_list(tags))
    found = events.describe_rule(Name=name, EventBusName=settings["EventBusName"])
    if "EventPattern" in found:
        found["EventPattern"] = json.loads(found["EventPattern"])
    found["Tags"] = tag_map(events.list_tags_for_resource(ResourceARN=found["Arn"])["Tags"])
    expected["Tags"] = tags
    return Outcome(expected, {k: found.get(k) for k in expected})


def target(cloud: Cloud, r: Resource) -> Outcome:
    events = cloud.client("events")
    key = {"Rule": r.take("rule"), "EventBusName": r.take("eventBusName")}
    wanted = {"Id": r.take("targetId"), "Arn": r.take("arn"), "RoleArn": r.take("roleArn")}
    answer = events.put_targets(**key, Targets=[wanted])
    found = events.list_targets_by_rule(**key)["Targets"]
    return Outcome({"failed": 0, "targets": [wanted]}, {"failed": answer["FailedEntryCount"], "targets": found})
