package compile

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/dag"
	"github.com/dorc-dev/dorc/pkg/naming"
)

// Up to that length, and no longer, names are those that package naming makes.
func TestLongestEnvironment(t *testing.T) {
	for _, action := range []dag.Action{dag.Workflow, dag.Dataflow, dag.Lambda} {
		one := &dag.Task{Action: action, Starts: "raw_to_curated/clean_up"}
		longest, ok := LongestEnvironment(one, "exampledorc")
		require.True(t, ok)
		name := func(length int) (made, compiled string) {
			n := naming.Names{Project: "exampledorc", Environment: strings.Repeat("e", length)}
			var err error
			if action == dag.Lambda {
				made, err = n.StateMachine("raw_to_curated", "clean_up")
			} else {
				made, err = n.Workflow("raw_to_curated", "clean_up")
			}
			require.NoError(t, err)
			return made, n.Project + "-" + n.Environment + "-" + pipelineID(one.Starts)
		}
		made, compiled := name(longest)
		assert.Equal(t, made, compiled)
		made, compiled = name(longest + 1)
		assert.NotEqual(t, made, compiled)
	}
	_, ok := LongestEnvironment(&dag.Task{Action: dag.Materialization}, "x")
	assert.False(t, ok)
}
