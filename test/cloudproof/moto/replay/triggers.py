"""Objects that start pipelines."""

import json
from typing import Any

from .cloud import Cloud


def trigger(cloud: Cloud, request: dict[str, Any]) -> list[dict[str, str]]:
    """Puts objects, and says for which of them moto's EventBridge calls the rule's target.

    Moto cannot start a state machine from a rule, so a queue takes its place; and
    to it a rule with a schedule matches every event, so those lose their targets.
    """
    events, sqs, s3 = cloud.client("events"), cloud.client("sqs"), cloud.client("s3")
    for rule in events.list_rules()["Rules"]:
        ids = [t["Id"] for t in events.list_targets_by_rule(Rule=rule["Name"])["Targets"]]
        events.remove_targets(Rule=rule["Name"], Ids=ids)
    queue = sqs.create_queue(QueueName="instead-of-a-state-machine")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    events.put_targets(Rule=request["rule"], Targets=[{"Id": "queue", "Arn": arn}])
    # Moto does not look at conditions: to it the bucket policy, which denies what is not encrypted, denies everything.
    for bucket in {place["bucket"] for place in request["objects"]}:
        s3.delete_bucket_policy(Bucket=bucket)
    started = []
    for place in request["objects"]:
        s3.put_object(Bucket=place["bucket"], Key=place["key"], Body=b"x")
        for message in sqs.receive_message(QueueUrl=queue).get("Messages", []):
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
            started.append(json.loads(message["Body"]))
    return started
