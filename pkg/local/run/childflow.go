package run

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/dorc-dev/dorc/pkg/local/cloud"
	"github.com/dorc-dev/dorc/pkg/problem"
	"github.com/dorc-dev/dorc/pkg/workflows/expression"
)

// childFlow is an execution that another started.
type childFlow struct {
	record *record
	cancel context.CancelFunc
	// ended is closed when it has ended.
	ended    chan struct{}
	argument json.RawMessage
}

// executions answers the part of the Workflow Executions API that starts, looks at and cancels executions
// (https://cloud.google.com/workflows/docs/reference/executions/rest).
func (c *caller) executions(w http.ResponseWriter, r *http.Request) {
	path := strings.TrimPrefix(r.URL.Path, "/v1/")
	id, execution, ok := strings.Cut(path, "/executions")
	execution = strings.TrimPrefix(execution, "/")
	name, cancel := strings.CutSuffix(execution, ":cancel")
	switch {
	case !ok || !isWorkflow(id):
		refuse(w, http.StatusBadRequest, "UNIMPLEMENTED", "the local cloud's Workflow Executions has no method "+r.Method+" "+r.URL.Path)
	case execution == "" && r.Method == http.MethodPost:
		c.create(w, r, id)
	case execution != "" && (r.Method == http.MethodGet && !cancel || r.Method == http.MethodPost && cancel):
		c.flow.mu.Lock()
		child := c.flow.children[name]
		c.flow.mu.Unlock()
		if child == nil || child.record.execution.StateMachineARN != id {
			refuse(w, http.StatusNotFound, "NOT_FOUND", "execution "+path+" not found: executions of other runs are not seen here")
			return
		}
		if cancel {
			child.cancel()
			<-child.ended
		}
		respond(w, http.StatusOK, c.flow.described(child))
	default:
		refuse(w, http.StatusBadRequest, "UNIMPLEMENTED", "the local cloud's Workflow Executions has no method "+r.Method+" "+r.URL.Path)
	}
}

func (c *caller) create(w http.ResponseWriter, r *http.Request, id string) {
	var body struct {
		Argument string `json:"argument"`
	}
	data, err := drain(r)
	if err == nil && len(data) > 0 {
		err = json.Unmarshal(data, &body)
	}
	if err != nil {
		refuse(w, http.StatusBadRequest, "INVALID_ARGUMENT", "the execution is not valid: argument is JSON in a string: "+err.Error())
		return
	}
	var p problem.Problem
	if _, err := c.flow.runner.workflow(id); errors.As(err, &p) {
		refuse(w, http.StatusNotFound, "NOT_FOUND", p.Error())
		return
	}
	child, err := c.start(id, json.RawMessage(body.Argument))
	if err != nil {
		refuse(w, http.StatusBadRequest, "INVALID_ARGUMENT", err.Error())
		return
	}
	respond(w, http.StatusOK, c.flow.described(child))
}

// start starts an execution that goes on beside its parent.
func (c *caller) start(id string, input json.RawMessage) (*childFlow, error) {
	if len(input) == 0 {
		input = json.RawMessage("null")
	}
	depth := 0
	for r := c.record; r != nil; r = r.parent {
		depth++
	}
	if depth > maxDepth {
		return nil, fmt.Errorf("executions started each other %d deep; the local runtime stops there", maxDepth)
	}
	argument, err := decodeArgument(input)
	if err != nil {
		return nil, err
	}
	target, err := c.flow.runner.workflow(id)
	if err != nil {
		return nil, err
	}
	record, err := c.flow.begin(target, input, c.record, nil)
	if err != nil {
		return nil, err
	}
	record.path = []string{target.name}
	c.record.child(record.execution.ID)
	c.record.emit(Event{Kind: ChildStarted, Child: record.execution.ID, ChildStateMachine: target.name})
	ctx, cancel := context.WithCancel(context.Background())
	child := &childFlow{record: record, cancel: cancel, ended: make(chan struct{}), argument: input}
	c.flow.mu.Lock()
	c.flow.children[record.execution.ID] = child
	c.flow.mu.Unlock()
	c.flow.polls.become("execution "+record.execution.ID, string(Running))
	c.flow.working.Go(func() {
		defer close(child.ended)
		defer cancel()
		e, err := c.flow.execute(ctx, target, argument, record)
		if err != nil {
			c.record.fail(err)
		}
		c.record.emit(Event{Kind: ChildFinished, Child: e.ID, ChildStateMachine: target.name, Status: e.Status, Error: e.Error, Cause: e.Cause, Duration: e.Ended.Sub(e.Started)})
	})
	return child, nil
}

