package aws

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sns"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sqs"

	"github.com/dorc-dev/dorc/pkg/local/provider"
)

const (
	queueType = "aws:sqs/queue:Queue"
	topicType = "aws:sns/topic:Topic"
)

var messagingKinds = []*kind{
	{
		Token: queueType, Facts: "aws_sqs_queue",
		Args: provider.ArgsOf[sqs.QueueArgs](), State: provider.TypeOf[sqs.Queue](),
		Service: "SQS", Noun: "Queue",
		Operations: operations{Create: "CreateQueue", Update: "SetQueueAttributes", Delete: "DeleteQueue"},
		Auto:       &autoname{Property: "name", Unless: "namePrefix", Max: 80},
		Documents:  []string{"policy", "redrivePolicy", "redriveAllowPolicy"},
		ID:         func(c *call) string { return queueURL(c, c.Str("name")) },
		Outputs: []output{
			{Name: "arn", Value: func(c *call) any { return arn(c, "sqs", "%s", c.Str("name")) }},
			{Name: "url", Value: func(c *call) any { return queueURL(c, c.Str("name")) }},
			{Name: "kmsDataKeyReusePeriodSeconds", Value: func(*call) any { return 300.0 }},
			{Name: "sqsManagedSseEnabled", Value: func(c *call) any { return !c.Has("kmsMasterKeyId") }},
			{Name: "deduplicationScope", Value: func(*call) any { return "" }},
			{Name: "fifoThroughputLimit", Value: func(*call) any { return "" }},
			{Name: "policy", Value: func(*call) any { return "" }},
			{Name: "redriveAllowPolicy", Value: func(*call) any { return "" }},
			{Name: "redrivePolicy", Value: func(*call) any { return "" }},
		},
		Exists: func(c *call) *refusal {
			return provider.Refuse("QueueAlreadyExists", "A queue already exists with the name %s and a different value for an attribute", c.Str("name"))
		},
		Missing: func(*call) *refusal {
			return provider.Refuse("AWS.SimpleQueueService.NonExistentQueue", "The specified queue does not exist.")
		},
	},
	{
		Token: topicType, Facts: "aws_sns_topic",
		Args: provider.ArgsOf[sns.TopicArgs](), State: provider.TypeOf[sns.Topic](),
		Service: "SNS", Noun: "Topic",
		Operations: operations{Create: "CreateTopic", Update: "SetTopicAttributes", Delete: "DeleteTopic"},
		Auto:       &autoname{Property: "name", Unless: "namePrefix", Max: 256},
		Documents:  []string{"policy", "deliveryPolicy", "archivePolicy"},
		ID:         topicARN,
		Outputs: []output{
			{Name: "arn", Value: func(c *call) any { return topicARN(c) }},
			{Name: "owner", Value: registryID},
			{Name: "beginningArchiveTime", Value: func(*call) any { return "" }},
			{Name: "fifoThroughputScope", Value: func(*call) any { return "" }},
			{Name: "policy", Value: topicPolicy},
			{Name: "signatureVersion", Value: func(*call) any { return 0.0 }},
			{Name: "tracingConfig", Value: func(*call) any { return "" }},
		},
		Exists: func(c *call) *refusal {
			return provider.Refuse("InvalidParameter", "Invalid parameter: Attributes Reason: Topic already exists with different attributes: %s", c.ID)
		},
		Missing: func(*call) *refusal { return provider.Refuse("NotFound", "Topic does not exist").WithStatus(404) },
	},
}

func queueURL(c *call, name string) string {
	return fmt.Sprintf("https://sqs.%s.%s/%s/%s", c.P.Region, domain(c.P), c.P.Account, name)
}

func topicARN(c *call) string { return arn(c, "sns", "%s", c.Str("name")) }

// topicPolicy is the policy that SNS gives a new topic: its owner may do everything.
func topicPolicy(c *call) any {
	return fmt.Sprintf(`{"Version":"2008-10-17","Id":"__default_policy_ID","Statement":[{"Sid":"__default_statement_ID",`+
		`"Effect":"Allow","Principal":{"AWS":"*"},"Action":["SNS:GetTopicAttributes","SNS:SetTopicAttributes",`+
		`"SNS:AddPermission","SNS:RemovePermission","SNS:DeleteTopic","SNS:Subscribe","SNS:ListSubscriptionsByTopic",`+
		`"SNS:Publish"],"Resource":%q,"Condition":{"StringEquals":{"AWS:SourceOwner":%q}}}]}`, topicARN(c), c.P.Account)
}
