package awsrules

import (
	"regexp"
	"strings"
)

const (
	queueSource = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html"
	topicSource = "https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html"
)

var messagingName = regexp.MustCompile(`^[a-zA-Z0-9_-]+(\.fifo)?$`)

const messagingWords = "must have only a-z, A-Z, 0-9, - and _"

var _ = register("aws:sqs/queue:Queue", table{
	values: []row{
		{"name", all(length(1, 80), pattern(messagingName, messagingWords)), queueSource},
		{"delaySeconds", between(0, 900), queueSource},
		{"maxMessageSize", between(1024, 262144), queueSource},
		{"messageRetentionSeconds", between(60, 1209600), queueSource},
		{"receiveWaitTimeSeconds", between(0, 20), queueSource},
		{"visibilityTimeoutSeconds", between(0, 43200), queueSource},
		{"kmsDataKeyReusePeriodSeconds", between(60, 86400), queueSource},
		{"policy", isJSON, queueSource},
		{"redrivePolicy", isJSON, queueSource},
		{"redriveAllowPolicy", isJSON, queueSource},
		{"deduplicationScope", oneOf("messageGroup", "queue"), queueSource},
		{"fifoThroughputLimit", oneOf("perQueue", "perMessageGroupId"), queueSource},
	},
	whole: func(in inputs) []Failure { return fifo(in, "fifoQueue", queueSource) },
})

var _ = register("aws:sns/topic:Topic", table{
	values: []row{
		{"name", all(length(1, 256), pattern(messagingName, messagingWords)), topicSource},
		{"displayName", length(0, 100), topicSource},
		{"signatureVersion", between(1, 2), topicSource},
		{"tracingConfig", oneOf("PassThrough", "Active"), topicSource},
		{"policy", isJSON, topicSource},
		{"deliveryPolicy", isJSON, topicSource},
	},
	whole: func(in inputs) []Failure { return fifo(in, "fifoTopic", topicSource) },
})

// fifo wants the suffix .fifo on the name of what is first in, first out, and on
// nothing else.
func fifo(in inputs, property, source string) []Failure {
	name, given := in.Str("name"), in.Bool(property)
	if _, _, known := in.Get(property); name == "" || !known {
		return nil
	}
	switch has := strings.HasSuffix(name, ".fifo"); {
	case given && !has:
		return []Failure{{Property: "name", Reason: "invalid value for name (with " + property + " it must end in .fifo)", Source: source}}
	case !given && has:
		return []Failure{{Property: "name", Reason: "invalid value for name (a name that ends in .fifo needs " + property + ")", Source: source}}
	case !given && strings.Contains(name, "."):
		return []Failure{{Property: "name", Reason: "invalid value for name (" + messagingWords + ")", Source: source}}
	}
	if !given && in.Bool("contentBasedDeduplication") {
		return []Failure{{Property: "contentBasedDeduplication", Reason: "contentBasedDeduplication needs " + property, Source: source}}
	}
	return nil
}
