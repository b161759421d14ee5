// The program of the pipeline raw-to-processed/weather in every environment.
package main

import (
	"path/filepath"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sns"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	pulumiconfig "github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"

	"github.com/dorc-dev/dorc/pipelines"
	"github.com/dorc-dev/dorc/pkg/config"
	"github.com/dorc-dev/dorc/pkg/configrepo"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		root, err := configrepo.Find(".", "")
		if err != nil {
			return err
		}
		project, err := config.LoadUniversal(filepath.Join(root, "universal", "Pulumi.universal.yaml"))
		if err != nil {
			return err
		}
		env := pulumiconfig.Require(ctx, "environment")
		environment, err := config.LoadEnvironment(filepath.Join(root, "infra", "Pulumi."+env+".yaml"), env)
		if err != nil {
			return err
		}
		// The pipeline is the one whose folder this program runs in.
		pipeline, err := pipelines.CreatePipeline(ctx, ctx.Stack(), &pipelines.Args{
			Universal: *project, Environment: *environment,
		})
		if err != nil {
			return err
		}
		return tellFailures(ctx, pipeline, project.Project+"-"+env+"-weather-failures")
	})
}

// tellFailures sends an event to a topic for every run of the pipeline that fails.
func tellFailures(ctx *pulumi.Context, pipeline *pipelines.Pipeline, name string) error {
	rule, err := cloudwatch.NewEventRule(ctx, "failures", &cloudwatch.EventRuleArgs{
		Name: pulumi.String(name),
		EventPattern: pulumi.JSONMarshal(map[string]any{
			"source":      []string{"aws.states"},
			"detail-type": []string{"Step Functions Execution Status Change"},
			"detail": map[string]any{
				"stateMachineArn": pulumi.StringArray{pipeline.StateMachine.Arn},
				"status":          []string{"FAILED", "TIMED_OUT", "ABORTED"},
			},
		}),
	})
	if err != nil {
		return err
	}
	topic, err := sns.NewTopic(ctx, "failures", &sns.TopicArgs{
		Name: pulumi.String(name),
		// EventBridge may publish for this rule, and for nothing else.
		Policy: pulumi.JSONMarshal(map[string]any{
			"Version": "2012-10-17",
			"Statement": []any{map[string]any{
				"Effect":    "Allow",
				"Principal": map[string]string{"Service": "events.amazonaws.com"},
				"Action":    "sns:Publish",
				"Resource":  rule.Arn.ApplyT(topicARN),
				"Condition": map[string]any{"ArnEquals": map[string]any{"aws:SourceArn": rule.Arn}},
			}},
		}),
	})
	if err != nil {
		return err
	}
	_, err = cloudwatch.NewEventTarget(ctx, "failures", &cloudwatch.EventTargetArgs{
		Rule: rule.Name, TargetId: pulumi.String("topic"), Arn: topic.Arn,
	})
	return err
}

// topicARN is the ARN of the topic that has the rule's name: a topic's policy
// names the topic, which does not exist before its policy.
func topicARN(rule string) string {
	return strings.NewReplacer(":events:", ":sns:", ":rule/", ":").Replace(rule)
}
