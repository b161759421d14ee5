package aws

import (
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"

	"github.com/dorc-dev/dorc/pkg/local/provider"
)

const logGroupType = "aws:cloudwatch/logGroup:LogGroup"

var logKinds = []*kind{
	{
		Token: logGroupType, Facts: "aws_cloudwatch_log_group",
		Args: provider.ArgsOf[cloudwatch.LogGroupArgs](), State: provider.TypeOf[cloudwatch.LogGroup](),
		Replace: []string{"logGroupClass"},
		Service: "CloudWatch Logs", Noun: "Log Group",
		Operations: operations{Create: "CreateLogGroup", Update: "PutRetentionPolicy", Delete: "DeleteLogGroup"},
		Auto:       &autoname{Property: "name", Unless: "namePrefix", Max: 512},
		ID:         func(c *call) string { return c.Str("name") },
		Outputs: []output{
			{Name: "arn", Value: func(c *call) any { return arn(c, "logs", "log-group:%s", c.Str("name")) }},
			{Name: "logGroupClass", Value: func(*call) any { return "STANDARD" }},
		},
		Exists: func(*call) *refusal {
			return provider.Refuse("ResourceAlreadyExistsException", "The specified log group already exists")
		},
		Missing: func(*call) *refusal {
			return provider.Refuse("ResourceNotFoundException", "The specified log group does not exist.")
		},
	},
}

// logGroupName reads a log group from its ARN, with or without the streams behind it.
func logGroupName(arn string) string {
	_, name, _ := strings.Cut(arn, ":log-group:")
	return strings.TrimSuffix(name, ":*")
}
