package asl

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// one makes a definition of a single state.
func one(state string) string { return `{"StartAt": "S", "States": {"S": ` + state + `}}` }

// call makes a state that calls a function with the optimised integration.
func call(function, more string) string {
	return `{"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": "` + function + `", "Payload.$": "$"}` + more + `}`
}

func run(t *testing.T, definition, input string) (any, *fakeClock, []Notice, error) {
	t.Helper()
	m, err := Parse("test", []byte(definition))
	require.NoError(t, err)
	clock := newFakeClock()
	var mu sync.Mutex
	var notices []Notice
	x := &Execution{Machine: m, Input: decode(input), Clock: clock, Tasks: &fakeTasks{clock: clock, functions: functions()},
		Random:  func() float64 { return 0.5 },
		Context: map[string]any{"Execution": ContextExecution("arn:exec", "exec", "role", decode(input), start), "StateMachine": map[string]any{"Id": "arn:sm", "Name": "sm"}},
		Notify:  func(n Notice) { mu.Lock(); defer mu.Unlock(); notices = append(notices, n) }}
	out, err := x.Run(context.Background())
	return out, clock, notices, err
}

func TestStates(t *testing.T) {
	const data = `{"a": {"b": 1, "list": [3, 1, 2]}, "s": "text", "n": 5, "t": "2030-01-01T00:01:00Z", "yes": true, "nothing": null}`
	tests := []struct {
		name, definition, input string
		want                    string // JSON of the output
		err                     string // error name, when it fails
	}{
		{"pass", one(`{"Type": "Pass", "End": true}`), data, data, ""},
		{"pass result", one(`{"Type": "Pass", "Result": {"x": [1]}, "ResultPath": "$.r.s", "OutputPath": "$.r", "End": true}`), data, `{"s": {"x": [1]}}`, ""},
		{"pass parameters", one(`{"Type": "Pass", "InputPath": "$.a", "Parameters": {"c": 1, "v.$": "$.b", "deep": [{"w.$": "$.list[0]"}], "who.$": "$$.State.Name", "e.$": "$$.Execution.Id"}, "End": true}`), data,
			`{"c": 1, "v": 1, "deep": [{"w": 3}], "who": "S", "e": "arn:exec"}`, ""},
		{"null paths", one(`{"Type": "Pass", "InputPath": null, "End": true}`), data, `{}`, ""},
		{"discarded result", one(`{"Type": "Pass", "Result": 1, "ResultPath": null, "End": true}`), `{"k": 1}`, `{"k": 1}`, ""},
		{"null output", one(`{"Type": "Succeed", "OutputPath": null}`), data, `{}`, ""},
		{"missing input path", one(`{"Type": "Pass", "InputPath": "$.no", "End": true}`), data, "", "States.Runtime"},
		{"missing parameter", one(`{"Type": "Pass", "Parameters": {"x.$": "$.no"}, "End": true}`), data, "", "States.ParameterPathFailure"},
		{"result path on text", one(`{"Type": "Pass", "Result": 1, "ResultPath": "$.s.x", "End": true}`), data, "", "States.ResultPathMatchFailure"},
		{"result path into a list", one(`{"Type": "Pass", "Result": 9, "ResultPath": "$.a.list[1]", "OutputPath": "$.a.list", "End": true}`), data, `[3, 9, 2]`, ""},
		{"big numbers keep their digits", one(`{"Type": "Pass", "End": true}`), `12345678901234567890.5`, `12345678901234567890.5`, ""},
		{"filter", one(`{"Type": "Pass", "Parameters": {"x.$": "$.l[?(@.k > 1)].v"}, "End": true}`), `{"l": [{"k": 1, "v": "a"}, {"k": 2, "v": "b"}]}`, `{"x": ["b"]}`, ""},
		{"lenient names", one(`{"Type": "Pass", "Parameters": {"x.$": "$.a-b", "y.$": "$['c d']"}, "End": true}`), `{"a-b": 1, "c d": 2}`, `{"x": 1, "y": 2}`, ""},

		{"succeed", one(`{"Type": "Succeed", "InputPath": "$.a.b"}`), data, `1`, ""},
		{"fail", one(`{"Type": "Fail", "Error": "E", "Cause": "C"}`), data, "", "E: C"},
		{"fail paths", one(`{"Type": "Fail", "ErrorPath": "$.s", "CausePath": "States.Format('n is {}', $.n)"}`), data, "", "text: n is 5"},
		{"fail path without text", one(`{"Type": "Fail", "ErrorPath": "$.n"}`), data, "", "States.Runtime"},

		{"wait", one(`{"Type": "Wait", "Seconds": 3, "End": true}`), data, data, ""},
		{"wait path", one(`{"Type": "Wait", "SecondsPath": "$.n", "End": true}`), data, data, ""},
		{"wait for text", one(`{"Type": "Wait", "SecondsPath": "$.s", "End": true}`), data, "", "States.Runtime"},
		{"wait until", one(`{"Type": "Wait", "TimestampPath": "$.t", "End": true}`), data, data, ""},
		{"wait until text", one(`{"Type": "Wait", "TimestampPath": "$.s", "End": true}`), data, "", "States.Runtime"},

		{"task", one(call("add", `, "ResultSelector": {"sum.$": "$.Payload"}, "End": true`)), `1`, `{"sum": 2}`, ""},
		{"task by ARN", one(`{"Type": "Task", "Resource": "arn:aws:lambda:eu-west-2:1:function:echo", "InputPath": "$.a", "ResultPath": "$.out", "OutputPath": "$.out.b", "End": true}`), data, `1`, ""},
		{"task fails", one(call("bad", `, "End": true`)), data, "", `ValueError: {"errorMessage":"no"}`},
		{"task too large", one(call("large", `, "End": true, "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "S"}]`)), `1`, "", "States.DataLimitExceeded"},
		{"caught", `{"StartAt": "S", "States": {"S": ` + call("bad", `, "End": true, "Catch": [{"ErrorEquals": ["Other"], "Next": "S"}, {"ErrorEquals": ["States.TaskFailed"], "ResultPath": "$.err", "Next": "H"}]`) + `, "H": {"Type": "Pass", "End": true}}}`,
			`{"k": 1}`, `{"k": 1, "err": {"Error": "ValueError", "Cause": "{\"errorMessage\":\"no\"}"}}`, ""},
		{"timeout", one(call("slow", `, "TimeoutSeconds": 10, "End": true`)), `1`, "", "States.Timeout"},
		{"timeout path", one(call("slow", `, "TimeoutSecondsPath": "$.n", "End": true`)), data, "", "States.Timeout"},
		{"timeout is not TaskFailed", one(call("slow", `, "TimeoutSeconds": 10, "End": true, "Catch": [{"ErrorEquals": ["States.TaskFailed"], "Next": "S"}]`)), `1`, "", "States.Timeout"},
		{"slow within the time", one(call("slow", `, "TimeoutSeconds": 101, "OutputPath": "$.Payload", "End": true`)), `1`, `"late"`, ""},
		{"runtime errors are not caught", one(`{"Type": "Task", "Resource": "arn:aws:lambda:eu-west-2:1:function:echo", "InputPath": "$.no", "End": true, "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "S"}]}`), data, "", "States.Runtime"},

		{"parallel", one(`{"Type": "Parallel", "End": true, "Branches": [{"StartAt": "A", "States": {"A": {"Type": "Pass", "Result": 1, "End": true}}}, {"StartAt": "B", "States": {"B": ` + call("add", `, "OutputPath": "$.Payload", "End": true`) + `}}]}`), `4`, `[1, 5]`, ""},
		{"parallel fails", `{"StartAt": "S", "States": {"S": {"Type": "Parallel", "End": true, "Catch": [{"ErrorEquals": ["ValueError"], "Next": "H"}], "Branches": [{"StartAt": "A", "States": {"A": ` + call("bad", `, "End": true`) + `}}, {"StartAt": "B", "States": {"B": {"Type": "Pass", "End": true}}}]}, "H": {"Type": "Pass", "InputPath": "$.Error", "End": true}}}`, `1`, `"ValueError"`, ""},
		{"map", one(`{"Type": "Map", "ItemsPath": "$.a.list", "MaxConcurrency": 2, "ResultPath": "$.out", "OutputPath": "$.out", "End": true, "ItemProcessor": {"StartAt": "A", "States": {"A": ` + call("add", `, "OutputPath": "$.Payload", "End": true`) + `}}}`), data, `[4, 2, 3]`, ""},
		{"map selector", one(`{"Type": "Map", "ItemsPath": "$.a.list", "ItemSelector": {"i.$": "$$.Map.Item.Index", "v.$": "$$.Map.Item.Value", "s.$": "$.s"}, "End": true, "Iterator": {"StartAt": "A", "States": {"A": {"Type": "Pass", "Parameters": {"all.$": "$", "at.$": "$$.Map.Item.Index"}, "End": true}}}}`), data,
			`[{"all": {"i": 0, "v": 3, "s": "text"}, "at": 0}, {"all": {"i": 1, "v": 1, "s": "text"}, "at": 1}, {"all": {"i": 2, "v": 2, "s": "text"}, "at": 2}]`, ""},
		{"map of nothing", one(`{"Type": "Map", "End": true, "ItemProcessor": {"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}}`), `[]`, `[]`, ""},
		{"map of text", one(`{"Type": "Map", "ItemsPath": "$.s", "End": true, "ItemProcessor": {"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}}`), data, "", "States.Runtime"},
		{"map fails", one(`{"Type": "Map", "End": true, "ItemProcessor": {"StartAt": "A", "States": {"A": ` + call("bad", `, "End": true`) + `}}}`), `[1, 2]`, "", `ValueError: {"errorMessage":"no"}`},

		{"execution timeout", `{"TimeoutSeconds": 5, "StartAt": "S", "States": {"S": {"Type": "Wait", "Seconds": 10, "End": true}}}`, `1`, "", ErrTimedOut.Error()},
		{"endless", `{"StartAt": "S", "States": {"S": {"Type": "Pass", "Next": "T"}, "T": {"Type": "Pass", "Next": "S"}}}`, `1`, "", "States.Runtime: The execution reached the maximum number of history events (25000)."},
		{"input too large", one(`{"Type": "Pass", "End": true}`), `"` + strings.Repeat("x", 300*1024) + `"`, "", "States.DataLimitExceeded"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			out, _, _, err := run(t, test.definition, test.input)
			if test.err != "" {
				require.Error(t, err)
				var failure *Error
				if errors.As(err, &failure) && !strings.Contains(test.err, ": ") {
					assert.Equal(t, test.err, failure.Name, failure.Cause)
				} else {
					assert.Equal(t, test.err, err.Error())
				}
				return
			}
			require.NoError(t, err)
			text, err := Encode(out)
			require.NoError(t, err)
			assert.JSONEq(t, test.want, string(text))
		})
	}
}

