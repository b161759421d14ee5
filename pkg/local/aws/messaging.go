package aws

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sns"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sqs"
)

const (
	queueType = "aws:sqs/queue:Queue"
	topicType = "aws:sns/topic:Topic"
)

var messagingKinds = []*kind{
	{
		token: queueType, facts: "aws_sqs_queue",
		args: argsOf[sqs.QueueArgs](), state: typeOf[sqs.Queue](),
		service: "SQS", noun: "Queue",
		operations: operations{"CreateQueue", "SetQueueAttributes", "DeleteQueue"},
		auto:       &autoname{property: "name", unless: "namePrefix", max: 80},
		documents:  []string{"policy", "redrivePolicy", "redriveAllowPolicy"},
		id:         func(c *call) string { return queueURL(c, c.str("name")) },
		outputs: []output{
			{name: "arn", value: func(c *call) any { return c.arn("sqs", "%s", c.str("name")) }},
			{name: "url", value: func(c *call) any { return queueURL(c, c.str("name")) }},
			{name: "kmsDataKeyReusePeriodSeconds", value: func(*call) any { return 300.0 }},
			{name: "sqsManagedSseEnabled", value: func(c *call) any { return !c.has("kmsMasterKeyId") }},
			{name: "deduplicationScope", value: func(*call) any { return "" }},
			{name: "fifoThroughputLimit", value: func(*call) any { return "" }},
			{name: "policy", value: func(*call) any { return "" }},
			{name: "redriveAllowPolicy", value: func(*call) any { return "" }},
			{name: "redrivePolicy", value: func(*call) any { return "" }},
		},
		exists: func(c *call) *apiError {
			return refusal("QueueAlreadyExists", "A queue already exists with the name %s and a different value for an attribute", c.str("name"))
		},
		missing: func(*call) *apiError {
			return refusal("AWS.SimpleQueueService.NonExistentQueue", "The specified queue does not exist.")
		},
	},
	{
		token: topicType, facts: "aws_sns_topic",
		args: argsOf[sns.TopicArgs](), state: typeOf[sns.Topic](),
		service: "SNS", noun: "Topic",
		operations: operations{"CreateTopic", "SetTopicAttributes", "DeleteTopic"},
		auto:       &autoname{property: "name", unless: "namePrefix", max: 256},
		documents:  []string{"policy", "deliveryPolicy", "archivePolicy"},
		id:         topicARN,
		outputs: []output{
			{name: "arn", value: func(c *call) any { return topicARN(c) }},
			{name: "owner", value: registryID},
			{name: "beginningArchiveTime", value: func(*call) any { return "" }},
			{name: "fifoThroughputScope", value: func(*call) any { return "" }},
			{name: "policy", value: topicPolicy},
			{name: "signatureVersion", value: func(*call) any { return 0.0 }},
			{name: "tracingConfig", value: func(*call) any { return "" }},
		},
		exists: func(c *call) *apiError {
			return refusal("InvalidParameter", "Invalid parameter: Attributes Reason: Topic already exists with different attributes: %s", c.id)
		},
		missing: func(*call) *apiError { return refusal("NotFound", "Topic does not exist").status(404) },
	},
}

func queueURL(c *call, name string) string {
	return fmt.Sprintf("https://sqs.%s.%s/%s/%s", c.p.region, c.p.domain(), c.p.account, name)
}

func topicARN(c *call) string { return c.arn("sns", "%s", c.str("name")) }

// topicPolicy is the policy that SNS gives a new topic: its owner may do everything.
func topicPolicy(c *call) any {
	return fmt.Sprintf(`{"Version":"2008-10-17","Id":"__default_policy_ID","Statement":[{"Sid":"__default_statement_ID",`+
		`"Effect":"Allow","Principal":{"AWS":"*"},"Action":["SNS:GetTopicAttributes","SNS:SetTopicAttributes",`+
		`"SNS:AddPermission","SNS:RemovePermission","SNS:DeleteTopic","SNS:Subscribe","SNS:ListSubscriptionsByTopic",`+
		`"SNS:Publish"],"Resource":%q,"Condition":{"StringEquals":{"AWS:SourceOwner":%q}}}]}`, topicARN(c), c.p.account)
}
