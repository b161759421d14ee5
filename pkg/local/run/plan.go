package run

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dorc-dev/dorc/pkg/local/cloud"
	"github.com/dorc-dev/dorc/pkg/local/run/asl"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// machine is an applied state machine with its checked definition.
type machine struct {
	name, arn, roleARN string
	definition         *asl.Machine
}

// plan is everything that a run can touch, checked before anything runs.
type plan struct {
	root *machine
	// machines has the root and its children by ARN, functions the functions' documents by name.
	machines  map[string]*machine
	functions map[string]*cloud.Document
}

// plan reads and checks a state machine, those that it starts, and the functions that they call.
func (r *Runner) plan(nameOrARN string) (*plan, error) {
	p := &plan{machines: map[string]*machine{}, functions: map[string]*cloud.Document{}}
	root, err := r.machine(nameOrARN, "")
	if err != nil {
		return nil, err
	}
	p.root = root
	var problems problem.List
	for queue := []*machine{root}; len(queue) > 0; queue = queue[1:] {
		m := queue[0]
		if p.machines[m.arn] != nil {
			continue
		}
		p.machines[m.arn] = m
		more, err := r.references(p, m)
		if err != nil {
			var list problem.List
			if !asList(err, &list) {
				return nil, err
			}
			problems = append(problems, list...)
		}
		queue = append(queue, more...)
	}
	return p, problems.Err()
}

// asList turns problems of either form into a list.
func asList(err error, list *problem.List) bool {
	var one problem.Problem
	switch {
	case errors.As(err, list):
		return true
	case errors.As(err, &one):
		*list = problem.List{one}
		return true
	}
	return false
}

// machine finds a state machine and parses its definition.
func (r *Runner) machine(nameOrARN, wanted string) (*machine, error) {
	all, err := r.documents.List(typeStateMachine)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, doc := range all {
		name, arn := text(doc, "name"), text(doc, "arn")
		names = append(names, name)
		if nameOrARN != name && nameOrARN != arn {
			continue
		}
		definition, err := asl.Parse(name, []byte(text(doc, "definition")))
		if err != nil {
			return nil, err
		}
		if kind := text(doc, "type"); kind == "EXPRESS" {
			return nil, problem.Problem{Resource: "state machine " + name, Summary: "EXPRESS workflows cannot be executed by the local runtime"}
		}
		return &machine{name: name, arn: arn, roleARN: text(doc, "roleArn"), definition: definition}, nil
	}
	p := problem.Problem{Resource: "state machine " + nameOrARN, Summary: "it is not applied to the local target",
		Detail: wanted, Hint: "apply its pipeline first"}
	if near := problem.Nearest(nameOrARN[strings.LastIndexByte(nameOrARN, ':')+1:], names); near != "" {
		p.Hint += "; the nearest that is applied is " + near
	}
	return nil, p
}

// references finds what a machine starts and calls.
func (r *Runner) references(p *plan, m *machine) ([]*machine, error) {
	children, functions := map[string]string{}, map[string]string{}
	m.definition.Walk(func(s *asl.State) {
		if s.Task == nil {
			return
		}
		where := fmt.Sprintf("State %q of state machine %s names it.", s.Name, m.name)
		if s.Task.StateMachine != "" {
			children[s.Task.StateMachine] = where
		}
		if s.Task.Function != "" {
			functions[s.Task.Function] = where
		}
	})
	var problems problem.List
	collect := func(err error) error {
		var list problem.List
		if err != nil && asList(err, &list) {
			problems = append(problems, list...)
			return nil
		}
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(functions)) {
		doc, err := r.function(name, functions[name])
		if err := collect(err); err != nil {
			return nil, err
		}
		if doc != nil {
			p.functions[text(doc, "name")] = doc
		}
	}
	var out []*machine
	for _, arn := range slices.Sorted(maps.Keys(children)) {
		if p.machines[arn] != nil {
			continue
		}
		child, err := r.machine(arn, children[arn])
		if err := collect(err); err != nil {
			return nil, err
		}
		if child != nil {
			out = append(out, child)
		}
	}
	return out, problems.Err()
}

// function finds a function's document by name, partial ARN or ARN, with or without a qualifier.
func (r *Runner) function(reference, where string) (*cloud.Document, error) {
	name := functionName(reference)
	doc, err := r.documents.Get(typeFunction, name)
	if errors.Is(err, cloud.ErrNotFound) {
		return nil, problem.Problem{Resource: "function " + name, Summary: "it is not applied to the local target", Detail: where,
			Hint: "apply its pipeline first"}
	}
	return doc, err
}

// functionName reads the forms of FunctionName
// (https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html): name, name:qualifier, account:function:name, ARN.
func functionName(reference string) string {
	if _, after, ok := strings.Cut(reference, ":function:"); ok {
		reference = after
	}
	name, _, _ := strings.Cut(reference, ":")
	return name
}
