package naming

import (
	"strconv"
	"strings"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// Names makes the cloud names of one project in one environment. Every method
// that can fail returns a problem.Problem that names the rule and its source.
type Names struct {
	// Project is the first part of every name, such as "ExampleDorc".
	Project string
	// Environment is the second part, such as "prod". Only repositories, which
	// a project has once, are without it.
	Environment string
	// Account is the AWS account. It is a part of bucket names, because those
	// are unique in the whole world.
	Account string
	// GoogleProject is the id of the Google project, such as "exampledorc-data". It
	// is a part of bucket names on Google Cloud, for the same reason.
	GoogleProject string
}

// Repository is the ECR repository of a function: <project>-<function id> in
// lower case, since ECR refuses capitals.
func (n Names) Repository(layer, pipeline, function string) (string, error) {
	if err := n.needs(false); err != nil {
		return "", err
	}
	return build(repositoryLimit, functionPlace(layer, pipeline, function),
		strings.ToLower(n.Project+"-"), strings.ToLower(FunctionID(layer, pipeline, function)),
		n.Project, layer, pipeline, function)
}

// Function is the Lambda of a function: <project>-<env>-<function id>.
func (n Names) Function(layer, pipeline, function string) (string, error) {
	return n.inEnvironment(functionLimit, functionPlace(layer, pipeline, function),
		FunctionID(layer, pipeline, function), layer, pipeline, function)
}

// FunctionPattern matches every Lambda of the environment in an ARN:
// <project>-<env>-*. Shortened names match too.
func (n Names) FunctionPattern() string { return n.prefix() + "*" }

// FunctionLogGroup is the log group that Lambda writes to: /aws/lambda/<function>.
func (n Names) FunctionLogGroup(layer, pipeline, function string) (string, error) {
	name, err := n.Function(layer, pipeline, function)
	return below("/aws/lambda/", name, functionPlace(layer, pipeline, function), err)
}

// SecurityGroup is the security group of a function: <project>-<env>-<function id>.
func (n Names) SecurityGroup(layer, pipeline, function string) (string, error) {
	return n.inEnvironment(securityGroupLimit, functionPlace(layer, pipeline, function),
		FunctionID(layer, pipeline, function), layer, pipeline, function)
}

// StateMachine is the state machine of a pipeline: <project>-<env>-<layer>-<pipeline>.
// The layer is in it because two layers may have a pipeline of one name.
func (n Names) StateMachine(layer, pipeline string) (string, error) {
	return n.inEnvironment(stateMachineLimit, pipelinePlace(layer, pipeline),
		pipelineID(layer, pipeline), layer, pipeline)
}

// StateMachineLogGroup is /aws/vendedlogs/states/<state machine>. Step Functions
// advises that prefix: it keeps the resource policy of the logs short.
func (n Names) StateMachineLogGroup(layer, pipeline string) (string, error) {
	name, err := n.StateMachine(layer, pipeline)
	return below("/aws/vendedlogs/states/", name, pipelinePlace(layer, pipeline), err)
}

// Rule is the EventBridge rule of a trigger: <project>-<env>-<layer>-<pipeline>-<kind>-<index>.
// Kind is "schedule" or "object"; index is the trigger's place among those of
// its kind, from 1.
func (n Names) Rule(layer, pipeline, kind string, index int) (string, error) {
	number := strconv.Itoa(index)
	return n.inEnvironment(ruleLimit, pipelinePlace(layer, pipeline),
		pipelineID(layer, pipeline)+"-"+kind+"-"+number, layer, pipeline, kind, number)
}

// DataBucket is a bucket of the environment: <project>-<env>-<name>-<account>
// in lower case and with - for _, as S3 demands.
func (n Names) DataBucket(name string) (string, error) {
	place := "data bucket " + name
	if err := n.needs(true); err != nil {
		return "", err
	}
	if n.Account == "" {
		return "", problem.Problem{Resource: place, Summary: "the AWS account is not known",
			Hint: "Set AWS_ACCOUNT in .env or in the environment."}
	}
	return build(bucketLimit, place, dashes(strings.ToLower(n.prefix())),
		dashes(strings.ToLower(name+"-"+n.Account)), n.Project, n.Environment, name, n.Account)
}

// LambdaRole is the role of every function of the environment.
func (n Names) LambdaRole() (string, error) { return n.role("lambda-role") }

// StateFunctionRole is the role of every state machine of the environment.
func (n Names) StateFunctionRole() (string, error) { return n.role("state-function-role") }

// TriggerRole is the role with which EventBridge starts state machines.
func (n Names) TriggerRole() (string, error) { return n.role("cloudevent-sm-trigger-role") }

func (n Names) role(kind string) (string, error) {
	return n.inEnvironment(roleLimit, "role "+kind, kind, kind)
}

// prefix starts every name of the environment. Policies match on it, so it is never cut.
func (n Names) prefix() string { return n.Project + "-" + n.Environment + "-" }

// inEnvironment makes <project>-<env>-<rest>; parts identify the thing before
// any character of it is replaced.
func (n Names) inEnvironment(l limit, place, rest string, parts ...string) (string, error) {
	if err := n.needs(true); err != nil {
		return "", err
	}
	return build(l, place, n.prefix(), rest, append([]string{n.Project, n.Environment}, parts...)...)
}

// needs refuses a name without project or environment; it would begin with "-".
func (n Names) needs(environment bool) error {
	if n.Project == "" {
		return problem.Problem{Resource: "cloud names", Summary: "the project has no name",
			Hint: "Set project in universal/Pulumi.universal.yaml."}
	}
	if environment && n.Environment == "" {
		return problem.Problem{Resource: "cloud names", Summary: "the environment has no name",
			Hint: "Set environment in infra/Pulumi.<env>.yaml."}
	}
	return nil
}

// below puts a name into a folder of log groups.
func below(folder, name, place string, err error) (string, error) {
	if err != nil {
		return "", err
	}
	return folder + name, logGroupLimit.check(place, folder+name)
}
