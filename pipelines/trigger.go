package pipelines

import (
	"strconv"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sfn"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/dorc-dev/dorc/pkg/definition"
)

// targetID names the one target of a rule.
const targetID = "state-machine"

// triggers creates a rule per trigger, whose target is the state machine. The
// execution's input is EventBridge's event as it is: for an object it has
// detail.bucket.name and detail.object.key.
func (b *builder) triggers(machine *sfn.StateMachine) error {
	count := map[string]int{}
	for _, t := range b.args.Pipeline.Definition.Triggers {
		kind := "schedule"
		if t.Object != nil {
			kind = "object"
		}
		count[kind]++
		if err := b.trigger(machine, t, kind, count[kind]); err != nil {
			return err
		}
	}
	return nil
}

func (b *builder) trigger(machine *sfn.StateMachine, t definition.Trigger, kind string, index int) error {
	pipeline := b.args.Pipeline
	name, err := b.names.Rule(pipeline.Layer, pipeline.Name, kind, index)
	if err != nil {
		return err
	}
	args := &cloudwatch.EventRuleArgs{
		Name:        pulumi.String(name),
		Description: pulumi.String("Starts the pipeline " + pipeline.ID()),
		State:       pulumi.String("ENABLED"),
	}
	if t.Object != nil {
		args.EventPattern = b.objectPattern(*t.Object)
	} else {
		args.ScheduleExpression = pulumi.String(t.Schedule)
	}
	logical := kind + "-" + strconv.Itoa(index)
	rule, err := cloudwatch.NewEventRule(b.ctx, logical, args, b.parent)
	if err != nil {
		return err
	}
	_, err = cloudwatch.NewEventTarget(b.ctx, logical, &cloudwatch.EventTargetArgs{
		Rule:     rule.Name,
		TargetId: pulumi.String(targetID),
		Arn:      machine.Arn,
		RoleArn:  b.shared.triggerRole,
	}, b.parent)
	return err
}

// objectPattern matches objects that are created in the bucket: a data bucket of
// the environment, or any other by its full name. Source:
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
func (b *builder) objectPattern(t definition.ObjectTrigger) pulumi.StringInput {
	var bucket pulumi.StringInput = pulumi.String(t.Bucket)
	if data, ok := b.shared.buckets[t.Bucket]; ok {
		bucket = data
	}
	return bucket.ToStringOutput().ApplyT(func(name string) (string, error) {
		detail := map[string]any{"bucket": map[string]any{"name": []string{name}}}
		if t.Prefix != "" {
			detail["object"] = map[string]any{"key": []any{map[string]string{"prefix": t.Prefix}}}
		}
		text, err := marshal(map[string]any{
			"source": []string{"aws.s3"}, "detail-type": []string{"Object Created"}, "detail": detail,
		})
		return string(text), err
	}).(pulumi.StringOutput)
}
