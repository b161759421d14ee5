package pipelines

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/dorc-dev/dorc/pkg/naming"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// defaultStacks is what stack names begin with in dorc's state.
const defaultStacks = "organization/Pipelines/"

// shared is what a pipeline needs from other stacks.
type shared struct {
	lambdaRole, stateFunctionRole, triggerRole pulumi.StringInput
	// repositories are image repositories by function name.
	repositories map[string]pulumi.StringInput
	// buckets are the full names of data buckets by short name.
	buckets map[string]pulumi.StringInput
	// pipelines are the state machines of next pipelines by <layer>/<name>.
	pipelines map[string]pulumi.StringInput
}

// readStacks reads every output that the pipeline needs. All that is missing is
// reported at once, before the pipeline's first resource is registered.
func readStacks(ctx *pulumi.Context, a *Args) (*shared, error) {
	env := a.Environment.Environment
	universal := newStack(ctx, a.UniversalStack, "make infra/apply instance=universal")
	infra := newStack(ctx, a.InfraStack, "make infra/apply instance=infra env="+env)
	siblings := a.InfraStack[:strings.LastIndex(a.InfraStack, "/")+1]
	next := map[string]*stack{}
	for _, f := range a.Pipeline.Definition.Functions {
		if f.Next == nil || f.Next.Pipeline == "" || next[f.Next.Pipeline] != nil {
			continue
		}
		layer, name, _ := strings.Cut(f.Next.Pipeline, "/")
		next[f.Next.Pipeline] = newStack(ctx, siblings+naming.Stack(layer, env, name),
			fmt.Sprintf("make infra/apply layer=%s instance=%s env=%s", layer, name, env))
	}

	o := &outputs{owner: "pipeline " + a.Pipeline.ID()}
	read := o.read
	r := &shared{
		lambdaRole:        read(infra, "lambda_role_arn"),
		stateFunctionRole: read(infra, "state_function_role_arn"),
		triggerRole:       read(infra, "cloudevent_state_machine_trigger_role_arn"),
		repositories:      map[string]pulumi.StringInput{},
		buckets:           map[string]pulumi.StringInput{},
		pipelines:         map[string]pulumi.StringInput{},
	}
	for _, f := range a.Pipeline.Functions {
		r.repositories[f.Name] = read(universal, "ecr-repository-"+naming.FunctionID(f.Layer, f.Pipeline, f.Name)+"-url")
	}
	for _, b := range a.Environment.DataBuckets {
		r.buckets[b.Name] = read(infra, "data-bucket-"+b.Name+"-id")
	}
	for id, s := range next {
		r.pipelines[id] = read(s, "state_machine_arn")
	}
	return r, o.problems.Err()
}

// outputs reads outputs of other stacks and collects what is missing.
type outputs struct {
	owner    string
	problems problem.List
}

func (o *outputs) refuse(p problem.Problem) {
	p.Resource = o.owner
	o.problems = append(o.problems, p)
}

// read is an output as an input of resources.
func (o *outputs) read(s *stack, key string) pulumi.StringInput {
	value, missing := s.read(key)
	if missing != nil {
		o.refuse(*missing)
	}
	return value
}

// text is an output that becomes a part of texts.
func (o *outputs) text(s *stack, key string) string {
	switch value := o.read(s, key).(type) {
	case pulumi.String:
		return string(value)
	case nil:
	default:
		o.refuse(problem.Problem{Summary: fmt.Sprintf("the output %s of the stack %s is a secret", key, s.short()),
			Detail: "it becomes a part of texts that are no secrets", Hint: "Export it as a plain text."})
	}
	return ""
}

// stack is another stack whose outputs are read.
type stack struct {
	name string
	// apply is the command that creates the outputs.
	apply string
	ref   *pulumi.StackReference
	err   error
	// failed is set when the stack could not be read and that has been reported.
	failed bool
}

func newStack(ctx *pulumi.Context, name, apply string) *stack {
	s := &stack{name: name, apply: apply}
	s.ref, s.err = pulumi.NewStackReference(ctx, name, nil)
	return s
}

// read waits for the stack's outputs and returns one.
func (s *stack) read(key string) (pulumi.StringInput, *problem.Problem) {
	if s.failed {
		return nil, nil
	}
	var details *pulumi.StackReferenceOutputDetails
	err := s.err
	if err == nil {
		details, err = s.ref.GetOutputDetails(key)
	}
	if err != nil {
		s.failed = true
		return nil, &problem.Problem{
			Summary: "the stack " + s.short() + " cannot be read",
			Detail:  err.Error(),
			Hint:    "Apply it first: " + s.apply,
		}
	}
	if value, ok := details.Value.(string); ok {
		return pulumi.String(value), nil
	}
	if value, ok := details.SecretValue.(string); ok {
		return pulumi.ToSecret(pulumi.String(value)).(pulumi.StringOutput), nil
	}
	return nil, &problem.Problem{
		Summary: fmt.Sprintf("the stack %s has no output %s", s.short(), key),
		Detail:  "it was not applied yet, or before the config repo had what the output is of",
		Hint:    "Apply it first: " + s.apply,
	}
}

func (s *stack) short() string { return s.name[strings.LastIndex(s.name, "/")+1:] }
