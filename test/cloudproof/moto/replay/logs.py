"""Log groups."""

from .cloud import Cloud
from .resource import Outcome, Resource


def group(cloud: Cloud, r: Resource) -> Outcome:
    logs = cloud.client("logs")
    r.provider_only(skipDestroy=False)
    name, days, tags = r.take("name"), r.take("retentionInDays"), r.take("tags", {})
    logs.create_log_group(logGroupName=name, tags=tags)
    logs.put_retention_policy(logGroupName=name, retentionInDays=days)
    found = logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    found = next(g for g in found if g["logGroupName"] == name)
    return Outcome(
        # The provider leaves out the ":*" of CloudWatch Logs' own form.
        {"retentionInDays": days, "arn": r.outputs["arn"] + ":*", "tags": tags},
        {
            "retentionInDays": found["retentionInDays"], "arn": found["arn"],
            "tags": logs.list_tags_log_group(logGroupName=name)["tags"],
        },
    )
