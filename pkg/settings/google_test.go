package settings_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dorc-dev/dorc/pkg/settings"
)

func TestGoogle(t *testing.T) {
	root := project(t, "GOOGLE_DATAFLOW_CUSTOM_ENDPOINT=http://localhost:1/v1b3/\nGOOGLE_STORAGE_CUSTOM_ENDPOINT=http://localhost:1/storage/v1/\nGOOGLE_CREDENTIALS=key.json\nGOOGLE_REGION=of other tools\n")
	s := load(t, root, []string{"GOOGLE_DATAFLOW_CUSTOM_ENDPOINT=http://localhost:2/v1b3/", "GOOGLE_OAUTH_ACCESS_TOKEN=canary-token"}, nil)
	want := map[string]string{
		"GOOGLE_DATAFLOW_CUSTOM_ENDPOINT": "http://localhost:2/v1b3/", "GOOGLE_STORAGE_CUSTOM_ENDPOINT": "http://localhost:1/storage/v1/",
	}
	if fmt.Sprint(s.GoogleEndpoints) != fmt.Sprint(want) {
		t.Errorf("GoogleEndpoints is %v", s.GoogleEndpoints)
	}
	if got := s.Source("GOOGLE_STORAGE_CUSTOM_ENDPOINT"); !strings.HasSuffix(got, ".env:2") {
		t.Errorf("the source is %s", got)
	}
	if s.GoogleCredentials.Reveal() != filepath.Join(root, "key.json") || s.GoogleToken.Reveal() != "canary-token" {
		t.Errorf("credentials are %q and %q", s.GoogleCredentials.Reveal(), s.GoogleToken.Reveal())
	}
	if text := fmt.Sprintf("%v %+v %#v", s, s, s); strings.Contains(text, "canary") {
		t.Error("a secret prints itself")
	}
	s = load(t, project(t, ""), []string{`GOOGLE_CREDENTIALS={"type":"x"}`}, nil)
	if s.GoogleCredentials.Reveal() != `{"type":"x"}` || s.GoogleEndpoints != nil {
		t.Errorf("%q %v", s.GoogleCredentials.Reveal(), s.GoogleEndpoints)
	}
}

func TestGoogleEndpointProblems(t *testing.T) {
	for _, value := range []string{"localhost:1/v1/", "http://localhost:1/v1", "http://ada:canary@localhost:1/v1/", "ftp://x/v1/", "http:///v1/", "%"} {
		_, err := settings.Load(settings.Options{WorkingDir: project(t, ""), Environ: []string{"GOOGLE_DATAFLOW_CUSTOM_ENDPOINT=" + value}})
		if err == nil || !strings.Contains(err.Error(), "GOOGLE_DATAFLOW_CUSTOM_ENDPOINT is not an endpoint") || strings.Contains(err.Error(), "canary") {
			t.Errorf("%s: %v", value, err)
		}
	}
}
