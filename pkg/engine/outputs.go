package engine

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/pkg/v3/resource/deploy"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

// NotAppliedError says that a stack does not exist in the state.
type NotAppliedError struct{ Stack string }

func (e *NotAppliedError) Error() string {
	return fmt.Sprintf("stack %s is not applied\n  apply it first; `dorc stacks` lists those that are", e.Stack)
}

// Outputs returns the outputs of a stack as they were last recorded. A stack
// that does not exist is a NotAppliedError.
func (e *Engine) Outputs(ctx context.Context, name string) (resource.PropertyMap, error) {
	snapshot, err := e.snapshot(ctx, name)
	if err != nil {
		return nil, err
	}
	for _, r := range snapshot.Resources {
		if r.Type == resource.RootStackType && !r.Delete {
			return r.Outputs, nil
		}
	}
	return resource.PropertyMap{}, nil
}

// snapshot reads a stack that must exist.
func (e *Engine) snapshot(ctx context.Context, name string) (*deploy.Snapshot, error) {
	opened, err := e.open(ctx, e.Store.Stack(name))
	if err != nil {
		return nil, err
	}
	if !opened.checkpoint.Exists {
		return nil, &NotAppliedError{Stack: name}
	}
	return opened.snapshot, nil
}

// outputsClient answers stack references from the state store.
type outputsClient struct{ engine *Engine }

// stackOf is the stack of a reference "organization/Pipelines/<stack>".
func stackOf(reference string) (string, error) {
	parts := strings.Split(reference, "/")
	if len(parts) == 3 && parts[1] != ProjectName {
		return "", fmt.Errorf("the stack reference %s names project %s; dorc's stacks are in project %s", reference, parts[1], ProjectName)
	}
	name := parts[len(parts)-1]
	if name == "" || len(parts) > 3 {
		return "", fmt.Errorf("%q is not a stack reference such as organization/%s/infra-prod", reference, ProjectName)
	}
	return name, nil
}

// GetStackOutputs implements deploy.BackendClient.
func (c *outputsClient) GetStackOutputs(
	ctx context.Context, reference string, onDecryptError func(error) error,
) (property.Map, error) {
	name, err := stackOf(reference)
	if err != nil {
		return property.Map{}, err
	}
	outputs, err := c.engine.Outputs(ctx, name)
	var absent *NotAppliedError
	if err != nil && !errors.As(err, &absent) && onDecryptError != nil {
		err = onDecryptError(err)
	}
	if err != nil {
		return property.Map{}, err
	}
	return resource.FromResourcePropertyMap(outputs), nil
}

// GetStackResourceOutputs implements deploy.BackendClient.
func (c *outputsClient) GetStackResourceOutputs(ctx context.Context, reference string) (property.Map, error) {
	name, err := stackOf(reference)
	if err != nil {
		return property.Map{}, err
	}
	snapshot, err := c.engine.snapshot(ctx, name)
	if err != nil {
		return property.Map{}, err
	}
	resources := map[string]property.Value{}
	for _, r := range snapshot.Resources {
		if r.Delete {
			continue
		}
		resources[string(r.URN)] = property.New(map[string]property.Value{
			"type":    property.New(string(r.Type)),
			"outputs": property.New(resource.FromResourcePropertyMap(r.Outputs)),
		})
	}
	return property.NewMap(resources), nil
}
