"""Lambda functions."""

from . import ecr
from .cloud import Cloud
from .resource import Outcome, Resource, upper_first


def function(cloud: Cloud, r: Resource) -> Outcome:
    client = cloud.client("lambda")
    r.provider_only(publish=False, skipDestroy=False, reservedConcurrentExecutions=-1)
    name, image, tags = r.take("name"), r.take("imageUri"), r.take("tags", {})
    keys = (
        "description", "packageType", "architectures", "role", "timeout", "memorySize", "environment",
        "loggingConfig",
    )
    settings = {"FunctionName": name}
    for key in keys:
        value = r.take(key)
        # The names of variables are the user's.
        settings[key[:1].upper() + key[1:]] = (
            {"Variables": value["variables"]} if key == "environment" else upper_first(value)
        )
    network = r.take("vpcConfig")
    if network:
        settings["VpcConfig"] = {
            "SubnetIds": network["subnetIds"],
            "SecurityGroupIds": [cloud.real(g) for g in network["securityGroupIds"]],
        }
    pushed = not r.manifest or ecr.push(cloud, image, r.manifest)
    client.create_function(**settings, Code={"ImageUri": image}, Tags=tags)
    answer = client.get_function(FunctionName=name)
    found = answer["Configuration"]
    if network:
        found["VpcConfig"] = {k: sorted(found["VpcConfig"][k]) for k in ("SubnetIds", "SecurityGroupIds")}
        settings["VpcConfig"] = {k: sorted(v) for k, v in settings["VpcConfig"].items()}
    return Outcome(
        settings | {"ImageUri": image, "FunctionArn": r.outputs["arn"], "Tags": tags, "pushed": True},
        {k: found.get(k) for k in (*settings, "FunctionArn")}
        | {"ImageUri": answer["Code"]["ImageUri"], "Tags": answer.get("Tags", {}), "pushed": pushed},
    )
