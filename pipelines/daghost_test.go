package pipelines_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pipelines"
	"github.com/dorc-dev/dorc/pkg/config"
)

// What dorc grants and installs is known, and what others do is taken to be there.
func TestDAGHost(t *testing.T) {
	host := func(c config.Composer) (starts bool, packages map[string]string) {
		h := pipelines.DAGHost("prod", &config.Google{GoogleEnvironment: config.GoogleEnvironment{Composer: &c}})
		assert.Equal(t, "prod", h.Environment)
		assert.Equal(t, "infra/Pulumi.prod.yaml", h.File)
		return h.StartsWorkflows, h.Packages
	}
	starts, packages := host(config.Composer{})
	assert.False(t, starts)
	assert.NotNil(t, packages, "there are none")
	starts, packages = host(config.Composer{StartWorkflows: true, PyPIPackages: map[string]string{"pandas": ""}})
	assert.True(t, starts)
	assert.Equal(t, map[string]string{"pandas": ""}, packages)
	starts, packages = host(config.Composer{ServiceAccount: config.ServiceAccount{External: true}})
	assert.True(t, starts)
	assert.NotNil(t, packages)
	starts, packages = host(config.Composer{Existing: "shared"})
	assert.True(t, starts)
	assert.Nil(t, packages)
}

// A program of one's own is refused as dorc's is.
func TestDAGNeedsTheRightToStart(t *testing.T) {
	a := dagArguments(t, "raw", "starts", map[string]string{
		"src/raw/report/workflow.yaml": "main:\n  steps:\n    - done:\n        return: 1\n",
		"src/raw/starts/dag.yaml":      "tasks:\n  - {identifier: report, kind: {action: workflow, target: raw/report}}\n",
	})
	result, err := create(a, dagStacks(), true)
	require.ErrorContains(t, err, "src/raw/starts/dag.yaml:2:18: the task may not start a workflow in the environment prod")
	assert.Nil(t, result.Find("dorc:artifact:Deployment", "dag"))
	a.Environment.GCP.Composer.StartWorkflows = true
	_, err = create(a, dagStacks(), true)
	require.NoError(t, err)
}
