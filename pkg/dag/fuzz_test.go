package dag_test

import (
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/airflow"
	"github.com/dorc-dev/dorc/pkg/dag"
)

// FuzzRead holds that no file ends the program, that a DAG without problems is one, and
// that places are in the file.
func FuzzRead(f *testing.F) {
	archives, err := filepath.Glob("testdata/*.txtar")
	require.NoError(f, err)
	for _, name := range archives {
		data, err := os.ReadFile(name)
		require.NoError(f, err)
		archive := txtar.Parse(data)
		sql := ""
		for _, file := range archive.Files[1:] {
			if filepath.Ext(file.Name) == ".sql" {
				sql = string(file.Data)
			}
		}
		f.Add(string(archive.Files[0].Data), sql, archive.Files[0].Name == dag.DOPFileName)
	}
	f.Fuzz(func(t *testing.T, text, sql string, dop bool) {
		name := dag.FileName
		if dop {
			name = dag.DOPFileName
		}
		files := fstest.MapFS{name: {Data: []byte(text)}, "sql/a.sql": {Data: []byte(sql)}, "sql/b.sql": {Data: []byte(sql)}}
		d, problems := dag.Read(files, dag.Options{
			Dir: "src/raw/weather", Path: "src/raw/weather", Layer: "raw", Pipeline: "weather", DOP: dop, Images: []airflow.Image{airflow.Default()},
			Dbt: []dag.DbtProject{{Name: "start", Path: "start", Profile: "p"}}, Pipelines: map[string]string{"raw/flights": "dataflow"}, Root: fstest.MapFS{},
		})
		require.NotNil(t, d)
		for _, p := range append(problems, d.Warnings...) {
			require.NotEmpty(t, p.File)
			require.NotEmpty(t, p.Summary)
			require.True(t, p.Line >= 0 && p.Column >= 0, p.Error())
		}
		if len(problems) > 0 {
			return
		}
		require.NotEmpty(t, d.Tasks)
		for _, task := range d.Tasks {
			require.NotEmpty(t, task.Identifier)
			require.NotEmpty(t, task.Action)
			require.NotEmpty(t, task.Target)
		}
	})
}
