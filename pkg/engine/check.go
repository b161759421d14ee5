package engine

import (
	"context"
	"errors"
	"strings"

	"github.com/pulumi/pulumi/pkg/v3/display"
	pulumiengine "github.com/pulumi/pulumi/pkg/v3/engine"
	"github.com/pulumi/pulumi/pkg/v3/resource/deploy"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// Check runs a stack's program as if nothing existed, and returns what its
// providers refuse. It needs no state: other stacks' outputs are given, and the
// stack's own are returned, unknown where only applying would tell.
func (e *Engine) Check(
	ctx context.Context, s Stack, others map[string]resource.PropertyMap,
) (resource.PropertyMap, problem.List) {
	seen := &checkDisplay{}
	_, _, err := e.run(ctx, step{
		operation: Operation{Kind: apitype.PreviewUpdate, Stack: s.Name, Preview: true},
		stack:     s, snapshot: &deploy.Snapshot{}, options: Options{Display: seen},
		client: givenOutputs(others),
		act: func(u pulumiengine.UpdateInfo, c *pulumiengine.Context, opts pulumiengine.UpdateOptions) (*deploy.Plan, display.ResourceChanges, error) {
			return pulumiengine.Update(u, c, opts, true)
		},
	})
	if err != nil && !errors.Is(err, ErrFailed) && len(seen.problems) == 0 {
		seen.problems = append(seen.problems, problem.Problem{Resource: "stack " + s.Name, Summary: err.Error()})
	}
	return seen.outputs, seen.problems
}

// checkDisplay keeps what the engine says instead of showing it.
type checkDisplay struct {
	outputs  resource.PropertyMap
	problems problem.List
}

func (d *checkDisplay) Show(op Operation, events <-chan pulumiengine.Event) {
	for e := range events {
		switch p := e.Payload().(type) {
		case pulumiengine.ResourceOutputsEventPayload:
			if p.Metadata.Type == resource.RootStackType && p.Metadata.New != nil {
				d.outputs = p.Metadata.New.Outputs
			}
		case pulumiengine.DiagEventPayload:
			if p.Severity == "error" {
				d.add(op, p)
			}
		}
	}
}

func (d *checkDisplay) add(op Operation, p pulumiengine.DiagEventPayload) {
	place := "stack " + op.Stack
	if p.URN.IsValid() && p.URN.Type() != resource.RootStackType {
		place += ", " + string(p.URN.Type()) + " " + p.URN.Name()
	}
	summary := strings.TrimSpace(plain(p.Message))
	if summary == "" || strings.HasPrefix(summary, "preview failed") || strings.HasPrefix(summary, "update failed") {
		return
	}
	d.problems = append(d.problems, problem.Problem{Resource: place, Summary: summary})
}

// givenOutputs answers stack references from a map.
type givenOutputs map[string]resource.PropertyMap

func (g givenOutputs) GetStackOutputs(_ context.Context, reference string, _ func(error) error) (property.Map, error) {
	name, err := stackOf(reference)
	if err != nil {
		return property.Map{}, err
	}
	outputs, ok := g[name]
	if !ok {
		return property.Map{}, &NotAppliedError{Stack: name}
	}
	known := outputs.Copy()
	for key, value := range known {
		if value.IsComputed() || value.IsOutput() && !value.OutputValue().Known {
			known[key] = resource.NewProperty(untold)
		}
	}
	return resource.FromResourcePropertyMap(known), nil
}

// untold stands for an output that only applying would tell, such as the name of a
// bucket that the cloud chooses: a reference has no way to say that there is one, and
// none is a mistake.
const untold = "known-when-applied"

func (g givenOutputs) GetStackResourceOutputs(context.Context, string) (property.Map, error) {
	return property.Map{}, errors.New("a check knows stacks' outputs, not their resources")
}
