package run

import (
	"context"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/local/cloud"
)

func TestRefusedBeforeAnythingRuns(t *testing.T) {
	w := newWorld(t)
	w.machine("child", `{"StartAt": "Q", "States": {"Q": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "End": true}}}`)
	w.machine("parent", `{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync:2", "Parameters": {"StateMachineArn": "`+machineARN("child")+`"}, "End": true}}}`)
	w.machine("lost", `{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync:2", "Parameters": {"StateMachineArn": "`+machineARN("gone")+`"}, "End": true}}}`)
	w.machine("uncalled", chain("nothing"))
	require.NoError(t, w.store.Create(&cloud.Document{Type: typeFunction, ID: "zip", Outputs: map[string]any{"name": "zip", "imageUri": ""}}))
	w.machine("zipped", chain("zip"))
	for name, want := range map[string]string{
		"parent":   `state machine child, state "Q": the service integration "sqs:sendMessage" cannot be executed`,
		"lost":     `State "A" of state machine lost names it.`,
		"uncalled": `function nothing: it is not applied to the local target`,
		"parnt":    `the nearest that is applied is parent`,
	} {
		_, err := w.runner.Run(context.Background(), name, nil, w.hear)
		require.ErrorContains(t, err, want)
	}
	_, err := w.runner.Run(context.Background(), "parent", []byte("{"), w.hear)
	require.ErrorContains(t, err, "the input is not JSON")
	assert.Empty(t, w.events)
	left, err := os.ReadDir(w.store.Layout().Runs())
	require.True(t, os.IsNotExist(err) || len(left) == 0)

	_, err = w.runner.Run(context.Background(), "zipped", nil, w.hear)
	require.ErrorContains(t, err, "it has no image that can be run")
	runs, err := w.runner.Runs(context.Background(), Filter{})
	require.NoError(t, err)
	require.Len(t, runs, 1)
	assert.Equal(t, Failed, runs[0].Status)
}

func TestKilledRunIsAborted(t *testing.T) {
	w := newWorld(t)
	w.machine("pipe", `{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}`)
	e := w.run(context.Background(), "pipe", `{"x": 1}`)
	require.Equal(t, Succeeded, e.Status)
	r := &record{folder: w.store.Layout().Runs() + "/" + e.ID, execution: *e}
	r.execution.Status, r.execution.PID = Running, 1<<30
	require.NoError(t, r.save())
	kept, err := w.runner.Execution(e.ID)
	require.NoError(t, err)
	assert.Equal(t, Aborted, kept.Status)
	_, err = w.runner.Execution("../" + e.ID)
	require.Error(t, err)
	require.Error(t, w.runner.Logs(context.Background(), "none", w.hear))
}
