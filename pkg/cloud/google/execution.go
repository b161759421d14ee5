package google

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"google.golang.org/api/workflowexecutions/v1"

	"github.com/dorc-dev/dorc/pkg/cloud/check"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// Execution is an execution of a workflow.
type Execution struct {
	// Name is its whole name, projects/…/locations/…/workflows/…/executions/….
	Name string
	// State is ACTIVE, QUEUED, SUCCEEDED, FAILED, CANCELLED or UNAVAILABLE.
	State string
	// Created is when it was asked for.
	Created time.Time
	// Took is how long it ran; 0 while it runs.
	Took time.Duration
	// Step is the step that runs, <subworkflow>.<step>, or "".
	Step string
	// Argument is what it was given, as JSON. Default: nil.
	Argument json.RawMessage
	// Result is what the workflow returned, as JSON. Default: nil.
	Result json.RawMessage
	// Failure is what it raised: a text, or JSON. Default: "".
	Failure string
	// Where is the step in which it was raised. Default: "".
	Where string
}

// Running says that the execution has not ended.
func (e *Execution) Running() bool { return e.State == "ACTIVE" || e.State == "QUEUED" }

// ID is the last part of its name.
func (e *Execution) ID() string { return e.Name[strings.LastIndexByte(e.Name, '/')+1:] }

// WorkflowID is the id of its workflow.
func (e *Execution) WorkflowID() string { return part(e.Name, "workflows") }

// Link is its page in Google's console.
func (e *Execution) Link() string {
	return fmt.Sprintf("https://console.cloud.google.com/workflows/workflow/%s/%s/execution/%s/summary?project=%s",
		part(e.Name, "locations"), e.WorkflowID(), e.ID(), part(e.Name, "projects"))
}

// part is what follows a word in a resource name.
func part(name, word string) string {
	words := strings.Split(name, "/")
	for i := 0; i+1 < len(words); i += 2 {
		if words[i] == word {
			return words[i+1]
		}
	}
	return ""
}

// Start creates an execution of the workflow, projects/…/locations/…/workflows/…,
// with this argument, JSON. It asks again only when Google says that it did not
// take the request.
func (c *Client) Start(ctx context.Context, workflow string, argument json.RawMessage) (*Execution, error) {
	var made *workflowexecutions.Execution
	err := c.again(ctx, onlyRefused, nil, func(ctx context.Context) (err error) {
		made, err = c.executions.Projects.Locations.Workflows.Executions.
			Create(workflow, &workflowexecutions.Execution{Argument: string(argument)}).Context(ctx).Do()
		return err
	})
	if err == nil {
		return execution(made), nil
	}
	wrong := c.wrong("workflow "+part(workflow, "workflows"), "the workflow cannot be executed", err)
	p, ok := wrong.(problem.Problem) //nolint:errorlint // it is this package's own
	if kind, _ := faultOf(err); ok && kind == check.Unreachable {
		p.Summary = "whether the workflow is executed is not known"
		p.Hint = fmt.Sprintf("look before you start it again: https://console.cloud.google.com/workflows/workflow/%s/%s/executions?project=%s",
			part(workflow, "locations"), part(workflow, "workflows"), part(workflow, "projects"))
		return nil, p
	}
	return nil, wrong
}

// Execution asks for an execution by its whole name.
func (c *Client) Execution(ctx context.Context, name string) (*Execution, error) {
	return c.executionOr(ctx, name, nil)
}

func (c *Client) executionOr(ctx context.Context, name string, silent func(error, time.Duration)) (*Execution, error) {
	var found *workflowexecutions.Execution
	err := c.again(ctx, anyTransient, silent, func(ctx context.Context) (err error) {
		found, err = c.executions.Projects.Locations.Workflows.Executions.Get(name).View("FULL").Context(ctx).Do()
		return err
	})
	if err != nil {
		return nil, c.wrong("execution "+name[strings.LastIndexByte(name, '/')+1:], "the execution cannot be looked at", err)
	}
	return execution(found), nil
}

// CancelExecution cancels it. Google does not tell the workflow, so that its job
// goes on: cancel that too.
func (c *Client) CancelExecution(ctx context.Context, name string) error {
	err := c.again(ctx, anyTransient, nil, func(ctx context.Context) error {
		_, err := c.executions.Projects.Locations.Workflows.Executions.
			Cancel(name, &workflowexecutions.CancelExecutionRequest{}).Context(ctx).Do()
		return err
	})
	if a, ok := answerOf(err); ok && a.code == 400 && strings.Contains(a.message, "ACTIVE") {
		return nil // it has ended meanwhile
	}
	if err != nil {
		return c.wrong("execution "+name[strings.LastIndexByte(name, '/')+1:], "the execution cannot be cancelled", err)
	}
	return nil
}

func execution(e *workflowexecutions.Execution) *Execution {
	x := &Execution{Name: e.Name, State: e.State, Created: instant(firstOf(e.StartTime, e.CreateTime))}
	if e.CreateTime != "" {
		x.Created = instant(e.CreateTime)
	}
	if d, err := time.ParseDuration(e.Duration); err == nil {
		x.Took = d
	}
	if json.Valid([]byte(e.Result)) {
		x.Result = json.RawMessage(e.Result)
	}
	if json.Valid([]byte(e.Argument)) {
		x.Argument = json.RawMessage(e.Argument)
	}
	if e.Status != nil && len(e.Status.CurrentSteps) > 0 {
		last := e.Status.CurrentSteps[len(e.Status.CurrentSteps)-1]
		x.Step = last.Routine + "." + last.Step
	}
	if e.Error != nil {
		x.Failure = firstOf(e.Error.Payload, e.Error.Context)
		if e.Error.StackTrace != nil && len(e.Error.StackTrace.Elements) > 0 {
			x.Where = e.Error.StackTrace.Elements[0].Routine + "." + e.Error.StackTrace.Elements[0].Step
		}
	}
	if e.StateError != nil && x.Failure == "" {
		x.Failure = e.StateError.Details
	}
	return x
}

// raised is the failure's text: without the JSON around it where it is a text, or a
// map with a message.
func (e *Execution) raised() string {
	var raised any
	if json.Unmarshal([]byte(e.Failure), &raised) == nil {
		switch v := raised.(type) {
		case string:
			return v
		case map[string]any:
			if m, ok := v["message"].(string); ok && m != "" {
				return m
			}
		}
	}
	return e.Failure
}

// Raised is the failure as a problem.
func (e *Execution) Raised() problem.Problem {
	p := problem.Problem{Resource: "execution " + e.ID(), Summary: "it " + strings.ToLower(e.State), Detail: e.raised()}
	switch e.State {
	case "CANCELLED":
		p.Summary = "it was cancelled"
	case "UNAVAILABLE":
		p.Summary = "Google cannot tell what became of it"
	}
	if e.Where != "" {
		p.Hint = "raised in the step " + e.Where + "; " + e.Link()
	} else {
		p.Hint = "see " + e.Link()
	}
	return p
}

func instant(text string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return time.Time{}
	}
	return t
}

func firstOf(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}
