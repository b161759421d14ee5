package asl

import (
	"fmt"
	"strings"
)

// Resource is a kind of task that can be executed.
type Resource string

// The kinds of tasks. Their values are the ends of the ARNs that name them.
const (
	// LambdaInvoke is the optimised integration: the function's answer is in Payload.
	LambdaInvoke Resource = "lambda:invoke"
	// LambdaFunction is a function's ARN as the Resource: its answer is the result.
	LambdaFunction Resource = "function"
	// StartExecutionSync starts a child and waits; its Output stays a string.
	StartExecutionSync Resource = "states:startExecution.sync"
	// StartExecutionSync2 starts a child and waits; its Output is parsed.
	StartExecutionSync2 Resource = "states:startExecution.sync:2"
)

// parseResource reads a Task's Resource. The function is set when the ARN names one.
func parseResource(arn string) (r Resource, function string, err error) {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 || parts[0] != "arn" {
		return "", "", fmt.Errorf("Resource %q is not an ARN", arn)
	}
	service, rest := parts[2], parts[5]
	switch {
	case service == "lambda" && strings.HasPrefix(rest, "function:"):
		return LambdaFunction, arn, nil
	case service == "states" && strings.HasPrefix(rest, "activity:"):
		return "", "", fmt.Errorf("activity tasks (%s) cannot be executed", arn)
	case service != "states" || parts[3] != "" || parts[4] != "":
		return "", "", fmt.Errorf("Resource %q cannot be executed", arn)
	case strings.HasSuffix(rest, ".waitForTaskToken"):
		return "", "", fmt.Errorf("waiting for a task token (%s) cannot be executed", arn)
	}
	switch r := Resource(rest); r {
	case LambdaInvoke, StartExecutionSync, StartExecutionSync2:
		return r, "", nil
	}
	return "", "", fmt.Errorf("the service integration %q cannot be executed; those that can are %s, %s and %s",
		rest, LambdaInvoke, StartExecutionSync, StartExecutionSync2)
}

// argumentsOf names the Parameters that a kind of task takes, and which one is required.
func argumentsOf(r Resource) (required string, allowed []string) {
	switch r {
	case LambdaInvoke:
		return "FunctionName", []string{"FunctionName", "Payload", "InvocationType", "Qualifier", "ClientContext", "LogType"}
	case StartExecutionSync, StartExecutionSync2:
		return "StateMachineArn", []string{"StateMachineArn", "Input", "Name"}
	}
	return "", nil
}
