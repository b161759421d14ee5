"""Security groups, and the VPC that dorc expects to be there."""

from typing import Any

from .cloud import Cloud
from .resource import Outcome, Resource, tag_list, tag_map


def security_group(cloud: Cloud, r: Resource) -> Outcome:
    ec2 = cloud.client("ec2")
    r.provider_only(revokeRulesOnDelete=False)
    name, description, vpc, tags = r.take("name"), r.take("description"), r.take("vpcId"), r.take("tags", {})
    group = ec2.create_security_group(
        GroupName=name, Description=description, VpcId=vpc,
        TagSpecifications=[{"ResourceType": "security-group", "Tags": tag_list(tags)}],
    )["GroupId"]
    cloud.ids[r.outputs["arn"].rsplit("/", 1)[1]] = group
    # The provider takes EC2's own rule away, which lets everything out.
    before = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]
    ec2.revoke_security_group_egress(GroupId=group, IpPermissions=before["IpPermissionsEgress"])
    rules = [permission(rule) for rule in r.take("egress")]
    ec2.authorize_security_group_egress(GroupId=group, IpPermissions=rules)
    found = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]
    return Outcome(
        {"GroupName": name, "Description": description, "VpcId": vpc, "IpPermissions": [],
         "IpPermissionsEgress": rules, "Tags": tags},
        {k: found[k] for k in ("GroupName", "Description", "VpcId", "IpPermissions")}
        | {"IpPermissionsEgress": [without_empty(p) for p in found["IpPermissionsEgress"]],
           "Tags": tag_map(found["Tags"])},
    )


def permission(rule: dict[str, Any]) -> dict[str, Any]:
    """A rule of the provider as EC2 wants it."""
    unknown = set(rule) - {"protocol", "fromPort", "toPort", "cidrBlocks", "description", "self"}
    if unknown or rule.get("self"):
        raise ValueError(f"a rule has {sorted(unknown) or ['self']}")
    return {
        "IpProtocol": rule["protocol"], "FromPort": rule["fromPort"], "ToPort": rule["toPort"],
        "IpRanges": [{"CidrIp": c, "Description": rule["description"]} for c in rule["cidrBlocks"]],
    }


def without_empty(permission: dict[str, Any]) -> dict[str, Any]:
    """A permission without the lists that nobody filled."""
    return {k: v for k, v in permission.items() if v != []}


def surroundings(cloud: Cloud) -> dict[str, Any]:
    """What a user has before dorc comes: a VPC with two subnets, and a policy of their own."""
    ec2, iam = cloud.client("ec2"), cloud.client("iam")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{i}.0/24")["Subnet"]["SubnetId"] for i in (1, 2)
    ]
    document = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:ListAllMyBuckets","Resource":"*"}]}'
    policy = iam.create_policy(PolicyName="of-the-user", PolicyDocument=document)["Policy"]["Arn"]
    return {"vpc": vpc, "subnets": subnets, "policy": policy}
