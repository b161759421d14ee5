package source_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/internal/beamtest"
	"github.com/dorc-dev/dorc/pkg/image/source"
)

const beamYAML = `pipeline:
  type: chain
  transforms:
    - type: Create
      config:
        elements: [{day: "{{ day }}", delay: {{ delay }}}, {day: "2015-01-01", delay: 3}]
    - type: MapToFields
      config: {language: python, append: true, fields: {twice: delay * 2}}
    - type: WriteToCsv
      config: {path: "{{ output }}"}
{% if more is defined %}
  no such key
{% endif %}
`

// program writes dorc's main program into a folder, as an image has it.
func program(t *testing.T) string {
	t.Helper()
	s := snapshot(t, flightsOf(t, source.KindFlexTemplate, map[string]string{flights + "pipeline.beam.yaml": beamYAML}))
	i := slices.IndexFunc(s.Files, func(f source.File) bool { return f.Name == source.YAMLMain })
	require.GreaterOrEqual(t, i, 0)
	path := filepath.Join(t.TempDir(), source.YAMLMain)
	out, err := os.Create(path)
	require.NoError(t, err)
	require.NoError(t, s.Files[i].CopyTo(out))
	require.NoError(t, out.Close())
	return path
}

// The real Beam runs a pipeline with variables; other options are Beam's.
func TestYAMLMainRuns(t *testing.T) {
	python := beamtest.Python(t)
	dir := t.TempDir()
	file := filepath.Join(dir, "pipeline.beam.yaml")
	require.NoError(t, os.WriteFile(file, []byte(beamYAML), 0o644))
	cmd := exec.Command(python, program(t), "--yaml_pipeline_file="+file,
		`--jinja_variables={"day": "2015-12-31", "delay": 7, "output": "`+filepath.Join(dir, "out")+`", "more": null}`,
		"--runner=DirectRunner", "--job_name=flights")
	said, err := cmd.CombinedOutput()
	require.NoError(t, err, string(said))
	written, err := filepath.Glob(filepath.Join(dir, "out*"))
	require.NoError(t, err)
	var lines []string
	for _, name := range written {
		content, err := os.ReadFile(name)
		require.NoError(t, err)
		lines = append(lines, strings.Fields(string(content))...)
	}
	slices.Sort(lines)
	assert.Equal(t, []string{"2015-01-01,3,6", "2015-12-31,7,14", "day,delay,twice"}, lines)
}

// Wrong options are told before Beam is loaded, so any Python tells them.
func TestYAMLMainOptions(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("there is no python3")
	}
	main := program(t)
	for argument, want := range map[string]string{
		"--job_name=x":         "--yaml_pipeline_file",
		"--jinja_variables=[]": "it is not a JSON object",
		"--jinja_variables={":  "it is not JSON",
	} {
		cmd := exec.Command(python, "-I", main, argument)
		said, err := cmd.CombinedOutput()
		var exit *exec.ExitError
		require.ErrorAs(t, err, &exit)
		assert.Equal(t, 2, exit.ExitCode())
		assert.Contains(t, string(said), want)
	}
}
