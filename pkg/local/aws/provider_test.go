package aws

import (
	"context"
	"testing"
	"time"

	"github.com/dorc-dev/dorc/pkg/local/cloud"
	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/stretchr/testify/require"
)

// fixture is a provider over a new store, with a clock that moves a second a look.
type fixture struct {
	*testing.T
	*Provider
	clock time.Time
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	store, err := cloud.Open(t.TempDir())
	require.NoError(t, err)
	f := &fixture{T: t, clock: time.Date(2025, 1, 2, 3, 4, 5, 0, time.UTC)}
	f.Provider = NewProvider(store, Options{Now: func() time.Time {
		f.clock = f.clock.Add(time.Second)
		return f.clock
	}})
	return f
}

func urnOf(typ tokens.Type, name string) resource.URN {
	return resource.NewURN("infra-prod", "Pipelines", "", typ, name)
}

// check returns the checked inputs and fails the test when they are refused.
func (f *fixture) check(typ tokens.Type, name string, olds resource.PropertyMap, in object) resource.PropertyMap {
	f.Helper()
	got := f.tryCheck(typ, name, olds, resource.NewPropertyMapFromMap(in))
	require.Empty(f, got.Failures)
	return got.Properties
}

func (f *fixture) tryCheck(typ tokens.Type, name string, olds, in resource.PropertyMap) plugin.CheckResponse {
	f.Helper()
	got, err := f.Check(context.Background(), plugin.CheckRequest{
		URN: urnOf(typ, name), Name: name, Type: typ, Olds: olds, News: in, RandomSeed: []byte(name), AllowUnknowns: true,
	})
	require.NoError(f, err)
	return got
}

// made is a resource that a test created.
type made struct {
	typ     tokens.Type
	name    string
	id      resource.ID
	in, out resource.PropertyMap
}

func (m made) str(key resource.PropertyKey) string { return m.out[key].StringValue() }

// create checks and creates a resource.
func (f *fixture) create(typ tokens.Type, name string, in object) made {
	f.Helper()
	m, err := f.tryCreate(typ, name, in)
	require.NoError(f, err)
	return m
}

func (f *fixture) tryCreate(typ tokens.Type, name string, in object) (made, error) {
	f.Helper()
	m := made{typ: typ, name: name, in: f.check(typ, name, nil, in)}
	got, err := f.Create(context.Background(), plugin.CreateRequest{
		URN: urnOf(typ, name), Name: name, Type: typ, Properties: m.in,
	})
	m.id, m.out = got.ID, got.Properties
	return m, err
}

// diff compares what is there with new inputs.
func (f *fixture) diff(m made, in object) (plugin.DiffResult, resource.PropertyMap) {
	f.Helper()
	news := f.check(m.typ, m.name, m.in, in)
	got, err := f.Diff(context.Background(), plugin.DiffRequest{
		URN: urnOf(m.typ, m.name), Name: m.name, Type: m.typ, ID: m.id,
		OldInputs: m.in, OldOutputs: m.out, NewInputs: news,
	})
	require.NoError(f, err)
	return got, news
}

func (f *fixture) update(m made, in object) made {
	f.Helper()
	news := f.check(m.typ, m.name, m.in, in)
	got, err := f.Update(context.Background(), plugin.UpdateRequest{
		URN: urnOf(m.typ, m.name), Name: m.name, Type: m.typ, ID: m.id,
		OldInputs: m.in, OldOutputs: m.out, NewInputs: news,
	})
	require.NoError(f, err)
	m.in, m.out = news, got.Properties
	return m
}

func (f *fixture) tryDelete(m made) error {
	f.Helper()
	_, err := f.Delete(context.Background(), plugin.DeleteRequest{
		URN: urnOf(m.typ, m.name), Name: m.name, Type: m.typ, ID: m.id, Inputs: m.in, Outputs: m.out,
	})
	return err
}

func (f *fixture) read(typ tokens.Type, id resource.ID) plugin.ReadResponse {
	f.Helper()
	got, err := f.Read(context.Background(), plugin.ReadRequest{URN: urnOf(typ, "read"), Type: typ, ID: id})
	require.NoError(f, err)
	return got
}

func TestRepository(t *testing.T) {
	f := newFixture(t)
	m := f.create(repositoryType, "images", object{"name": "proj-a", "tags": object{"project": "x"}})
	require.Equal(t, resource.ID("proj-a"), m.id)
	require.Equal(t, "000000000000.dkr.ecr.eu-west-2.amazonaws.com/proj-a", m.str("repositoryUrl"))
	require.Equal(t, "arn:aws:ecr:eu-west-2:000000000000:repository/proj-a", m.str("arn"))

	same, _ := f.diff(m, object{"name": "proj-a", "tags": object{"project": "x"}})
	require.Equal(t, plugin.DiffNone, same.Changes)
}
