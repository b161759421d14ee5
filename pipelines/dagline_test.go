package pipelines_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/config"
)

// Files for Airflow 3.1 do not get onto an environment that still runs 2.10, whoever
// made it. A plan, after which the environment is applied, says so and goes on.
func TestDAGForAnotherAirflow(t *testing.T) {
	const next = "composer-3-airflow-3.1.7-build.2"
	for name, composer := range map[string]*config.Composer{
		"dorc's": {ImageVersion: next}, "existing": {Existing: "theirs", Bucket: "theirs", ImageVersion: next},
	} {
		a := dagArguments(t, "raw", "orders", nil)
		a.Environment.GCP.Composer = composer
		result, err := create(a, dagStacks(), false)
		require.ErrorContains(t, err, "pipeline raw/orders: the environment prod runs Airflow 2.10, and its configuration has an image with Airflow 3.1\n"+
			"  composer-3-airflow-2.10.5-build.15 is applied, "+next+" is configured; files for one do not run on the other\n"+
			"  Apply the environment first: make infra/apply instance=infra env=prod", name)
		assert.Nil(t, result.Find("dorc:artifact:Deployment", "dag"))
		_, err = create(a, dagStacks(), true)
		require.NoError(t, err, name)

		stacks := dagStacks()
		stacks[infraStack]["composer_image_version"] = next
		result, err = create(a, stacks, false)
		require.NoError(t, err, name)
		assert.Equal(t, "3.1", result.Find("dorc:artifact:Deployment", "dag").Inputs["line"])
	}

	// An image that nobody can choose any more still runs somewhere.
	stacks := dagStacks()
	stacks[infraStack]["composer_image_version"] = "composer-3-airflow-2.10.2-build.0"
	_, err := create(dagArguments(t, "raw", "orders", nil), stacks, false)
	require.NoError(t, err)

	// What is no image is said when it matters.
	stacks[infraStack]["composer_image_version"] = "known-when-applied"
	_, err = create(dagArguments(t, "raw", "orders", nil), stacks, true)
	require.NoError(t, err)
	_, err = create(dagArguments(t, "raw", "orders", nil), stacks, false)
	require.ErrorContains(t, err, `"known-when-applied" runs there`)
}
