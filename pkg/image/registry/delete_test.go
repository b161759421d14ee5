package registry

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestDeleteElsewhere(t *testing.T) {
	for what, tc := range map[string]struct {
		status  int
		code    string
		kept    bool
		summary string
	}{
		"it deletes tags":         {202, "", false, ""},
		"the tag is gone":         {404, "MANIFEST_UNKNOWN", false, ""},
		"the repository is gone":  {404, "NAME_UNKNOWN", false, ""},
		"it deletes nothing":      {405, "UNSUPPORTED", true, ""},
		"it deletes digests only": {400, "DIGEST_INVALID", true, ""},
		"it says so otherwise":    {400, "UNSUPPORTED", true, ""},
		"not allowed":             {403, "DENIED", false, "the credentials are not allowed to do this"},
		"broken":                  {500, "UNKNOWN", false, "the registry has a failure of its own"},
	} {
		t.Run(what, func(t *testing.T) {
			f := newFake(t)
			c, _, seen := testClient(t, Options{})
			f.fault = func(w http.ResponseWriter, r *http.Request) bool {
				if r.Method != http.MethodDelete {
					return false
				}
				w.WriteHeader(tc.status)
				fmt.Fprintf(w, `{"errors":[{"code":%q}]}`, tc.code)
				return true
			}
			err := c.Delete(t.Context(), f.host()+"/etl", "dev")
			if tc.summary != "" {
				asProblem(t, err, tc.summary)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, tc.kept, len(seen.of(Kept)) == 1)
			assert.Equal(t, 1, f.count(http.MethodDelete, "/v2/etl/manifests/dev"))
		})
	}
}

// The registry of this process deletes tags; the image's other tags stay.
func TestDeleteTakesTheTagOnly(t *testing.T) {
	f := newFake(t)
	c, _, _ := testClient(t, Options{})
	img := testImage(t, "x")
	for _, tag := range []string{"dev", "prod"} {
		_, err := c.Push(t.Context(), f.host()+"/etl", tag, img)
		require.NoError(t, err)
	}
	require.NoError(t, c.Delete(t.Context(), f.host()+"/etl", "dev"))
	_, found, err := c.Find(t.Context(), f.host()+"/etl", "dev")
	require.NoError(t, err)
	assert.False(t, found)
	_, found, err = c.Find(t.Context(), f.host()+"/etl", "prod")
	require.NoError(t, err)
	assert.True(t, found)
}
