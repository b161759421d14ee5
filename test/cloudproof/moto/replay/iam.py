"""Roles and their policies."""

import json

from .cloud import Cloud
from .resource import Outcome, Resource, tag_list, tag_map


def role(cloud: Cloud, r: Resource) -> Outcome:
    iam = cloud.client("iam")
    r.provider_only(forceDetachPolicies=False)
    name, tags = r.take("name"), r.take("tags", {})
    trust = r.take("assumeRolePolicy")
    plain = {
        "RoleName": name, "Description": r.take("description"), "Path": r.take("path"),
        "MaxSessionDuration": r.take("maxSessionDuration"),
    }
    iam.create_role(**plain, AssumeRolePolicyDocument=trust, Tags=tag_list(tags))
    found = iam.get_role(RoleName=name)["Role"]
    return Outcome(
        plain | {"AssumeRolePolicyDocument": json.loads(trust), "Arn": r.outputs["arn"], "Tags": tags},
        {k: found[k] for k in (*plain, "AssumeRolePolicyDocument", "Arn")} | {"Tags": tag_map(found.get("Tags", []))},
    )


def role_policy(cloud: Cloud, r: Resource) -> Outcome:
    iam = cloud.client("iam")
    key = {"RoleName": r.take("role"), "PolicyName": r.take("name")}
    document = r.take("policy")
    iam.put_role_policy(**key, PolicyDocument=document)
    found = iam.get_role_policy(**key)
    return Outcome(key | {"PolicyDocument": json.loads(document)}, {k: found[k] for k in (*key, "PolicyDocument")})


def attachment(cloud: Cloud, r: Resource) -> Outcome:
    iam = cloud.client("iam")
    name, arn = r.take("role"), r.take("policyArn")
    iam.attach_role_policy(RoleName=name, PolicyArn=arn)
    found = iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
    return Outcome({"policies": [arn]}, {"policies": [p["PolicyArn"] for p in found]})
