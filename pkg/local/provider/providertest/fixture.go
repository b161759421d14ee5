package providertest

import (
	"context"
	"errors"
	"maps"
	"testing"

	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/local/provider"
)

// Object is plain JSON.
type Object = map[string]any

// Unknown is a value that is not known before an apply.
var Unknown = resource.MakeComputed(resource.NewStringProperty(""))

// Fixture is a provider in a test. Its methods fail the test where they do not
// return an error.
type Fixture struct {
	*testing.T
	*provider.Provider
}

// Made is a resource that a test created.
type Made struct {
	Type    tokens.Type
	Name    string
	ID      resource.ID
	In, Out resource.PropertyMap
}

// Str is a string among the outputs.
func (m Made) Str(key resource.PropertyKey) string { return m.Out[key].StringValue() }

// URN is the name of a resource of the stack infra-prod.
func URN(typ tokens.Type, name string) resource.URN {
	return resource.NewURN("infra-prod", "Pipelines", "", typ, name)
}

// With returns the inputs with some exchanged; a nil value removes.
func With(in, changes Object) Object {
	out := maps.Clone(in)
	for k, v := range changes {
		if out[k] = v; v == nil {
			delete(out, k)
		}
	}
	return out
}

// Checked returns the checked inputs.
func (f *Fixture) Checked(typ tokens.Type, name string, olds resource.PropertyMap, in Object) resource.PropertyMap {
	f.Helper()
	got := f.TryCheck(typ, name, olds, resource.NewPropertyMapFromMap(in))
	require.Empty(f, got.Failures)
	return got.Properties
}

// TryCheck checks inputs.
func (f *Fixture) TryCheck(typ tokens.Type, name string, olds, in resource.PropertyMap) plugin.CheckResponse {
	f.Helper()
	got, err := f.Check(context.Background(), plugin.CheckRequest{
		URN: URN(typ, name), Name: name, Type: typ, Olds: olds, News: in, RandomSeed: []byte(name), AllowUnknowns: true,
	})
	require.NoError(f, err)
	return got
}

// Make checks and creates a resource.
func (f *Fixture) Make(typ tokens.Type, name string, in Object) Made {
	f.Helper()
	m, err := f.TryMake(typ, name, in)
	require.NoError(f, err)
	return m
}

// TryMake checks a resource and tries to create it.
func (f *Fixture) TryMake(typ tokens.Type, name string, in Object) (Made, error) {
	f.Helper()
	m := Made{Type: typ, Name: name, In: f.Checked(typ, name, nil, in)}
	got, err := f.Create(context.Background(), plugin.CreateRequest{
		URN: URN(typ, name), Name: name, Type: typ, Properties: m.In,
	})
	m.ID, m.Out = got.ID, got.Properties
	return m, err
}

// Compare compares what is there with new inputs.
func (f *Fixture) Compare(m Made, in Object) (plugin.DiffResult, resource.PropertyMap) {
	f.Helper()
	news := f.Checked(m.Type, m.Name, m.In, in)
	got, err := f.Diff(context.Background(), plugin.DiffRequest{
		URN: URN(m.Type, m.Name), Name: m.Name, Type: m.Type, ID: m.ID,
		OldInputs: m.In, OldOutputs: m.Out, NewInputs: news,
	})
	require.NoError(f, err)
	return got, news
}

// Change updates a resource in place.
func (f *Fixture) Change(m Made, in Object) Made {
	f.Helper()
	m, err := f.TryChange(m, in)
	require.NoError(f, err)
	return m
}

// TryChange tries to update a resource in place.
func (f *Fixture) TryChange(m Made, in Object) (Made, error) {
	f.Helper()
	news := f.Checked(m.Type, m.Name, m.In, in)
	got, err := f.Update(context.Background(), plugin.UpdateRequest{
		URN: URN(m.Type, m.Name), Name: m.Name, Type: m.Type, ID: m.ID,
		OldInputs: m.In, OldOutputs: m.Out, NewInputs: news,
	})
	m.In, m.Out = news, got.Properties
	return m, err
}

// Remove tries to delete a resource.
func (f *Fixture) Remove(m Made) error {
	f.Helper()
	_, err := f.Delete(context.Background(), plugin.DeleteRequest{
		URN: URN(m.Type, m.Name), Name: m.Name, Type: m.Type, ID: m.ID, Inputs: m.In, Outputs: m.Out,
	})
	return err
}

// Look reads a resource with its ID alone, as an import does.
func (f *Fixture) Look(typ tokens.Type, id resource.ID) plugin.ReadResponse {
	f.Helper()
	got, err := f.Read(context.Background(), plugin.ReadRequest{URN: URN(typ, "read"), Type: typ, ID: id})
	require.NoError(f, err)
	return got
}

// Ask asks a data source.
func (f *Fixture) Ask(tok tokens.ModuleMember, args Object) (plugin.InvokeResponse, error) {
	f.Helper()
	return f.Invoke(context.Background(), plugin.InvokeRequest{Tok: tok, Args: resource.NewPropertyMapFromMap(args)})
}

// AssertCode holds that an operation failed with a code of the cloud's.
func AssertCode(t *testing.T, code string, err error) {
	t.Helper()
	var failed *provider.ResourceError
	require.True(t, errors.As(err, &failed), "%v", err)
	assert.Equal(t, code, failed.Code(), "%v", err)
}
