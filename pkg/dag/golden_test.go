package dag_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/assert"

	"github.com/dorc-dev/dorc/internal/goldentest"
	"github.com/dorc-dev/dorc/pkg/airflow"
	"github.com/dorc-dev/dorc/pkg/dag"
)

// TestProblems holds what people read. Each archive in testdata has a pipeline's
// folder, and in "want" its problems and warnings as they print. Two files are for the
// test itself: "repo" has what there is besides it, a line each (dbt <path> [<profile>],
// pipeline <layer>/<name> <kind>, file <path>), "image" lines of Airflow. A folder with
// a config.yaml is DOP's.
func TestProblems(t *testing.T) {
	goldentest.Run(t, "testdata/*.txtar", func(t *testing.T, archive *txtar.Archive) string {
		d, problems := dag.Read(unpack(archive))
		assert.NotNil(t, d)
		said := problems.Error()
		if len(d.Warnings) > 0 {
			said += "\nwarnings:\n" + d.Warnings.Error()
		}
		return strings.TrimPrefix(said+"\n", "\n")
	})
}

// unpack gives the arguments of Read.
func unpack(archive *txtar.Archive) (fstest.MapFS, dag.Options) {
	files := fstest.MapFS{}
	o := dag.Options{Dir: "src/raw/weather", Path: "src/raw/weather", Layer: "raw", Pipeline: "weather"}
	for _, f := range archive.Files {
		switch f.Name {
		case "want":
		case "repo":
			o.Dbt, o.Pipelines = []dag.DbtProject{}, map[string]string{}
			root := fstest.MapFS{}
			for line := range strings.Lines(string(f.Data)) {
				words := append(strings.Fields(line), "", "")
				switch words[0] {
				case "dbt":
					name := words[1][strings.LastIndex(words[1], "/")+1:]
					o.Dbt = append(o.Dbt, dag.DbtProject{Name: name, Path: words[1], Profile: words[2]})
				case "pipeline":
					o.Pipelines[words[1]] = words[2]
				case "file":
					root[words[1]] = &fstest.MapFile{}
				}
			}
			o.Root = root
		case "image":
			for _, line := range strings.Fields(string(f.Data)) {
				i := slices.IndexFunc(airflow.Images(), func(i airflow.Image) bool { return i.Composer == 3 && i.Line == line })
				o.Images = append(o.Images, airflow.Images()[i])
			}
		case dag.DOPFileName:
			o.DOP, o.Dir, o.Path = true, "orchestration/weather", "orchestration/weather"
			fallthrough
		default:
			files[f.Name] = &fstest.MapFile{Data: f.Data}
		}
	}
	return files, o
}
