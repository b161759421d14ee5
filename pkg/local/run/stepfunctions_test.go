package run

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// composed is a world with what a DAG of an applied Composer environment calls.
func composed(t *testing.T, w *world) *google {
	t.Helper()
	w.create(typeComposer, "projects/p/locations/europe-west2/environments/airflow", map[string]any{
		"name": "airflow", "project": "p", "config": map[string]any{"softwareConfig": map[string]any{
			"imageVersion": "composer-3-airflow-2.10.5-build.33", "pypiPackages": map[string]any{"apache-airflow-providers-amazon": ""},
		}},
	})
	environment, err := w.runner.composer("airflow")
	require.NoError(t, err)
	g, err := w.runner.startGoogle(t.Context(), environment, "raw__orders", json.RawMessage("{}"), w.hear)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, g.close()) })
	return g
}

// states calls Step Functions as AWS's SDKs do.
func (g *google) states(t *testing.T, operation string, body map[string]any) (status int, out map[string]any) {
	t.Helper()
	data, err := json.Marshal(body)
	require.NoError(t, err)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, g.amazon.variables()["AWS_ENDPOINT_URL_SFN"], bytes.NewReader(data))
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/x-amz-json-1.0")
	request.Header.Set("X-Amz-Target", "AWSStepFunctions."+operation)
	answer, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer answer.Body.Close()
	require.NoError(t, json.NewDecoder(answer.Body).Decode(&out))
	return answer.StatusCode, out
}

// ended describes an execution until it does not run any more.
func (g *google) ended(t *testing.T, arn any) map[string]any {
	t.Helper()
	var out map[string]any
	require.Eventually(t, func() bool {
		_, out = g.states(t, "DescribeExecution", map[string]any{"executionArn": arn})
		return out["status"] != "RUNNING"
	}, 5*time.Minute, 10*time.Millisecond, "the first function waits for its Python environment")
	return out
}

// A task of lambda starts the state machine of a pipeline of functions, whose functions run, and sees its end.
func TestStateMachineOfDAG(t *testing.T) {
	needPython(t)
	w := newWorld(t)
	w.function("double", map[string]string{"lambda.py": "def handler(event, context):\n    if event['n'] < 0:\n        raise ValueError('less than nothing')\n    print('doubling')\n    return {'n': event['n'] * 2}\n"}, nil, nil)
	arn := w.machine("numbers", chain("double"))
	g := composed(t, w)
	assert.Contains(t, g.packages(), "apache-airflow-providers-amazon")

	status, started := g.states(t, "StartExecution", map[string]any{"stateMachineArn": arn, "input": `{"n": 21}`})
	require.Equal(t, http.StatusOK, status, started)
	assert.InDelta(t, time.Now().Unix(), started["startDate"], 60)
	end := g.ended(t, started["executionArn"])
	assert.Equal(t, "SUCCEEDED", end["status"], end)
	assert.JSONEq(t, `{"n": 42}`, end["output"].(string))
	assert.Equal(t, `{"n": 21}`, end["input"])
	assert.Equal(t, arn, end["stateMachineArn"])
	assert.GreaterOrEqual(t, end["stopDate"], end["startDate"])

	_, started = g.states(t, "StartExecution", map[string]any{"stateMachineArn": arn, "input": `{"n": -1}`})
	end = g.ended(t, started["executionArn"])
	assert.Equal(t, "FAILED", end["status"])
	assert.Equal(t, "ValueError", end["error"])
	assert.Contains(t, end["cause"], "less than nothing")
	assert.NotContains(t, end, "output")

	assert.Contains(t, w.logText(), "doubling", "what functions print is a part of the run")
	assert.Len(t, w.of(ChildStarted), 2)
	require.Eventually(t, func() bool { return len(w.of(ChildFinished)) == 2 }, time.Minute, 10*time.Millisecond)
	assert.Equal(t, []Status{Succeeded, Failed}, []Status{w.of(ChildFinished)[0].Status, w.of(ChildFinished)[1].Status})
}

