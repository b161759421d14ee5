package venv_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/internal/airflowtest"
	"github.com/dorc-dev/dorc/pkg/airflow"
)

// fact is what testdata/construct.py finds out about an operator.
type fact struct {
	Class string
	// Known are arguments that the constructor accepted, Refused what it did not.
	Known, Refused []string
	// Missing are those without which it did not construct.
	Missing        []string
	TemplateFields []string
}

// sample are the modules whose operators are constructed: all take minutes.
var sample = regexp.MustCompile(`^airflow\.(operators|sensors|models)\.|\.(standard|cncf\.kubernetes|common\.sql|http)\.|\.google\.cloud\.(operators|sensors|transfers)\.(bigquery|gcs|workflows)`)

// The catalog says of operators what the real ones do when they are constructed.
func TestCatalog(t *testing.T) {
	for _, line := range airflow.Lines() {
		t.Run(line, func(t *testing.T) {
			t.Parallel()
			env := airflowtest.Environment(t, line)
			c, err := airflowtest.Image(t, line).Catalog()
			require.NoError(t, err)
			cmd := exec.CommandContext(t.Context(), env.Python, filepath.Join("testdata", "construct.py"))
			classes := slices.DeleteFunc(c.Operators(), func(class string) bool { return !sample.MatchString(class) })
			require.Greater(t, len(classes), 100)
			cmd.Stdin = strings.NewReader(strings.Join(classes, "\n") + "\n")
			cmd.Env = append(os.Environ(), "AIRFLOW_HOME="+t.TempDir())
			out, err := cmd.Output()
			require.NoError(t, err, "%s", out)
			constructed := 0
			for row := range bytes.Lines(out) {
				var f fact
				require.NoError(t, json.Unmarshal(row, &f))
				constructed++
				o, ok := c.Operator(f.Class)
				require.True(t, ok, f.Class)
				for _, name := range f.Known {
					assert.True(t, o.Argument(name), "%s accepts %s", f.Class, name)
				}
				for _, name := range f.Refused {
					assert.False(t, o.Argument(name), "%s refuses %s", f.Class, name)
				}
				assert.ElementsMatch(t, f.Missing, o.Required(), "%s", f.Class)
				assert.ElementsMatch(t, f.TemplateFields, o.TemplateFields, "%s", f.Class)
			}
			assert.Greater(t, constructed, len(classes)/2, "most can be constructed with strings")
		})
	}
}

// What is installed is what the lock file says.
func TestPackages(t *testing.T) {
	for _, line := range airflow.Lines() {
		t.Run(line, func(t *testing.T) {
			env := airflowtest.Environment(t, line)
			out, err := exec.CommandContext(t.Context(), env.Python, "-I", "-c",
				"import importlib.metadata as m, json, re; print(json.dumps({re.sub('[-_.]+', '-', d.name).lower(): d.version for d in m.distributions()}))").Output()
			require.NoError(t, err)
			var installed map[string]string
			require.NoError(t, json.Unmarshal(out, &installed))
			delete(installed, "pip")
			if _, locked := airflowtest.Image(t, line).Packages()["setuptools"]; !locked {
				delete(installed, "setuptools")
			}
			assert.Equal(t, airflowtest.Image(t, line).Packages(), installed)
		})
	}
}