func TestRetryTimes(t *testing.T) {
	tests := []struct {
		name, retry string
		want        []time.Duration
		err         string
	}{
		{"defaults", `{"ErrorEquals": ["Flaky"]}`, seconds(1, 2, 4), ""},
		{"rate", `{"ErrorEquals": ["States.TaskFailed"], "IntervalSeconds": 3, "BackoffRate": 1.5}`, seconds(3, 4.5, 6.75), ""},
		{"most", `{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 10, "MaxDelaySeconds": 15}`, seconds(10, 15, 15), ""},
		{"jitter", `{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 2, "JitterStrategy": "FULL"}`, seconds(1, 2, 4), ""},
		{"too few", `{"ErrorEquals": ["Flaky"], "MaxAttempts": 2}`, seconds(1, 2), "Flaky"},
		{"none", `{"ErrorEquals": ["Flaky"], "MaxAttempts": 0}`, nil, "Flaky"},
		{"another error", `{"ErrorEquals": ["Other"]}`, nil, "Flaky"},
		{"the first that matches counts", `{"ErrorEquals": ["Flaky"], "MaxAttempts": 1}, {"ErrorEquals": ["States.ALL"], "MaxAttempts": 9}`, seconds(1), "Flaky"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			out, clock, notices, err := run(t, one(call("flaky", `, "OutputPath": "$.Payload", "End": true, "Retry": [`+test.retry+`]`)), `1`)
			assert.Equal(t, test.want, clock.sleeps)
			if test.err != "" {
				require.ErrorContains(t, err, test.err)
			} else {
				require.NoError(t, err)
				assert.Equal(t, "ok", out)
			}
			retries := 0
			for _, n := range notices {
				if n.Kind == Retrying {
					assert.Equal(t, test.want[retries], n.Duration)
					retries++
				}
			}
			assert.Len(t, test.want, retries)
		})
	}
}

