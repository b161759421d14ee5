"""Image repositories."""

import json

from .cloud import Cloud
from .resource import Outcome, Resource, tag_list, tag_map


def repository(cloud: Cloud, r: Resource) -> Outcome:
    ecr = cloud.client("ecr")
    r.take("forceDelete")  # the provider deletes the images first
    name, tags = r.take("name"), r.take("tags", {})
    settings = {
        "repositoryName": name,
        "imageTagMutability": r.take("imageTagMutability"),
        "imageScanningConfiguration": r.take("imageScanningConfiguration"),
        "encryptionConfiguration": r.take("encryptionConfigurations")[0],
    }
    ecr.create_repository(**settings, tags=tag_list(tags))
    found = ecr.describe_repositories(repositoryNames=[name])["repositories"][0]
    # AWS names the account's own key, which nobody asked for by name.
    found["encryptionConfiguration"].pop("kmsKey", None)
    arn = r.outputs["arn"]
    registry = r.outputs["registryId"]
    return Outcome(
        settings | {"repositoryArn": arn, "registryId": registry, "tags": tags},
        {k: found[k] for k in (*settings, "repositoryArn", "registryId")}
        | {"tags": tag_map(ecr.list_tags_for_resource(resourceArn=arn)["tags"])},
    )


def lifecycle_policy(cloud: Cloud, r: Resource) -> Outcome:
    ecr = cloud.client("ecr")
    name, policy = r.take("repository"), r.take("policy")
    ecr.put_lifecycle_policy(repositoryName=name, lifecyclePolicyText=policy)
    found = ecr.get_lifecycle_policy(repositoryName=name)
    return Outcome(
        {"repositoryName": name, "policy": json.loads(policy)},
        {"repositoryName": found["repositoryName"], "policy": json.loads(found["lifecyclePolicyText"])},
    )


def push(cloud: Cloud, uri: str, manifest: str) -> bool:
    """Puts the manifest of an image that was pushed elsewhere, and says whether it can be read back.

    The digest is given: moto's own is not that of the manifest.
    """
    ecr = cloud.client("ecr")
    name, digest = uri.split("/", 1)[1].split("@")
    ecr.put_image(repositoryName=name, imageManifest=manifest, imageDigest=digest, imageTag="of-this-test")
    found = ecr.batch_get_image(repositoryName=name, imageIds=[{"imageDigest": digest}])["images"]
    return [i["imageManifest"] for i in found] == [manifest]
