"""State machines."""

import json

from .cloud import Cloud
from .resource import Outcome, Resource, tag_list, tag_map


def machine(cloud: Cloud, r: Resource) -> Outcome:
    sfn = cloud.client("stepfunctions")
    r.provider_only(publish=False)
    tags, logging = r.take("tags", {}), r.take("loggingConfiguration")
    destination = {"cloudWatchLogsLogGroup": {"logGroupArn": logging["logDestination"]}}
    settings = {
        "name": r.take("name"), "type": r.take("type"), "roleArn": r.take("roleArn"),
        "loggingConfiguration": {
            "level": logging["level"], "includeExecutionData": logging["includeExecutionData"],
            "destinations": [destination],
        },
    }
    definition = r.take("definition")
    sfn.create_state_machine(**settings, definition=definition, tags=tag_list(tags, "key", "value"))
    arn = r.outputs["arn"]
    found = sfn.describe_state_machine(stateMachineArn=arn)
    return Outcome(
        settings | {"stateMachineArn": arn, "definition": json.loads(definition), "tags": tags},
        {k: found[k] for k in (*settings, "stateMachineArn")}
        | {
            "definition": json.loads(found["definition"]),
            "tags": tag_map(sfn.list_tags_for_resource(resourceArn=arn)["tags"], "key", "value"),
        },
    )
