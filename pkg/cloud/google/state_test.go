package google

import (
	"strings"
	"testing"

	"github.com/fsouza/fake-gcs-server/fakestorage"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/internal/googletest"
	"github.com/dorc-dev/dorc/pkg/cloud/check"
)

// The state store is a bucket of Google's.
func TestState(t *testing.T) {
	server, access := startGoogle(t)
	server.AddProject(data, googletest.Project{})
	storage, err := fakestorage.NewServerWithOptions(fakestorage.Options{Scheme: "http", Host: "127.0.0.1"})
	require.NoError(t, err)
	defer storage.Stop()
	t.Setenv("STORAGE_EMULATOR_HOST", strings.TrimPrefix(storage.URL(), "http://"))
	t.Setenv("GOOGLE_OAUTH_ACCESS_TOKEN", googletest.Token) // as for who runs dorc
	storage.CreateBucketWithOpts(fakestorage.CreateBucketOpts{Name: "versions", VersioningEnabled: true})
	storage.CreateBucketWithOpts(fakestorage.CreateBucketOpts{Name: "plain"})
	for url, want := range map[string]Finding{
		"gs://versions/team": {Level: check.OK, Summary: "gs://versions/team, readable and writable, with versioning"},
		"gs://plain":         {Level: check.Warning, Summary: "the state bucket keeps no versions"},
		"gs://none":          {Level: check.Missing, Summary: "the state bucket does not exist", Hint: "create it with versioning"},
	} {
		want.Check = "state"
		found := Check(t.Context(), Input{Access: access, State: url, Projects: []Project{{ID: data}}})
		assertFindings(t, []Finding{want}, found[1:2])
	}
}
