package pipelines

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sfn"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/dorc-dev/dorc/pkg/definition"
)

// defaultRetention is how many days logs are kept when the environment says nothing.
const defaultRetention = 30

// functions creates a pipeline of kind "functions": image Lambdas, one state
// machine that calls them in turn, and what starts it.
func (b *builder) functions(p *Pipeline) error {
	for i, f := range b.args.Pipeline.Functions {
		created, err := b.function(f, b.args.Pipeline.Definition.Functions[i])
		if err != nil {
			return err
		}
		p.Functions[f.Name] = created
	}
	var err error
	if p.StateMachine, err = b.stateMachine(p.Functions); err != nil {
		return err
	}
	return b.triggers(p.StateMachine)
}

// stateMachine creates the state machine and its log group. Failures are logged,
// without the data that the functions passed on.
func (b *builder) stateMachine(functions map[string]*Function) (*sfn.StateMachine, error) {
	pipeline := b.args.Pipeline
	name, err := b.names.StateMachine(pipeline.Layer, pipeline.Name)
	if err != nil {
		return nil, err
	}
	logName, err := b.names.StateMachineLogGroup(pipeline.Layer, pipeline.Name)
	if err != nil {
		return nil, err
	}
	logs, err := b.logGroup("state-machine", logName)
	if err != nil {
		return nil, err
	}
	return sfn.NewStateMachine(b.ctx, "state-machine", &sfn.StateMachineArgs{
		Name:       pulumi.String(name),
		Type:       pulumi.String("STANDARD"),
		RoleArn:    b.shared.stateFunctionRole,
		Definition: b.definition(pipeline.Definition, functions),
		LoggingConfiguration: &sfn.StateMachineLoggingConfigurationArgs{
			Level:                pulumi.String("ERROR"),
			IncludeExecutionData: pulumi.Bool(false),
			LogDestination:       pulumi.Sprintf("%s:*", logs.Arn),
		},
	}, b.parent)
}

// definition waits for the ARNs and renders the state machine's definition.
func (b *builder) definition(d *definition.Pipeline, functions map[string]*Function) pulumi.StringOutput {
	arns := pulumi.StringMap{}
	for name, f := range functions {
		arns[name] = f.Resource.Arn
	}
	next := pulumi.StringMap{}
	for id, arn := range b.shared.pipelines {
		next[id] = arn
	}
	return pulumi.All(arns, next).ApplyT(func(all []any) (string, error) {
		return renderDefinition(d, b.place, all[0].(map[string]string), all[1].(map[string]string))
	}).(pulumi.StringOutput)
}

func (b *builder) logGroup(logical, name string) (*cloudwatch.LogGroup, error) {
	days := b.args.Environment.LogRetentionDays
	if days == 0 {
		days = defaultRetention
	}
	return cloudwatch.NewLogGroup(b.ctx, logical, &cloudwatch.LogGroupArgs{
		Name:            pulumi.String(name),
		RetentionInDays: pulumi.Int(days),
	}, b.parent)
}
