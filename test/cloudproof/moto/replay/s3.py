"""Data buckets and their settings."""

import json

from .cloud import Cloud
from .resource import Outcome, Resource, tag_list, tag_map, upper_first


def bucket(cloud: Cloud, r: Resource) -> Outcome:
    s3 = cloud.client("s3")
    r.take("forceDestroy")  # the provider empties the bucket first
    name, tags = r.take("bucket"), r.take("tags", {})
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": cloud.region})
    s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": tag_list(tags)})
    return Outcome(
        {"region": cloud.region, "tags": tags},
        {
            "region": s3.get_bucket_location(Bucket=name)["LocationConstraint"],
            "tags": tag_map(s3.get_bucket_tagging(Bucket=name)["TagSet"]),
        },
    )


def public_access_block(cloud: Cloud, r: Resource) -> Outcome:
    s3 = cloud.client("s3")
    name = r.take("bucket")
    keys = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
    settings = upper_first({k: r.take(k) for k in keys})
    s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=settings)
    return Outcome(settings, s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"])


def versioning(cloud: Cloud, r: Resource) -> Outcome:
    s3 = cloud.client("s3")
    name, settings = r.take("bucket"), upper_first(r.take("versioningConfiguration"))
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration=settings)
    return Outcome(settings, {"Status": s3.get_bucket_versioning(Bucket=name)["Status"]})


def encryption(cloud: Cloud, r: Resource) -> Outcome:
    s3 = cloud.client("s3")
    name = r.take("bucket")
    rules = []
    for rule in r.take("rules"):
        by_default = {"SSEAlgorithm": rule["applyServerSideEncryptionByDefault"]["sseAlgorithm"]}
        rules.append({"ApplyServerSideEncryptionByDefault": by_default, "BucketKeyEnabled": rule["bucketKeyEnabled"]})
    s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={"Rules": rules})
    found = s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]
    return Outcome({"Rules": rules}, found)


def notification(cloud: Cloud, r: Resource) -> Outcome:
    s3 = cloud.client("s3")
    name = r.take("bucket")
    r.provider_only(eventbridge=True)
    s3.put_bucket_notification_configuration(
        Bucket=name, NotificationConfiguration={"EventBridgeConfiguration": {}}
    )
    found = s3.get_bucket_notification_configuration(Bucket=name)
    return Outcome({"EventBridge": True}, {"EventBridge": "EventBridgeConfiguration" in found})


def policy(cloud: Cloud, r: Resource) -> Outcome:
    s3 = cloud.client("s3")
    name, document = r.take("bucket"), r.take("policy")
    s3.put_bucket_policy(Bucket=name, Policy=document)
    return Outcome(json.loads(document), json.loads(s3.get_bucket_policy(Bucket=name)["Policy"]))
