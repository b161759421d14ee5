package recorded

import (
	"encoding/json"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/archive"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/awsrules"
	"github.com/dorc-dev/dorc/pkg/googlerules"
	"github.com/dorc-dev/dorc/pkg/rules"
)

// vector is an input with the real provider's verdict;
// pkg/local/aws/testdata/README.md says how it was obtained.
type vector struct {
	Type   string         `json:"type"`
	Why    string         `json:"why"`
	Config map[string]any `json:"config"`
	Valid  bool           `json:"valid"`
	Errors []string       `json:"errors"`
}

func newRecorder(t *testing.T) *Recorder {
	t.Helper()
	return recorderOf(t, "aws")
}

func recorderOf(t *testing.T, name string) *Recorder {
	t.Helper()
	facts, err := ReadFacts("../../../pkg/local/" + name + "/facts/resources.json")
	require.NoError(t, err)
	r, err := New(Options{Package: name, Account: "123456789012", Facts: facts})
	require.NoError(t, err)
	return r
}

// What the real provider lets pass, the recorded one does. What the real one
// refuses is refused by the recorded one or by the rules that stand before it.
func TestVerdicts(t *testing.T) {
	for name, of := range map[string]struct {
		rules func(tokens.Type, resource.PropertyMap) []rules.Failure
		// absent are types that dorc does not create.
		absent []string
	}{
		"aws": {awsrules.Check, nil},
		"gcp": {googlerules.Check, []string{"google_bigquery_dataset", "google_cloud_run_v2_job", "google_secret_manager_secret_version"}},
	} {
		text, err := os.ReadFile("../../../pkg/local/" + name + "/testdata/vectors.json")
		require.NoError(t, err)
		var vectors []vector
		require.NoError(t, json.Unmarshal(text, &vectors))
		require.Greater(t, len(vectors), 90)
		recorder := recorderOf(t, name)
		for _, v := range vectors {
			if slices.Contains(of.absent, v.Type) {
				continue
			}
			t.Run(v.Type+": "+v.Why, func(t *testing.T) {
				token, known := tokenOf(name, v.Type)
				require.True(t, known, "the recordings lack %s", v.Type)
				s := recorder.schemas[token]
				in := translate(s.inputs, v.Config, packs[name].types[token].rename)
				p, err := recorder.Provider()
				require.NoError(t, err)
				answer, err := p.Check(t.Context(), plugin.CheckRequest{URN: resource.NewURN("s", "p", "", token, "v"), News: in})
				require.NoError(t, err)
				if v.Valid {
					assert.Empty(t, answer.Failures)
					return
				}
				assert.True(t, len(answer.Failures) > 0 || len(of.rules(token, in)) > 0, "the real provider says: %s", strings.Join(v.Errors, "; "))
			})
		}
	}
}

func tokenOf(name, terraform string) (tokens.Type, bool) {
	for token, t := range packs[name].types {
		if t.terraform == terraform {
			return token, true
		}
	}
	return "", false
}

// translate turns Terraform's configuration into Pulumi's.
func translate(o object, config map[string]any, rename map[string]string) resource.PropertyMap {
	has := func(name string) bool { return o[name] != nil }
	out := resource.PropertyMap{}
	for terraform, v := range config {
		name := pulumiName(terraform, has, rename)
		out[resource.PropertyKey(name)] = translateValue(o[name], v)
	}
	return out
}

func translateValue(f *field, v any) resource.PropertyValue {
	list, isList := v.([]any)
	switch {
	case f == nil:
	case f.asset:
		return resource.NewArchiveProperty(&archive.Archive{Path: v.(string)})
	case isList && f.kind == reflect.Struct && len(list) == 1:
		return resource.NewObjectProperty(translate(f.inner, list[0].(map[string]any), nil))
	case isList && f.inner != nil:
		elements := make([]resource.PropertyValue, len(list))
		for i, e := range list {
			elements[i] = resource.NewObjectProperty(translate(f.inner, e.(map[string]any), nil))
		}
		return resource.NewArrayProperty(elements)
	}
	return resource.NewPropertyValue(v)
}
