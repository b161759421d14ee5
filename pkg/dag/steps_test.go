package dag_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/dorc-dev/dorc/pkg/dag"
)

func TestSteps(t *testing.T) {
	task := func(id string, dependencies ...string) *dag.Task {
		return &dag.Task{Identifier: id, Dependencies: dependencies}
	}
	d := &dag.DAG{Tasks: []*dag.Task{task("last", "b", "a"), task("b", "a"), task("a"), task("other"), task("loop", "loop2"), task("loop2", "loop")}}
	var found [][]string
	for i, s := range d.Steps() {
		assert.Equal(t, i+1, s.Number)
		var ids []string
		for _, one := range s.Tasks {
			ids = append(ids, one.Identifier)
		}
		found = append(found, ids)
	}
	assert.Equal(t, []string{"a", "other"}, found[0])
	assert.Contains(t, found[1], "b")
	assert.Contains(t, found[2], "last")
	assert.Empty(t, (&dag.DAG{}).Steps())
}
