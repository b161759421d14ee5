package pipelines_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A task that starts another pipeline needs an environment of which the compiled file
// can make the name of that pipeline's workflow.
func TestDAGInLongEnvironment(t *testing.T) {
	files := map[string]string{
		"src/raw/report/workflow.yaml": "main:\n  steps:\n    - done:\n        return: 1\n",
		"src/raw/starter/dag.yaml":     "schema: shop\ntasks:\n  - identifier: report\n    kind: {action: workflow, target: raw/report}\n",
	}
	// exampledorc-<environment>-raw-report may have 64 characters.
	for length, ok := range map[int]bool{41: true, 42: false} {
		a := dagArguments(t, "raw", "starter", files)
		a.Environment.Environment = strings.Repeat("e", length)
		result, err := create(a, dagStacks(), false)
		if ok {
			assert.NoError(t, err)
			continue
		}
		require.ErrorContains(t, err, "src/raw/starter/dag.yaml:3: the task would not find the pipeline raw/report in the environment eeee")
		require.ErrorContains(t, err, "has 42 characters, and at most 41 are possible")
		assert.Nil(t, result.Find("dorc:artifact:Deployment", "dag"))
	}
}
