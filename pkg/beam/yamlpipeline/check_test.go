package yamlpipeline_test

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"

	"github.com/dorc-dev/dorc/pkg/beam/yamlpipeline"
)

var update = flag.Bool("update", false, "write the golden files anew")

// Each bad file has what is said of it beside it.
func TestBad(t *testing.T) {
	files, err := filepath.Glob("testdata/bad/*.beam.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			data, err := os.ReadFile(file)
			require.NoError(t, err)
			_, err = yamlpipeline.Check(filepath.Base(file), data)
			require.Error(t, err)
			want := file + ".txt"
			if *update {
				require.NoError(t, os.WriteFile(want, []byte(err.Error()+"\n"), 0o600))
				return
			}
			text, readErr := os.ReadFile(want)
			require.NoError(t, readErr)
			assert.Equal(t, string(text), err.Error()+"\n")
		})
	}
}

func TestGood(t *testing.T) {
	for name, c := range map[string]struct {
		text       string
		transforms int
		template   bool
	}{
		"chain":                   {"pipeline: {type: chain, transforms: [{type: Create, config: {elements: [1]}}, {type: LogForTesting}]}", 2, false},
		"source and sink":         {"pipeline: {source: {type: ReadFromText, config: {path: a}}, sink: {type: WriteToText, config: {path: b}}}", 2, false},
		"own provider":            {"pipeline: {transforms: [{type: Mine}]}\nproviders: [{type: python, transforms: {Mine: my.transform}, config: {}}]", 1, false},
		"included provider":       {"pipeline: {transforms: [{type: Theirs}]}\nproviders: [{include: gs://b/p.yaml}]", 1, false},
		"composite":               {"pipeline:\n  transforms:\n  - {type: Create, name: one, config: {elements: [1]}}\n  - {type: composite, name: two, input: one, transforms: [{type: LogForTesting, name: l, input: input}], output: l}\n  - {type: LogForTesting, input: two}", 3, false},
		"jinja values":            {"# {% comment\npipeline: {transforms: [{type: \"Write{{ kind }}\", input: {{ from }}, config: {path: {{ to | tojson }}}}]}", 1, false},
		"raw":                     {"pipeline: {transforms: [{type: ReadFromText, config: {path: '{% raw %}{{{% endraw %}'}}]}", 1, false},
		"jinja statements":        {"pipeline:\n{% for i in [1] %}\n  x\n{% endfor %}", 0, true},
		"key of another language": {"pipeline: {transforms: [{type: WriteToBigQuery, config: {table: p.d.t, kms_key: k}}]}", 1, false},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := yamlpipeline.Check("p.beam.yaml", []byte(c.text))
			require.NoError(t, err)
			assert.Equal(t, yamlpipeline.Summary{Transforms: c.transforms, Template: c.template}, s)
		})
	}
}

// What the writer writes, the checker reads; whatever the texts are.
func FuzzCheck(f *testing.F) {
	files, err := filepath.Glob("testdata/bad/*.beam.yaml")
	require.NoError(f, err)
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(f, err)
		f.Add(data)
	}
	f.Add([]byte("pipeline: &a {transforms: [*a]}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := yamlpipeline.Check("f", data)
		if err != nil {
			assert.NotEmpty(t, err.Error())
			return
		}
		assert.True(t, s.Template || s.Transforms >= 0)
	})
}

// Beam reads back what the model has.
func FuzzWrite(f *testing.F) {
	for _, s := range []string{"a", "a\nb", "'", "{{ x }}", "{% raw %}", " {#\n", "- a: b", "null", "1", "#", "\u2028x", "a\n\n  b\n", "\t", "a\r\nb"} {
		f.Add(s, s)
	}
	f.Add(" {#", "#}#\x0e")
	f.Add("\u0094", "\t\n")
	f.Fuzz(func(t *testing.T, name, config string) {
		text, err := yamlpipeline.Write(yamlpipeline.Pipeline{Header: []string{name, config},
			Transforms: []yamlpipeline.Transform{{Type: "Sql", Name: "n", Comment: []string{name}, Config: yamlpipeline.Map{{Key: "query", Value: config}}}}})
		if err != nil {
			return
		}
		s, err := yamlpipeline.Check("f", text)
		if err != nil {
			// Only what no file of texts can have.
			assert.Regexp(t, `not text in UTF-8|is empty|too large`, err.Error(), string(text))
			return
		}
		assert.Equal(t, yamlpipeline.Summary{Transforms: 1}, s, string(text))
		// What Jinja makes of it, when it has nothing to fill in.
		filled := regexp.MustCompile(`\{\{ '(\{[{%#])' \}\}`).ReplaceAllString(string(text), "$1")
		var read struct {
			Pipeline struct {
				Transforms []struct{ Config map[string]string }
			}
		}
		require.NoError(t, yaml.Unmarshal([]byte(filled), &read), filled)
		assert.Equal(t, config, read.Pipeline.Transforms[0].Config["query"], filled)
	})
}