// Names, limits and mistakes are those of Step Functions.
func TestStepFunctionsRefuses(t *testing.T) {
	w := newWorld(t)
	wait := w.machine("waits", `{"StartAt": "w", "States": {"w": {"Type": "Wait", "Seconds": 600, "End": true}}}`)
	g := composed(t, w)
	refusedAs := func(code, text, operation string, body map[string]any) {
		t.Helper()
		status, out := g.states(t, operation, body)
		assert.Equal(t, http.StatusBadRequest, status)
		assert.Equal(t, code, out["__type"])
		assert.Contains(t, out["message"], text)
	}
	refusedAs("StateMachineDoesNotExist", "the nearest that is applied is waits", "StartExecution", map[string]any{"stateMachineArn": machineARN("wait")})
	refusedAs("InvalidExecutionInput", "", "StartExecution", map[string]any{"stateMachineArn": wait, "input": "{"})
	refusedAs("ValidationException", "262146 bytes", "StartExecution", map[string]any{"stateMachineArn": wait, "input": `"` + strings.Repeat("x", 256*1024) + `"`})
	refusedAs("ExecutionDoesNotExist", "other runs", "DescribeExecution", map[string]any{"executionArn": "arn:x"})
	refusedAs("ExecutionDoesNotExist", "other runs", "StopExecution", map[string]any{"executionArn": "arn:x"})
	refusedAs("NotImplementedByLocalCloud", "no ListExecutions", "ListExecutions", map[string]any{})
	refusedAs("SerializationException", "cannot be read", "StartExecution", map[string]any{"name": 1})

	_, first := g.states(t, "StartExecution", map[string]any{"stateMachineArn": wait, "name": "mine"})
	assert.True(t, strings.HasSuffix(first["executionArn"].(string), ":execution:waits:mine"))
	_, again := g.states(t, "StartExecution", map[string]any{"stateMachineArn": wait, "name": "mine", "input": "{}"})
	assert.Equal(t, first["executionArn"], again["executionArn"], "the same, while it runs, is the same execution")
	refusedAs("ExecutionAlreadyExists", "mine", "StartExecution", map[string]any{"stateMachineArn": wait, "name": "mine", "input": "1"})
	_, running := g.states(t, "DescribeExecution", map[string]any{"executionArn": first["executionArn"]})
	assert.Equal(t, "RUNNING", running["status"])
	assert.NotContains(t, running, "stopDate")

	status, stopped := g.states(t, "StopExecution", map[string]any{"executionArn": first["executionArn"]})
	assert.Equal(t, http.StatusOK, status)
	assert.NotZero(t, stopped["stopDate"])
	assert.Equal(t, "ABORTED", g.ended(t, first["executionArn"])["status"])
	refusedAs("ExecutionAlreadyExists", "mine", "StartExecution", map[string]any{"stateMachineArn": wait, "name": "mine"})

	// What still runs ends with the run.
	_, left := g.states(t, "StartExecution", map[string]any{"stateMachineArn": wait})
	assert.NotEqual(t, first["executionArn"], left["executionArn"])
	g.flow.stop()
	assert.Equal(t, "ABORTED", g.ended(t, left["executionArn"])["status"])
}

// AWS's libraries of what Airflow runs find nothing of AWS itself.
func TestAmazonVariables(t *testing.T) {
	g := composed(t, newWorld(t))
	for _, name := range []string{"AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL_SFN"} {
		assert.Regexp(t, `^http://127\.0\.0\.1:\d+$`, g.amazon.variables()[name], name)
	}
	assert.Equal(t, region, g.amazon.variables()["AWS_DEFAULT_REGION"])
	assert.Equal(t, "true", g.amazon.variables()["AWS_EC2_METADATA_DISABLED"])
}

// An error that is none of the protocol's keeps its words.
func TestToAWS(t *testing.T) {
	own := refused("ExecutionDoesNotExist", "gone")
	assert.Same(t, own, toAWS(fmt.Errorf("starting: %w", own)))
	assert.Equal(t, &awsError{Type: "InternalFailure", Message: "no space left on device"}, toAWS(errors.New("no space left on device")))
}
