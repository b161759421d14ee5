package run

import (
	"context"
	"fmt"
	"strings"

	"github.com/dorc-dev/dorc/pkg/local/run/asl"
)

// start runs a child execution and waits for its end
// (https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html).
func (t *tasks) start(ctx context.Context, call asl.Call) (any, error) {
	arguments, _ := call.Arguments.(map[string]any)
	arn, _ := arguments["StateMachineArn"].(string)
	child := t.session.plan.machines[arn]
	if child == nil {
		return nil, fmt.Errorf("the state machine %s was not checked", arn)
	}
	depth := 0
	for r := t.record; r != nil; r = r.parent {
		depth++
	}
	if depth > maxDepth {
		return nil, &asl.Error{Name: asl.ErrRuntime, Cause: fmt.Sprintf("executions started each other %d deep; the local runtime stops there", maxDepth)}
	}
	input, err := childInput(arguments)
	if err != nil {
		return nil, err
	}
	name, _ := arguments["Name"].(string)
	record, err := t.session.begin(child, input, name, t.record, nil)
	if err != nil {
		return nil, err
	}
	record.path = append(append([]string{}, call.Path...), call.State)
	t.record.child(record.execution.ID)
	t.record.emit(Event{Kind: ChildStarted, State: call.State, Path: call.Path, Child: record.execution.ID, ChildStateMachine: child.name})
	execution, err := t.session.execute(ctx, child, input, record)
	if err != nil {
		return nil, err
	}
	t.record.emit(Event{Kind: ChildFinished, State: call.State, Path: call.Path, Child: execution.ID, ChildStateMachine: child.name,
		Status: execution.Status, Error: execution.Error, Cause: execution.Cause, Duration: execution.Ended.Sub(execution.Started)})
	return described(execution, call.Resource)
}

// childInput reads the Input of startExecution: any value, or a string with JSON.
func childInput(arguments map[string]any) (any, error) {
	input, given := arguments["Input"]
	if !given {
		return map[string]any{}, nil
	}
	s, isString := input.(string)
	if !isString {
		return input, nil
	}
	v, err := asl.Decode([]byte(s))
	if err != nil {
		return nil, &asl.Error{Name: "StepFunctions.InvalidExecutionInputException", Cause: "Invalid State Machine Execution Input: " + err.Error()}
	}
	return v, nil
}

// described is the result of a child, or its failure: what DescribeExecution says, with Input and Output as
// JSON values for .sync:2 and as strings for .sync.
func described(e *Execution, resource asl.Resource) (any, error) {
	input, output := any(string(e.Input)), any(string(e.Output))
	if resource == asl.StartExecutionSync2 && e.Status == Succeeded {
		var err error
		if input, err = asl.Decode(e.Input); err != nil {
			return nil, err
		}
		if output, err = asl.Decode(e.Output); err != nil {
			return nil, err
		}
	}
	included := map[string]any{"Included": true}
	out := map[string]any{
		"ExecutionArn": e.ARN, "StateMachineArn": e.StateMachineARN, "Name": e.ARN[strings.LastIndexByte(e.ARN, ':')+1:],
		"Status": string(e.Status), "StartDate": milliseconds(e.Started), "StopDate": milliseconds(e.Ended),
		"Input": input, "InputDetails": included, "RedriveCount": asl.Number(0),
	}
	if e.Status == Succeeded {
		out["Output"], out["OutputDetails"] = output, included
		return out, nil
	}
	if e.Error != "" {
		out["Error"], out["Cause"] = e.Error, e.Cause
	}
	cause, err := asl.Encode(out)
	if err != nil {
		return nil, err
	}
	return nil, &asl.Error{Name: asl.ErrTaskFailed, Cause: string(cause)}
}
