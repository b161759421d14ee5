package artifact

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// An artifact whose images are gone is refused by their names before anything changes.
func TestImagesGone(t *testing.T) {
	s, to := setup(t)
	c := two("1")
	c.DbtImages = map[string]string{"sales": "host/dbt-sales@sha256:1", "shop": "host/dbt-shop@sha256:2", "stock": "host/dbt-stock@sha256:3"}
	id := build(t, s, "1f", c)
	has := map[string]bool{"host/dbt-shop sha256:2": true}
	options := DeployOptions{By: "ana", HasImage: func(_ context.Context, repository, digest string) (bool, error) {
		return has[repository+" "+digest], nil
	}}
	_, err := s.Deploy(t.Context(), id, to, options)
	require.ErrorContains(t, err, "artifact "+id+": the image of the dbt project sales does not exist any more\n  host/dbt-sales@sha256:1 is what its tasks run; nothing was changed\n"+
		"  Deploy another artifact, or check out the commit 1f00000000000000000000000000000000000000, build again")
	require.ErrorContains(t, err, "the image of the dbt project stock")
	assert.NotContains(t, err.Error(), "shop")
	assert.Empty(t, snapshot(t, to.Bucket, ""), "nor is the lease taken")

	options.HasImage = func(context.Context, string, string) (bool, error) { return false, errBroken }
	_, err = s.Deploy(t.Context(), id, to, options)
	require.ErrorIs(t, err, errBroken)
	assert.Empty(t, snapshot(t, to.Bucket, ""))

	has["host/dbt-sales sha256:1"], has["host/dbt-stock sha256:3"] = true, true
	options.HasImage = func(_ context.Context, repository, digest string) (bool, error) {
		return has[repository+" "+digest], nil
	}
	_, err = s.Deploy(t.Context(), id, to, options)
	require.NoError(t, err)
}
