package dags

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/dorc-dev/dorc/pkg/artifact/content"
	"github.com/dorc-dev/dorc/pkg/dag"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// The task with the longest name decides.
func TestEnvironmentLimit(t *testing.T) {
	at := func(line int) problem.Problem {
		return problem.Problem{File: "repo/src/raw/orders/dag.yaml", Line: line}
	}
	d := &dag.DAG{Path: "src/raw/orders/dag.yaml", Tasks: []*dag.Task{
		{Action: dag.Materialization, Place: at(2)},
		{Action: dag.Workflow, Starts: "raw/report", Place: at(3)},
		{Action: dag.Dataflow, Starts: "raw/longer_report", Place: at(4)},
		{Action: dag.Lambda, Starts: "raw/even_longer_report", Place: at(5)},
	}}
	limit := EnvironmentLimit(d, "shop")
	assert.Equal(t, &content.EnvironmentLimit{Longest: 64 - len("shop--") - len("raw-longer-report"), Starts: "raw/longer_report", File: "src/raw/orders/dag.yaml", Line: 4}, limit)
	d.Tasks = d.Tasks[:1]
	assert.Nil(t, EnvironmentLimit(d, "shop"))
}
