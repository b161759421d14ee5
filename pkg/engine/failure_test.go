package engine_test

import (
	"context"
	"errors"
	"testing"

	"github.com/pulumi/pulumi/pkg/v3/resource/deploy"
	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/engine"
)

// failing is a provider that refuses to create one resource.
type failing struct {
	plugin.Provider
	name string
}

func (f failing) Create(ctx context.Context, r plugin.CreateRequest) (plugin.CreateResponse, error) {
	if r.URN.Name() != f.name {
		return f.Provider.Create(ctx, r)
	}
	return plugin.CreateResponse{}, errors.New("LimitExceededException: no more of these")
}

func (b *bench) fail(name string) (mend func()) {
	inner := b.Providers.InProcess["aws"]
	b.Providers.InProcess["aws"] = func() (plugin.Provider, error) {
		p, err := inner()
		return failing{Provider: p, name: name}, err
	}
	return func() { b.Providers.InProcess["aws"] = inner }
}

// A provider that fails half-way: what was done is recorded, the failure says
// which resource and why, and the next run does the rest.
func TestProviderFailsHalfWay(t *testing.T) {
	b := newBench(t)
	mend := b.fail("b")
	s := stackOf(t, groups(30, "a", "b", "c"))
	said := &watch{}
	_, err := b.Apply(t.Context(), s, engine.Options{Display: said, ContinueOnError: true})
	require.ErrorIs(t, err, engine.ErrFailed)
	require.Contains(t, said.text(), "LimitExceededException: no more of these")
	require.Equal(t, []string{"a", "c"}, b.names(t))

	mend()
	result := b.apply(t, s, engine.Options{})
	require.Equal(t, 1, result.Changes[deploy.OpCreate])
	require.Nil(t, result.Recovered)
	require.Equal(t, []string{"a", "b", "c"}, b.names(t))
}
