package flextemplate

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/internal/goldentest"
)

// TestProblems holds what people read of a metadata.json that is wrong.
func TestProblems(t *testing.T) {
	goldentest.Run(t, "testdata/*.txtar", func(t *testing.T, archive *txtar.Archive) string {
		m, problems := ReadMetadata("metadata.json", archive.Files[0].Data)
		assert.Nil(t, m)
		return problems.Error() + "\n"
	})
}

func sound(t *testing.T) *Metadata {
	data, err := os.ReadFile("testdata/sound.json")
	require.NoError(t, err)
	m, problems := ReadMetadata("metadata.json", data)
	require.Empty(t, problems)
	return m
}

// What is read is what was written, key by key.
func TestReadMetadata(t *testing.T) {
	data, err := os.ReadFile("testdata/sound.json")
	require.NoError(t, err)
	written, err := json.Marshal(sound(t))
	require.NoError(t, err)
	assert.JSONEq(t, string(data), string(written))
}

func TestCheck(t *testing.T) {
	m := sound(t)
	assert.Empty(t, m.Check(map[string]string{"input": "gs://a/b*"}))
	assert.Empty(t, m.Check(map[string]string{"input": "gs://a/b", "mode": "quick"}))
	assert.Equal(t, []Finding{
		{Parameter: "input", Summary: `"gs://a\nb" cannot be the parameter input`, Detail: `metadata.json demands ^gs:\/\/[^\n\r]+$`, Hint: "A pattern of files in Cloud Storage"},
		{Parameter: "mod", Summary: `the template has no parameter "mod"`, Detail: "its parameters are: input, mode", Hint: `Did you mean "mode"?`},
		{Parameter: "mode", Summary: `"ful" cannot be the parameter mode`, Detail: "it is one of: full, quick", Hint: `Did you mean "full"?`},
	}, m.Check(map[string]string{"input": "gs://a\nb", "mode": "ful", "mod": "x"}))
	assert.Equal(t, []Finding{{Parameter: "input", Missing: true, Summary: "the parameter input is required and has no value",
		Detail: "A pattern of files in Cloud Storage", Hint: `Give it a value in parameters, or write "isOptional": true in metadata.json.`}},
		m.Check(nil))
	assert.Empty(t, Metadata{Name: "any"}.Check(map[string]string{"x": "y"}))
	// An expression holds for the whole value, alternatives too.
	alternatives := Metadata{Parameters: []Parameter{{Name: "a", Regexes: []string{"x|y"}}}}
	assert.Empty(t, alternatives.Check(map[string]string{"a": "y"}))
	assert.Len(t, alternatives.Check(map[string]string{"a": "xy"}), 1)
}

func TestTemplate(t *testing.T) {
	template := Template{
		Image: "europe-west2-docker.pkg.dev/p/r/flights@sha256:abc", SDK: SDK{Python},
		Metadata: Described("flights", "Delays <by> airport", false, Parameter{Name: "input", IsOptional: true}, Parameter{Name: "day", HelpText: "A day."}),
		Environment: &Environment{NumWorkers: 1, MaxWorkers: 10, MachineType: "e2-standard-2", ServiceAccountEmail: "w@p.iam.gserviceaccount.com",
			TempLocation: "gs://b/temp", StagingLocation: "gs://b/staging", Subnetwork: "regions/europe-west2/subnetworks/s", IPConfiguration: PrivateIPs,
			SDKContainerImage: "europe-west2-docker.pkg.dev/p/r/flights@sha256:abc", AdditionalExperiments: NetworkTagExperiments([]string{"a", "b"}),
			AdditionalUserLabels: map[string]string{"b": "2", "a": "1"}},
	}
	data, err := template.JSON()
	require.NoError(t, err)
	const golden = "testdata/template.json"
	if goldentest.Update() {
		require.NoError(t, os.WriteFile(golden, data, 0o644))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	assert.Equal(t, string(want), string(data))
	read, err := Parse(data)
	require.NoError(t, err)
	assert.Equal(t, &template, read)
	_, err = Parse([]byte("{"))
	assert.ErrorContains(t, err, "the template is not JSON")
	_, err = Parse([]byte("{}"))
	assert.EqualError(t, err, "the template names no image")
	assert.Nil(t, NetworkTagExperiments(nil))
}

// FuzzReadMetadata holds that no file panics, and that what is sound stays so.
func FuzzReadMetadata(f *testing.F) {
	data, err := os.ReadFile("testdata/sound.json")
	require.NoError(f, err)
	f.Add(data)
	f.Add([]byte(`{"name": "x", "parameters": [{"name": "a", "label": "A", "helpText": "?", "regexes": ["["]}]}`))
	f.Add([]byte("name: x\nparameters: &a [*a]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, problems := ReadMetadata("m", data)
		if (m == nil) != (len(problems) > 0) {
			t.Fatalf("%v %v", m, problems)
		}
		if m == nil {
			return
		}
		written, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		if _, problems := ReadMetadata("m", written); len(problems) > 0 {
			t.Fatalf("%s: %v", written, problems)
		}
	})
}
