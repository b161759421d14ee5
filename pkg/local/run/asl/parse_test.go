package asl

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRefused(t *testing.T) {
	tests := []struct{ name, definition, want string }{
		{"not JSON", `{`, `state machine test: the definition is not JSON`},
		{"list", `[]`, `the definition is not a JSON object`},
		{"no states", `{"StartAt": "S"}`, `States must be an object`},
		{"misspelt", one(`{"Type": "Pass", "Ende": true, "End": true}`), `did you mean End?`},
		{"type", one(`{"Type": "Loop"}`), `state machine test, state "S": the type of state "Loop" does not exist`},
		{"next", one(`{"Type": "Pass", "Next": "T"}`), `Next names the state "T", which does not exist`},
		{"both", one(`{"Type": "Pass", "Next": "S", "End": true}`), `either Next or End`},
		{"neither", one(`{"Type": "Pass"}`), `either Next or End`},
		{"unreachable", `{"StartAt": "S", "States": {"S": {"Type": "Succeed"}, "T": {"Type": "Succeed"}}}`, `state "T": no state leads here`},
		{"jsonata", `{"QueryLanguage": "JSONata", "StartAt": "S", "States": {"S": {"Type": "Succeed"}}}`, `the query language JSONata cannot be executed by the local runtime`},
		{"jsonata state", one(`{"Type": "Succeed", "QueryLanguage": "JSONata"}`), `state "S": the query language JSONata cannot be executed`},
		{"assign", one(`{"Type": "Pass", "Assign": {"x": 1}, "End": true}`), `variables (Assign) cannot be executed`},
		{"variable", one(`{"Type": "Pass", "InputPath": "$x.y", "End": true}`), `variables (Assign)`},
		{"distributed", one(`{"Type": "Map", "End": true, "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "A", "States": {"A": {"Type": "Succeed"}}}}`), `state "S": Map in DISTRIBUTED mode cannot be executed`},
		{"item reader", one(`{"Type": "Map", "End": true, "ItemReader": {}, "ItemProcessor": {"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}}`), `Map in DISTRIBUTED mode (ItemReader)`},
		{"activity", one(`{"Type": "Task", "Resource": "arn:aws:states:eu-west-2:1:activity:x", "End": true}`), `activity tasks`},
		{"token", one(`{"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken", "End": true}`), `task token`},
		{"other service", one(`{"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "End": true}`), `the service integration "sqs:sendMessage" cannot be executed`},
		{"sdk", one(`{"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:s3:getObject", "End": true}`), `"aws-sdk:s3:getObject"`},
		{"fire and forget", one(`{"Type": "Task", "Resource": "arn:aws:states:::states:startExecution", "Parameters": {"StateMachineArn": "x"}, "End": true}`), `"states:startExecution" cannot`},
		{"child of the run", one(`{"Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync:2", "Parameters": {"StateMachineArn.$": "$.x"}, "End": true}`), `chosen during the run`},
		{"heartbeat", one(call("f", `, "HeartbeatSeconds": 3, "End": true`)), `HeartbeatSeconds cannot be executed`},
		{"credentials", one(call("f", `, "Credentials": {}, "End": true`)), `Credentials (a task in another account)`},
		{"event", one(`{"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": "f", "InvocationType": "Event"}, "End": true}`), `InvocationType other than RequestResponse`},
		{"no function", one(`{"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {}, "End": true}`), `Parameters must have FunctionName`},
		{"parameter", one(`{"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": "f", "Playload": 1}, "End": true}`), `do not take "Playload"`},
		{"all not last", one(call("f", `, "End": true, "Retry": [{"ErrorEquals": ["States.ALL"]}, {"ErrorEquals": ["X"]}]`)), `States.ALL stands alone`},
		{"retry", one(call("f", `, "End": true, "Retry": [{"ErrorEquals": ["X"], "BackoffRate": 0.5, "IntervalSeconds": 0}]`)), `BackoffRate must be a number of at least 1`},
		{"catch", one(call("f", `, "End": true, "Catch": [{"ErrorEquals": ["X"], "Next": "T"}]`)), `Catch names the state "T"`},
		{"result path", one(`{"Type": "Pass", "ResultPath": "$.a[*]", "End": true}`), `ResultPath must be a reference path`},
		{"context result path", one(`{"Type": "Pass", "ResultPath": "$$.a", "End": true}`), `ResultPath must be a reference path`},
		{"path", one(`{"Type": "Pass", "InputPath": "a", "End": true}`), `a path starts with $`},
		{"template", one(`{"Type": "Pass", "Parameters": {"x.$": 1}, "End": true}`), `must be a string with a path`},
		{"function", one(`{"Type": "Pass", "Parameters": {"x.$": "States.Nope()"}, "End": true}`), `"States.Nope" is not known`},
		{"choice", `{"StartAt": "S", "States": {"S": {"Type": "Choice", "Choices": [{"Variable": "$.x", "StringLike": "a", "Next": "S"}]}}}`, `"StringLike" does not exist`},
		{"operand", `{"StartAt": "S", "States": {"S": {"Type": "Choice", "Choices": [{"Variable": "$.x", "NumericEquals": "a", "Next": "S"}]}}}`, `NumericEquals does not compare with "a"`},
		{"two waits", one(`{"Type": "Wait", "Seconds": 1, "SecondsPath": "$.x", "End": true}`), `exactly one of`},
		{"same name", `{"StartAt": "S", "States": {"S": {"Type": "Parallel", "End": true, "Branches": [{"StartAt": "S", "States": {"S": {"Type": "Succeed"}}}]}}}`, `two states have this name`},
		{"inside", one(`{"Type": "Parallel", "End": true, "Branches": [{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "arn:aws:states:::sns:publish", "End": true}}}]}`), `state "A": the service integration "sns:publish"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := Parse("test", []byte(test.definition))
			require.Error(t, err)
			assert.Contains(t, err.Error(), test.want)
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(one(call("f", `, "End": true, "Retry": [{"ErrorEquals": ["States.ALL"], "BackoffRate": 2}], "Catch": [{"ErrorEquals": ["A"], "Next": "S"}]`))))
	f.Add([]byte(one(`{"Type": "Pass", "Parameters": {"x.$": "States.Format('{}', $.a[0]['b'])"}, "End": true}`)))
	f.Add([]byte(`{"StartAt": "S", "States": {"S": {"Type": "Choice", "Choices": [{"Not": {"Variable": "$.x", "IsNull": true}, "Next": "S"}]}}}`))
	f.Add([]byte(one(`{"Type": "Map", "End": true, "ItemsPath": "$..a", "ItemProcessor": {"StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": 1, "End": true}}}}`)))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := Parse("fuzz", data)
		if err != nil {
			return
		}
		// What was accepted can be walked and run to some end.
		m.Walk(func(s *State) { assert.NotEmpty(t, s.Type) })
		clock := newFakeClock()
		x := &Execution{Machine: m, Input: map[string]any{"a": []any{number(1)}}, Clock: clock, Tasks: &fakeTasks{clock: clock, functions: functions()}}
		out, err := x.Run(t.Context())
		if err == nil {
			_, err := Encode(out)
			require.NoError(t, err)
		}
	})
}