func seconds(all ...float64) []time.Duration {
	var out []time.Duration
	for _, s := range all {
		out = append(out, time.Duration(s*float64(time.Second)))
	}
	return out
}

func TestWaitTimes(t *testing.T) {
	for state, want := range map[string][]time.Duration{
		`{"Type": "Wait", "Seconds": 3, "End": true}`:                             seconds(3),
		`{"Type": "Wait", "SecondsPath": "$.n", "End": true}`:                     seconds(7),
		`{"Type": "Wait", "Timestamp": "2030-01-01T01:00:10+01:00", "End": true}`: seconds(10),
		`{"Type": "Wait", "Timestamp": "2029-01-01T00:00:00Z", "End": true}`:      nil,
		`{"Type": "Wait", "TimestampPath": "$.t", "End": true}`:                   seconds(60),
	} {
		_, clock, _, err := run(t, one(state), `{"n": 7, "t": "2030-01-01T00:01:00Z"}`)
		require.NoError(t, err)
		assert.Equal(t, want, clock.sleeps, state)
	}
}

func TestRetryCountInContext(t *testing.T) {
	m, err := Parse("test", []byte(one(`{"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": "flaky", "Payload.$": "$$.State.RetryCount"}, "End": true, "Retry": [{"ErrorEquals": ["States.ALL"]}]}`)))
	require.NoError(t, err)
	clock := newFakeClock()
	tasks := &fakeTasks{clock: clock, functions: functions()}
	_, err = (&Execution{Machine: m, Input: map[string]any{}, Clock: clock, Tasks: tasks}).Run(context.Background())
	require.NoError(t, err)
	for i, c := range tasks.calls {
		assert.Equal(t, number(int64(i)), c.Arguments.(map[string]any)["Payload"])
		assert.Equal(t, i+1, c.Attempt)
	}
	assert.Len(t, tasks.calls, 4)
}

func TestCancelled(t *testing.T) {
	m, err := Parse("test", []byte(one(`{"Type": "Map", "End": true, "ItemProcessor": {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 1000, "End": true}}}}`)))
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	x := &Execution{Machine: m, Input: decode(`[1, 2, 3]`), Notify: func(n Notice) {
		if n.Kind == Waiting {
			cancel()
		}
	}}
	_, err = x.Run(ctx)
	require.ErrorIs(t, err, context.Canceled)
}
