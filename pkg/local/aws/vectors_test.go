package aws

import (
	"testing"

	"github.com/dorc-dev/dorc/pkg/local/provider/providertest"
)

// refusedByAPI has each vector that the provider lets pass and AWS's API refuses,
// with a part of our reason. The key is type and why.
var refusedByAPI = map[string]string{
	"aws_ecr_repository: capitals in name":           "must be lower-case letters",
	"aws_ecr_repository: one character":              "in the range (2 - 256), got 1",
	"aws_ecr_repository: 257 characters":             "in the range (2 - 256), got 257",
	"aws_ecr_repository: starts with hyphen":         "must be lower-case letters",
	"aws_ecr_lifecycle_policy: empty policy":         "contains an invalid JSON",
	"aws_iam_role: path without slash":               "must begin and end with /",
	"aws_iam_role_policy_attachment: not an ARN":     "is an invalid ARN",
	"aws_lambda_function: 65 characters":             "in the range (1 - 64), got 65",
	"aws_sfn_state_machine: definition not JSON":     "INVALID_JSON_DESCRIPTION",
	"aws_cloudwatch_event_rule: rate plural mistake": "ScheduleExpression is not valid",
	"aws_cloudwatch_event_rule: no such expression":  "ScheduleExpression is not valid",
	"aws_cloudwatch_log_group: kms not ARN":          "is an invalid ARN",
	"aws_security_group: description with umlaut":    "must have only a-z",
	"aws_s3_bucket: capitals":                        "must have only a-z",
	"aws_s3_bucket: 2 characters":                    "in the range (3 - 63), got 2",
	"aws_sqs_queue: 81":                              "in the range (1 - 80), got 81",
	"aws_sqs_queue: dot":                             "must have only a-z",
	"aws_sns_topic: space":                           "must have only a-z",
	"aws_sns_topic: fifo without suffix":             "must end in .fifo",
}

var verdicts = providertest.Verdicts{New: newFixture, RefusedByAPI: refusedByAPI, Pages: "https://docs.aws.amazon.com/"}

func TestVectors(t *testing.T) { verdicts.Hold(t) }

func TestVectorWording(t *testing.T) {
	verdicts.Wording(t, "expected length of", "in the range (", "to be one of", "invalid JSON",
		"is an invalid ARN", "Missing required argument", "Conflicting configuration arguments", "Invalid or unknown key")
}
