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
	long := strings.Repeat("x", 27)
	files := map[string]string{
		"src/raw/" + long + "/workflow.yaml": "main:\n  steps:\n    - done:\n        return: 1\n",
		"src/raw/starter/dag.yaml":           "schema: shop\ntasks:\n  - identifier: report\n    kind: {action: workflow, target: raw/" + long + "}\n",
	}
	// exampledorc-<environment>-raw-xxx may have 64 characters.
	for length, ok := range map[int]bool{20: true, 21: false} {
		a := dagArguments(t, "raw", "starter", files)
		a.Environment.Environment = strings.Repeat("e", length)
		a.Environment.GCP.Composer.StartWorkflows = true
		a.InfraStack = infraStack
		result, err := create(a, dagStacks(), false)
		if ok {
			assert.NoError(t, err)
			continue
		}
		require.ErrorContains(t, err, "src/raw/starter/dag.yaml:3: the task would not find the pipeline raw/"+long+" in the environment eeee")
		require.ErrorContains(t, err, "has 21 characters, and at most 20 are possible")
		assert.Nil(t, result.Find("dorc:artifact:Deployment", "dag"))
	}
}
