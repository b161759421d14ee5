package aws

import (
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
)

const logGroupType = "aws:cloudwatch/logGroup:LogGroup"

var logKinds = []*kind{
	{
		token: logGroupType, facts: "aws_cloudwatch_log_group",
		args: argsOf[cloudwatch.LogGroupArgs](), state: typeOf[cloudwatch.LogGroup](),
		replace: []string{"logGroupClass"},
		service: "CloudWatch Logs", noun: "Log Group",
		operations: operations{"CreateLogGroup", "PutRetentionPolicy", "DeleteLogGroup"},
		auto:       &autoname{property: "name", unless: "namePrefix", max: 512},
		id:         func(c *call) string { return c.str("name") },
		outputs: []output{
			{name: "arn", value: func(c *call) any { return c.arn("logs", "log-group:%s", c.str("name")) }},
			{name: "logGroupClass", value: func(*call) any { return "STANDARD" }},
		},
		exists: func(*call) *apiError {
			return refusal("ResourceAlreadyExistsException", "The specified log group already exists")
		},
		missing: func(*call) *apiError {
			return refusal("ResourceNotFoundException", "The specified log group does not exist.")
		},
	},
}

// logGroupName reads a log group from its ARN, with or without the streams behind it.
func logGroupName(arn string) string {
	_, name, _ := strings.Cut(arn, ":log-group:")
	return strings.TrimSuffix(name, ":*")
}
