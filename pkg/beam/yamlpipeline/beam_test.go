package yamlpipeline_test

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/internal/beamtest"
	"github.com/dorc-dev/dorc/pkg/beam/yamlpipeline"
)

// The data of transforms is what the script makes of the real Beam.
func TestTransformsAreBeams(t *testing.T) {
	out, err := exec.Command(beamtest.Python(t), "gen/transforms.py").Output()
	require.NoError(t, err)
	want, err := os.ReadFile("transforms.json")
	require.NoError(t, err)
	assert.Equal(t, string(out), string(want), "run gen/transforms.py")
}

// Beam refuses each bad file too, so that the checker refuses nothing that works.
func TestBeamRefusesBad(t *testing.T) {
	python := beamtest.Python(t)
	files, err := filepath.Glob("testdata/bad/*.beam.yaml")
	require.NoError(t, err)
	out, err := exec.Command(python, append([]string{"testdata/refused.py"}, files...)...).Output()
	require.NoError(t, err)
	var refused map[string]string
	require.NoError(t, json.Unmarshal(out, &refused))
	for _, file := range files {
		if !strings.HasPrefix(filepath.Base(file), "unchecked") {
			assert.NotEmpty(t, refused[file], file)
		}
	}
}

// The pipelines of the documentation that comes with Beam are right, but those
// that leave something out.
func TestBeamsDocumentation(t *testing.T) {
	out, err := exec.Command(beamtest.Python(t), "-c", "import apache_beam.yaml as y; print(list(y.__path__)[0])").Output()
	require.NoError(t, err)
	files, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(out)), "docs", "*.md"))
	require.NoError(t, err)
	block := regexp.MustCompile("(?s)```\\w*\n(pipeline:.*?)```")
	checked := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for i, m := range block.FindAllStringSubmatch(string(text), -1) {
			// Beam's own schema refuses what stands in the second and third.
			if strings.Contains(m[1], "...") || strings.Contains(m[1], "SomeInput") || strings.Contains(m[1], "\n  providers:") {
				continue
			}
			s, err := yamlpipeline.Check(fmt.Sprintf("%s-%d", filepath.Base(file), i+1), []byte(m[1]))
			assert.NoError(t, err, m[1])
			if !s.Template {
				checked++
			}
		}
	}
	assert.Greater(t, checked, 20)
}

// kind is a row of weather.beam.yaml's answer.
type kind struct {
	Weather    string
	Days, Rain int
	Warmest    float64
}

// The real Beam runs a pipeline that the checker finds right, and its numbers are
// those of a loop over the file.
func TestBeamRuns(t *testing.T) {
	python := beamtest.Python(t)
	data, err := os.ReadFile("testdata/weather.beam.yaml")
	require.NoError(t, err)
	summary, err := yamlpipeline.Check("weather.beam.yaml", data)
	require.NoError(t, err)
	assert.Equal(t, yamlpipeline.Summary{Transforms: 6}, summary)

	dir := t.TempDir()
	input, err := filepath.Abs("testdata/seattle-weather.csv")
	require.NoError(t, err)
	variables := fmt.Sprintf(`{"input": %q, "output": %q}`, input, filepath.Join(dir, "out"))
	out, err := exec.Command(python, "-m", "apache_beam.yaml.main", "--yaml_pipeline_file", "testdata/weather.beam.yaml", //nolint:gosec // our own installation
		"--jinja_variables", variables, "--runner", "DirectRunner").CombinedOutput()
	require.NoError(t, err, string(out))

	got := map[string]kind{}
	files, err := filepath.Glob(filepath.Join(dir, "out-0*"))
	require.NoError(t, err)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for lines := bufio.NewScanner(strings.NewReader(string(text))); lines.Scan(); {
			var k kind
			require.NoError(t, json.Unmarshal(lines.Bytes(), &k))
			got[k.Weather] = k
		}
	}
	assert.Equal(t, counted(t, input), got)
}

func counted(t *testing.T, file string) map[string]kind {
	t.Helper()
	f, err := os.Open(file)
	require.NoError(t, err)
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	require.Len(t, rows, 1462)
	want := map[string]kind{}
	for _, row := range rows[1:] {
		rain, err := strconv.ParseFloat(row[1], 64)
		require.NoError(t, err)
		warmth, err := strconv.ParseFloat(row[2], 64)
		require.NoError(t, err)
		if rain >= 30 {
			continue
		}
		k, there := want[row[5]]
		if !there {
			k = kind{Weather: row[5], Warmest: math.Inf(-1)}
		}
		k.Days, k.Rain, k.Warmest = k.Days+1, k.Rain+int(math.Round(rain*10)), max(k.Warmest, warmth)
		want[row[5]] = k
	}
	return want
}
