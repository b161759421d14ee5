package engine

import (
	"context"
)

// stackReferenceType is the resource by which a program reads another stack's outputs.
const stackReferenceType = "pulumi:pulumi:StackReference"

// References returns the names of the stacks whose outputs a stack read when it
// was last applied: those that must stay while it stays.
func (e *Engine) References(ctx context.Context, name string) ([]string, error) {
	checkpoint, err := e.Store.Stack(name).Read(ctx)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, r := range checkpoint.Deployment.Resources {
		if r.Type != stackReferenceType || r.Delete {
			continue
		}
		reference, ok := r.Inputs["name"].(string)
		if !ok {
			continue
		}
		if other, err := stackOf(reference); err == nil && other != name {
			names = append(names, other)
		}
	}
	return names, nil
}
