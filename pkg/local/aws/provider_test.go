package aws

import (
	"testing"
	"time"

	"github.com/dorc-dev/dorc/pkg/local/cloud"
	"github.com/dorc-dev/dorc/pkg/local/provider/providertest"
	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/require"
)

// unknown is a value that is not known before an apply.
var unknown = providertest.Unknown

// newFixture is a provider over a new store, with a clock that moves a second a look.
func newFixture(t *testing.T) *providertest.Fixture {
	t.Helper()
	store, err := cloud.Open(t.TempDir())
	require.NoError(t, err)
	clock := time.Date(2025, 1, 2, 3, 4, 5, 0, time.UTC)
	return &providertest.Fixture{T: t, Provider: NewProvider(store, Options{Now: func() time.Time {
		clock = clock.Add(time.Second)
		return clock
	}})}
}

func TestRepository(t *testing.T) {
	f := newFixture(t)
	m := f.Make(repositoryType, "images", object{"name": "proj-a", "tags": object{"project": "x"}})
	require.Equal(t, resource.ID("proj-a"), m.ID)
	require.Equal(t, "000000000000.dkr.ecr.eu-west-2.amazonaws.com/proj-a", m.Str("repositoryUrl"))
	require.Equal(t, "arn:aws:ecr:eu-west-2:000000000000:repository/proj-a", m.Str("arn"))

	same, _ := f.Compare(m, object{"name": "proj-a", "tags": object{"project": "x"}})
	require.Equal(t, plugin.DiffNone, same.Changes)
}
