package run

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/dorc-dev/dorc/pkg/local/run/asl"
	"github.com/dorc-dev/dorc/pkg/local/run/lambda"
)

// maxDepth is how deep executions may start each other here.
const maxDepth = 32

// tasks does the work of an execution's Task states.
type tasks struct {
	session *session
	machine *machine
	record  *record
}

// Call does one attempt.
func (t *tasks) Call(ctx context.Context, call asl.Call) (any, error) {
	switch call.Resource {
	case asl.LambdaFunction:
		payload, _, err := t.invoke(ctx, call, call.Function, call.Arguments)
		return payload, err
	case asl.LambdaInvoke:
		return t.lambdaInvoke(ctx, call)
	case asl.StartExecutionSync, asl.StartExecutionSync2:
		return t.start(ctx, call)
	}
	return nil, fmt.Errorf("the resource %s was not checked", call.Resource)
}

// lambdaInvoke answers as the optimised integration does
// (https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html).
func (t *tasks) lambdaInvoke(ctx context.Context, call asl.Call) (any, error) {
	arguments, _ := call.Arguments.(map[string]any)
	name, ok := arguments["FunctionName"].(string)
	if !ok {
		return nil, &asl.Error{Name: "Lambda.ValidationException", Cause: "FunctionName is not a string"}
	}
	var event any = map[string]any{}
	if payload, given := arguments["Payload"]; given {
		event = payload
	}
	payload, id, err := t.invoke(ctx, call, name, event)
	if err != nil {
		return nil, err
	}
	return map[string]any{
		"ExecutedVersion":     "$LATEST",
		"Payload":             payload,
		"SdkHttpMetadata":     map[string]any{"HttpHeaders": map[string]any{"Content-Type": "application/json", "x-amzn-RequestId": id}, "HttpStatusCode": asl.Number(200)},
		"SdkResponseMetadata": map[string]any{"RequestId": id},
		"StatusCode":          asl.Number(200),
	}, nil
}

// invoke calls a function with an event.
func (t *tasks) invoke(ctx context.Context, call asl.Call, reference string, event any) (payload any, requestID string, err error) {
	name := functionName(reference)
	doc := t.session.plan.functions[name]
	if doc == nil {
		// Only a function that was named during the run was not looked up before it.
		if doc, err = t.session.runner.function(reference, fmt.Sprintf("State %q named it during the run.", call.State)); err != nil {
			return nil, "", &asl.Error{Name: "Lambda.ResourceNotFoundException", Cause: "Function not found: " + reference}
		}
	}
	p, err := t.session.pool(ctx, name, doc, t.record)
	if err != nil {
		return nil, "", err
	}
	body, err := asl.Encode(event)
	if err != nil {
		return nil, "", err
	}
	result, err := p.Invoke(ctx, body, func(l lambda.Line) {
		t.record.emit(Event{Kind: Log, Function: l.Function, RequestID: l.RequestID, Message: l.Message, Platform: l.Platform,
			State: call.State, Path: call.Path})
	})
	if err != nil {
		return nil, "", t.failed(call, name, err)
	}
	value, err := asl.Decode(result.Payload)
	if err != nil {
		return nil, "", &asl.Error{Name: lambda.ErrUnknown, Cause: "the function's answer is not JSON: " + err.Error()}
	}
	return value, result.RequestID, nil
}

// failed reports a function's error and turns it into a state's.
func (t *tasks) failed(call asl.Call, function string, err error) error {
	var failure *lambda.FunctionError
	if !errors.As(err, &failure) {
		return err
	}
	t.record.emit(Event{Kind: FunctionFailed, Function: function, State: call.State, Path: call.Path, Attempt: call.Attempt,
		RequestID: failure.RequestID, Error: failure.Type, Cause: failure.Message, Traceback: failure.Traceback})
	return &asl.Error{Name: failure.Type, Cause: string(failure.Payload)}
}

// milliseconds is a time as the SDK's JSON in results has it.
func milliseconds(t time.Time) any { return asl.Number(t.UnixMilli()) }
