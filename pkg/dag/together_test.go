package dag_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/dorc-dev/dorc/pkg/dag"
)

func TestCheckTogether(t *testing.T) {
	a := &dag.DAG{ID: "a", File: "src/raw/a/dag.yaml", Enabled: true}
	again := &dag.DAG{ID: "a", File: "src/raw/b/dag.yaml", Enabled: true}
	off := &dag.DAG{ID: "a", File: "src/raw/c/dag.yaml"}
	assert.Empty(t, dag.CheckTogether([]*dag.DAG{a, off, {ID: "b", Enabled: true}}))
	assert.EqualError(t, dag.CheckTogether([]*dag.DAG{a, off, again}),
		"src/raw/b/dag.yaml: two DAGs have the id \"a\"\n  the other one is src/raw/a/dag.yaml\n  Write another dag_id, or rename one of the folders.")
}
