package dag_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/dorc-dev/dorc/pkg/airflow"
	"github.com/dorc-dev/dorc/pkg/dag"
	"github.com/dorc-dev/dorc/pkg/problem"
)

func starter(action dag.Action) *dag.DAG {
	return &dag.DAG{Enabled: true, Tasks: []*dag.Task{{
		Identifier: "load", Action: action, Starts: "raw/flights", Place: problem.Problem{File: "src/raw/x/dag.yaml", Line: 3, Column: 17},
	}}}
}

func host(name string, starts bool, packages map[string]string) dag.Host {
	return dag.Host{Environment: name, File: "infra/Pulumi." + name + ".yaml", StartsWorkflows: starts, Image: airflow.Default(), Packages: packages}
}

// Every environment whose account has no right is named, and no other.
func TestStartsNeedTheRight(t *testing.T) {
	dev, prod, test := host("dev", false, nil), host("prod", true, nil), host("test", false, nil)
	for _, action := range []dag.Action{dag.Dataflow, dag.Workflow} {
		assert.EqualError(t, dag.CheckHosts(starter(action), dev, prod, test).Err(),
			"src/raw/x/dag.yaml:3:17: the task may not start a workflow in the environments dev and test\n"+
				"  raw/flights is started by a workflow, and Cloud Composer's account gets roles/workflows.invoker by gcp.composer.start_workflows alone\n"+
				"  Write start_workflows: true in the block gcp.composer of infra/Pulumi.dev.yaml and infra/Pulumi.test.yaml.")
		assert.Empty(t, dag.CheckHosts(starter(action), prod))
		assert.Empty(t, dag.CheckHosts(starter(action)), "no environment has a Composer")
	}
	off := starter(dag.Dataflow)
	off.Enabled = false
	assert.Empty(t, dag.CheckHosts(off, dev), "nothing of it runs")
	assert.Empty(t, dag.CheckHosts(starter(dag.Operator), dev))
}

func TestLambdaNeedsTheProvider(t *testing.T) {
	assert.EqualError(t, dag.CheckHosts(starter(dag.Lambda), host("dev", false, map[string]string{"pandas": ""})).Err(),
		"src/raw/x/dag.yaml:3:17: the task needs a package that Cloud Composer does not have in the environment dev\n"+
			"  the state machine of raw/flights is started by apache-airflow-providers-amazon, which is neither in the image nor in gcp.composer.pypi_packages\n"+
			"  Write pypi_packages: {apache-airflow-providers-amazon: \"\"} in the block gcp.composer of infra/Pulumi.dev.yaml.")
	assert.Empty(t, dag.CheckHosts(starter(dag.Lambda), host("dev", false, map[string]string{airflow.AmazonProvider: "==9.5.0"})))
	assert.Empty(t, dag.CheckHosts(starter(dag.Lambda), host("dev", false, nil)), "what someone else installed is not known")
}
