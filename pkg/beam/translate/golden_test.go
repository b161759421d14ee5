package translate_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/beam/launcher"
	"github.com/dorc-dev/dorc/pkg/beam/translate"
	"github.com/dorc-dev/dorc/pkg/beam/yamlpipeline"
)

var update = flag.Bool("update", false, "write the golden files anew")

// read reads a launcher's pipeline of testdata with the profiles there.
func read(t *testing.T, name string) (*launcher.Pipeline, error) {
	t.Helper()
	data, err := os.ReadFile("testdata/profiles.json")
	require.NoError(t, err)
	profiles, err := launcher.ReadProfiles("profiles.json", data)
	require.NoError(t, err)
	data, err = os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	return launcher.Read(name, data, launcher.Options{Files: os.DirFS("testdata"), Profiles: profiles})
}

// Each pipeline has its Beam YAML beside it, and what belongs around it; where it
// cannot be translated, the reason. What is translated is valid Beam YAML.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.config.*")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		name := filepath.Base(file)
		t.Run(name, func(t *testing.T) {
			p, err := read(t, name)
			require.NoError(t, err)
			translation, err := translate.Translate(p)
			if err != nil {
				golden(t, "testdata/golden/"+name+".refused.txt", []byte(err.Error()+"\n"))
				return
			}
			golden(t, "testdata/golden/"+name+".beam.yaml", translation.YAML)
			around := *translation
			around.YAML = nil
			text, err := json.MarshalIndent(around, "", "  ")
			require.NoError(t, err)
			golden(t, "testdata/golden/"+name+".around.json", append(text, '\n'))

			summary, err := yamlpipeline.Check("made", translation.YAML)
			require.NoError(t, err)
			assert.Equal(t, len(p.Sources)+len(p.Transforms)+len(p.Sinks), summary.Transforms)
			assert.False(t, summary.Template)

			again, err := translate.Translate(p)
			require.NoError(t, err)
			assert.Equal(t, string(translation.YAML), string(again.YAML))
		})
	}
}

func golden(t *testing.T, file string, got []byte) {
	t.Helper()
	if *update {
		require.NoError(t, os.WriteFile(file, got, 0o600))
		return
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, string(want), string(got))
}

// No secret of a profile is in anything that is made.
func TestNoSecret(t *testing.T) {
	files, err := filepath.Glob("testdata/golden/*.beam.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, secret := range []string{"pa55-orders", "pa55-crm", "10.1.2.3", "10.1.2.4", "reader"} {
			assert.False(t, strings.Contains(string(text), secret), "%s in %s", secret, file)
		}
	}
}

// What can be translated becomes Beam YAML that the checker finds right.
func FuzzTranslate(f *testing.F) {
	files, err := filepath.Glob("testdata/*.config.*")
	require.NoError(f, err)
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(f, err)
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := launcher.Read("f", data, launcher.Options{Files: os.DirFS("testdata")})
		if err != nil {
			return
		}
		translation, err := translate.Translate(p)
		if err != nil {
			return
		}
		_, err = yamlpipeline.Check("made", translation.YAML)
		assert.NoError(t, err, string(translation.YAML))
	})
}
