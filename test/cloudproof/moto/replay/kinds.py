"""Which function creates and reads which type."""

from collections.abc import Callable

from . import ecr, events, functions, iam, logs, network, s3, states
from .cloud import Cloud
from .resource import Outcome, Resource

KINDS: dict[str, Callable[[Cloud, Resource], Outcome]] = {
    "aws:cloudwatch/eventRule:EventRule": events.rule,
    "aws:cloudwatch/eventTarget:EventTarget": events.target,
    "aws:cloudwatch/logGroup:LogGroup": logs.group,
    "aws:ec2/securityGroup:SecurityGroup": network.security_group,
    "aws:ecr/lifecyclePolicy:LifecyclePolicy": ecr.lifecycle_policy,
    "aws:ecr/repository:Repository": ecr.repository,
    "aws:iam/role:Role": iam.role,
    "aws:iam/rolePolicy:RolePolicy": iam.role_policy,
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": iam.attachment,
    "aws:lambda/function:Function": functions.function,
    "aws:s3/bucketNotification:BucketNotification": s3.notification,
    "aws:s3/bucketPolicy:BucketPolicy": s3.policy,
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": s3.public_access_block,
    "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2": s3.encryption,
    "aws:s3/bucketV2:BucketV2": s3.bucket,
    "aws:s3/bucketVersioningV2:BucketVersioningV2": s3.versioning,
    "aws:sfn/stateMachine:StateMachine": states.machine,
}
