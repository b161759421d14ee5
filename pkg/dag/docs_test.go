package dag_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/airflow"
	"github.com/dorc-dev/dorc/pkg/dag"
)

// The examples of docs/dag.md are sound.
func TestDocs(t *testing.T) {
	page, err := os.ReadFile("../../docs/dag.md")
	require.NoError(t, err)
	examples := regexp.MustCompile("(?ms)^```yaml\n(.*?)^```$").FindAllStringSubmatch(string(page), -1)
	assert.Len(t, examples, 2)
	for _, m := range examples {
		text := m[1]
		if strings.HasPrefix(text, "- ") {
			text = "schema: s\ntasks:\n" + text
		}
		files := fstest.MapFS{dag.FileName: {Data: []byte(text)}}
		for _, id := range regexp.MustCompile(`identifier: (\w+)`).FindAllStringSubmatch(text, -1) {
			files["sql/"+id[1]+".sql"] = &fstest.MapFile{Data: []byte("SELECT {{ ds }}, {{ relation }}")}
		}
		d, problems := dag.Read(files, dag.Options{
			Layer: "raw", Pipeline: "sales", Images: []airflow.Image{airflow.Default()},
			Dbt: []dag.DbtProject{{Name: "shop", Path: "shop", Profile: "shop"}}, Pipelines: map[string]string{"raw-to-processed/flights": "dataflow"},
		})
		assert.Empty(t, problems)
		for _, w := range d.Warnings {
			assert.Equal(t, "no task uses this file", w.Summary)
		}
	}
}
