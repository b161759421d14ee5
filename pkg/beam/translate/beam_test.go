package translate_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/internal/beamtest"
	"github.com/dorc-dev/dorc/pkg/beam/translate"
)

// made is what testdata/beam.py says that Beam made.
type made struct {
	Spec struct {
		Pipeline struct {
			Transforms []struct {
				Type, Name string
				Input      any
				Config     map[string]any
			}
		}
	}
	Written map[string]map[string]any
}

// The real Beam reads each translation as what was meant: its own template engine
// and YAML parser give back the queries letter by letter, its preprocessing finds
// nothing wrong, and the sinks in Python are made by its own connector.
func TestRealBeam(t *testing.T) {
	python := beamtest.Python(t)
	// Values that would break a text which quotes them carelessly.
	hard := "a: \"b' {{ c }} #\n- d"
	for _, name := range []string{"plain.config.json", "joined.config.yaml", "append.config.yaml", "merge.config.yaml", "merge_time.config.yaml"} {
		t.Run(name, func(t *testing.T) {
			p, err := read(t, name)
			require.NoError(t, err)
			translation, err := translate.Translate(p)
			require.NoError(t, err)
			dir := t.TempDir()
			file := filepath.Join(dir, "pipeline.beam.yaml")
			require.NoError(t, os.WriteFile(file, translation.YAML, 0o600))
			variables := map[string]string{}
			for _, v := range translation.Parameters {
				variables[v.Name] = hard
				if v.Kind == translate.Incremental {
					variables[v.Name] = "2026-01-31 13:00:00"
				}
			}
			given, err := json.Marshal(variables)
			require.NoError(t, err)
			var stderr strings.Builder
			cmd := exec.Command(python, "testdata/beam.py", file, string(given), filepath.Join(dir, "rows")) //nolint:gosec // our own installation
			cmd.Stderr = &stderr
			out, err := cmd.Output()
			require.NoError(t, err, stderr.String())
			var m made
			require.NoError(t, json.Unmarshal(out, &m))

			byName := map[string]map[string]any{}
			for _, tr := range m.Spec.Pipeline.Transforms {
				byName[tr.Name] = tr.Config
			}
			for _, s := range p.Sources {
				query, ok := byName[s.Name]["query"].(string)
				require.True(t, ok)
				if s.Incremental == nil {
					assert.Equal(t, s.Query, query)
				} else {
					assert.Contains(t, query, s.Query)
					assert.Contains(t, query, "> CAST('2026-01-31 13:00:00' AS ")
				}
				if s.Profile != "" {
					for _, k := range []string{"url", "username", "password"} {
						assert.Equal(t, hard, byName[s.Name][k], k)
					}
				}
			}
			for _, s := range p.Transforms {
				assert.Equal(t, s.SQL, byName[s.Name]["query"])
			}
			if name == "joined.config.yaml" {
				written(t, m, dir)
			}
		})
	}
}

// written holds what reached Beam's connector against the pipeline's file.
func written(t *testing.T, m made, dir string) {
	t.Helper()
	assert.Equal(t, map[string]any{
		"table": "my-project:sales.customers", "create": "CREATE_IF_NEEDED", "write": "WRITE_TRUNCATE", "method": "FILE_LOADS",
		"parameters": map[string]any{
			"timePartitioning": map[string]any{"type": "MONTH", "field": "since"},
			"clustering":       map[string]any{"fields": []any{"id", "name"}},
		},
		"schema": m.Written["all"]["schema"],
	}, m.Written["all"])
	assert.Len(t, m.Written["all"]["schema"].(map[string]any)["fields"], 5)
	assert.Equal(t, map[string]any{}, m.Written["large customers"]["parameters"])
	files, err := filepath.Glob(filepath.Join(dir, "rows0*"))
	require.NoError(t, err)
	require.Len(t, files, 1)
	rows, err := os.ReadFile(files[0])
	require.NoError(t, err)
	assert.Equal(t, "[{'id': 1, 'name': 'ä', 'price': '1.10', 'since': '2026-01-31', 'zoned': '2026-01-31T04:00:00', 'at': '2026-01-31T13:00:00'}]\n", string(rows))
}
