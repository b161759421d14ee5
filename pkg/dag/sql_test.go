package dag_test

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/dag"
)

// BigQuery takes a byte order mark, which editors of Windows write, for a character that
// it does not know.
func TestByteOrderMark(t *testing.T) {
	d, problems := dag.Read(fstest.MapFS{
		"dag.yaml":  {Data: []byte("schema: s\ntasks: [{identifier: a, kind: {action: materialization, target: view}}]\n")},
		"sql/a.sql": {Data: []byte("\ufeffSELECT 1\n")},
	}, dag.Options{Dir: "src/raw/x", Path: "src/raw/x", Layer: "raw", Pipeline: "x"})
	require.Empty(t, problems)
	assert.Equal(t, "SELECT 1\n", d.Tasks[0].SQL)
	assert.Equal(t, "SELECT 1\n", d.SQL[0].Text)
}