// executionStates are the statuses as Workflows names them.
var executionStates = map[Status]string{Running: "ACTIVE", Succeeded: "SUCCEEDED", Failed: "FAILED", Aborted: "CANCELLED"}

// described is an execution as the API gives it
// (https://cloud.google.com/workflows/docs/reference/executions/rest/v1/projects.locations.workflows.executions#Execution).
func (f *flow) described(child *childFlow) map[string]any {
	f.events.Lock()
	e := child.record.execution
	f.events.Unlock()
	out := map[string]any{"name": e.ARN, "state": executionStates[e.Status], "argument": string(child.argument), "startTime": e.Started.Format(time.RFC3339Nano), "workflowRevisionId": "000001-000"}
	if !e.Ended.IsZero() {
		out["endTime"], out["duration"] = e.Ended.Format(time.RFC3339Nano), fmt.Sprintf("%.3fs", e.Ended.Sub(e.Started).Seconds())
	}
	if e.Status == Succeeded {
		out["result"] = string(e.Output)
	}
	if e.Status == Failed {
		payload, err := json.Marshal(map[string]any{"message": e.Cause})
		if err == nil {
			out["error"] = map[string]any{"payload": string(payload), "context": e.Error}
		}
	}
	f.polls.look("execution "+e.ID, string(e.Status))
	return out
}

// connector runs the connectors that the local cloud has. All others end the execution with a problem.
func (c *caller) connector(ctx context.Context, name string, a map[string]any) (any, error) {
	word := func(key string) string {
		s, _ := a[key].(string)
		return s
	}
	switch name {
	case "googleapis.workflowexecutions.v1.projects.locations.workflows.executions.run":
		// https://cloud.google.com/workflows/docs/reference/googleapis/workflowexecutions/v1/projects.locations.workflows.executions/run
		w := c.record.execution.StateMachineARN
		project, region := part(w, "projects"), part(w, "locations")
		if word("project_id") != "" {
			project = word("project_id")
		}
		if word("location") != "" {
			region = word("location")
		}
		return c.runChild(ctx, workflowID(project, region, word("workflow_id")), a["argument"])
	case "googleapis.secretmanager.v1.projects.secrets.versions.accessString":
		// https://cloud.google.com/workflows/docs/reference/googleapis/secretmanager/v1/projects.secrets.versions/accessString
		project, version := word("project_id"), word("version")
		if project == "" {
			project = part(c.record.execution.StateMachineARN, "projects")
		}
		if version == "" {
			version = "latest"
		}
		value, _, err := c.accessSecret("projects/" + project + "/secrets/" + word("secret_id") + "/versions/" + version)
		if errors.Is(err, cloud.ErrNotFound) {
			return nil, expression.Faultf(expression.HTTPError, "the secret %s has no version %s on the local target", word("secret_id"), version)
		}
		return value, err
	}
	return nil, problem.Problem{Resource: "workflow " + c.record.execution.StateMachine, Summary: "the connector " + name + " cannot be run here",
		Hint: "call the API with http.request, and auth of type OAuth2; the local cloud has Dataflow, Cloud Storage, Secret Manager and Workflow Executions"}
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

// runChild runs an execution to its end, and gives what it returned.
func (c *caller) runChild(ctx context.Context, id string, argument any) (any, error) {
	input, err := expression.EncodeJSON(argument)
	if err != nil {
		return nil, err
	}
	child, err := c.start(id, input)
	if err != nil {
		return nil, expression.Faultf(expression.HTTPError, "%v", err)
	}
	select {
	case <-child.ended:
	case <-ctx.Done():
		child.cancel()
		<-child.ended
		return nil, ctx.Err()
	}
	if e := child.record.execution; e.Status != Succeeded {
		return nil, expression.Faultf(expression.OperationError, "the execution of %s ended as %s: %s", e.StateMachine, executionStates[e.Status], e.Cause)
	}
	return expression.DecodeJSON(child.record.execution.Output)
}
