package run

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/dorc-dev/dorc/pkg/local/run/asl"
)

// stepFunctions answers the part of the API of Step Functions that starts, looks at and stops executions, for
// what Airflow runs: https://docs.aws.amazon.com/step-functions/latest/apireference/API_Operations.html.
type stepFunctions struct{ flow *flow }

// awsError is a refusal in the protocol of Step Functions, AWS JSON 1.0.
type awsError struct {
	Type    string `json:"__type"`
	Message string `json:"message"`
}

func (e *awsError) Error() string { return e.Type + ": " + e.Message }

func refused(name, format string, values ...any) *awsError {
	return &awsError{Type: name, Message: fmt.Sprintf(format, values...)}
}

// executionRequest has what the operations are given.
type executionRequest struct {
	StateMachineARN string  `json:"stateMachineArn"`
	ExecutionARN    string  `json:"executionArn"`
	Name            string  `json:"name"`
	Input           *string `json:"input"`
	Cause           string  `json:"cause"`
	Error           string  `json:"error"`
}

// maxRequest is the limit of a request, 1 MB, which no input that is taken comes near.
const maxRequest = 1 << 20

// ServeHTTP implements http.Handler.
func (s stepFunctions) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var body executionRequest
	out, err := any(nil), error(nil)
	if problem := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxRequest)).Decode(&body); problem != nil {
		err = refused("SerializationException", "the request cannot be read: %v", problem)
	}
	operation := strings.TrimPrefix(r.Header.Get("X-Amz-Target"), "AWSStepFunctions.")
	if err == nil {
		switch operation {
		case "StartExecution":
			out, err = s.start(body)
		case "DescribeExecution":
			out, err = s.describe(body)
		case "StopExecution":
			out, err = s.stop(body)
		default:
			err = refused("NotImplementedByLocalCloud", "the local cloud's Step Functions has no %s; it starts, describes and stops executions", operation)
		}
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	if err != nil {
		w.WriteHeader(http.StatusBadRequest) // SDKs try server errors again
		out = toAWS(err)
	}
	_ = json.NewEncoder(w).Encode(out) // what is written is kept in memory
}

// toAWS is an error in the protocol: what keeps the local cloud from its work, such as
// a full disk, is told in it too.
func toAWS(err error) *awsError {
	var known *awsError
	if errors.As(err, &known) {
		return known
	}
	return refused("InternalFailure", "%v", err)
}

func (s stepFunctions) start(body executionRequest) (any, error) {
	input := "{}"
	if body.Input != nil {
		input = *body.Input
	}
	value, err := asl.Decode([]byte(input))
	switch {
	case len(input) > maxInput:
		return nil, refused("ValidationException", "the input has %d bytes; Step Functions takes at most %d", len(input), maxInput)
	case err != nil:
		return nil, refused("InvalidExecutionInput", "Invalid State Machine Execution Input: %v", err)
	}
	e, err := s.flow.startMachine(body.StateMachineARN, body.Name, input, value)
	if err != nil {
		return nil, err
	}
	return map[string]any{"executionArn": e.ARN, "startDate": epoch(e.Started)}, nil
}

func (s stepFunctions) describe(body executionRequest) (any, error) {
	child := s.flow.machineRun(body.ExecutionARN)
	if child == nil {
		return nil, absent(body.ExecutionARN)
	}
	s.flow.events.Lock()
	e := child.record.execution
	s.flow.events.Unlock()
	out := map[string]any{
		"executionArn": e.ARN, "stateMachineArn": e.StateMachineARN, "name": e.ARN[strings.LastIndexByte(e.ARN, ':')+1:],
		"status": e.Status, "startDate": epoch(e.Started), "input": string(child.argument),
	}
	if !e.Ended.IsZero() {
		out["stopDate"] = epoch(e.Ended)
	}
	switch e.Status {
	case Succeeded:
		out["output"] = string(e.Output)
	case Failed, TimedOut, Aborted:
		out["error"], out["cause"] = e.Error, e.Cause
	case Running:
	}
	return out, nil
}

func (s stepFunctions) stop(body executionRequest) (any, error) {
	child := s.flow.machineRun(body.ExecutionARN)
	if child == nil {
		return nil, absent(body.ExecutionARN)
	}
	child.cancel()
	<-child.ended
	return map[string]any{"stopDate": epoch(child.record.execution.Ended)}, nil
}

func absent(arn string) error {
	return refused("ExecutionDoesNotExist", "Execution Does Not Exist: '%s'; executions of other runs are not seen here", arn)
}

// epoch is a time as AWS JSON has it: seconds with a fraction.
func epoch(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }
