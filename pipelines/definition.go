package pipelines

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"

	"github.com/dorc-dev/dorc/pkg/component"
	"github.com/dorc-dev/dorc/pkg/definition"
)

const (
	// failed is the state in which an execution ends after a handler. A function
	// cannot have its name, which has a space.
	failed = "the pipeline failed"
	// nextPrefix begins the state that starts the next pipeline.
	nextPrefix = "start "
	// maxStateName is in characters. Source:
	// https://docs.aws.amazon.com/step-functions/latest/dg/statemachine-structure.html
	maxStateName = 80
	// timeoutMargin is how many seconds a call may take beyond the function's own
	// timeout, for a cold start. A call of which nothing is heard any more would
	// otherwise hold the execution for as long as Step Functions allows, a year.
	timeoutMargin = 60
)

// transient are the errors of Lambda itself, which have nothing to do with the
// function's code. Step Functions advises to retry them always. Source:
// https://docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html
var transient = retrier{
	ErrorEquals: []string{
		"Lambda.ServiceException", "Lambda.AWSLambdaException",
		"Lambda.SdkClientException", "Lambda.TooManyRequestsException",
	},
	IntervalSeconds: 2, MaxAttempts: 6, BackoffRate: 2,
}

// renderer renders one pipeline's state machine.
type renderer struct {
	place     component.Place
	functions map[string]string
	pipelines map[string]string
}

// renderDefinition is the definition of the pipeline's state machine. functions
// are ARNs by name, pipelines the ARNs of state machines by <layer>/<name>.
func renderDefinition(
	d *definition.Pipeline, place component.Place, functions, pipelines map[string]string,
) (string, error) {
	r := &renderer{place: place, functions: functions, pipelines: pipelines}
	m := machine{Comment: d.Description, StartAt: d.Functions[0].Name}
	handlers := map[string]bool{}
	for _, f := range d.Functions {
		if f.OnFailure != "" {
			handlers[f.OnFailure] = true
		}
	}
	for _, f := range d.Functions {
		if handlers[f.Name] {
			m.States = append(m.States, namedState{f.Name, r.handler(f)})
			continue
		}
		m.States = append(m.States, namedState{f.Name, r.step(f)})
		if f.Next != nil && f.Next.Pipeline != "" {
			m.States = append(m.States, namedState{stateName(f.Next.Pipeline), r.start(f.Next.Pipeline)})
		}
	}
	if len(handlers) > 0 {
		m.States = append(m.States, namedState{failed, state{
			Type:      "Fail",
			ErrorPath: "$.error.Error",
			CausePath: "$.error.Cause",
		}})
	}
	text, err := marshal(m)
	if err != nil {
		return "", err
	}
	var indented bytes.Buffer
	err = json.Indent(&indented, text, "", "  ")
	return indented.String(), err
}

// call is a Task that calls a function with the state's input.
func (r *renderer) call(f definition.Function) state {
	return state{
		Type:     "Task",
		Resource: r.place.Integration("lambda:invoke"),
		Parameters: struct {
			FunctionName string
			Payload      string `json:"Payload.$"`
		}{r.functions[f.Name], "$"},
		TimeoutSeconds: f.Timeout + timeoutMargin,
		Retry:          retries(f.Retry),
	}
}

// step is a function of the chain. What it returns is the input of what follows.
func (r *renderer) step(f definition.Function) state {
	s := r.call(f)
	s.OutputPath = "$.Payload"
	if f.OnFailure != "" {
		s.Catch = []catcher{{ErrorEquals: []string{"States.ALL"}, ResultPath: "$.error", Next: f.OnFailure}}
	}
	switch {
	case f.Next == nil:
		s.End = true
	case f.Next.Pipeline != "":
		s.Next = stateName(f.Next.Pipeline)
	default:
		s.Next = f.Next.Function
	}
	return s
}

// handler is a function that is called when another has failed, with the other's
// input and the error in its field "error". What it returns is dropped: the
// execution fails with the error that it was called for, also when the handler
// fails itself.
func (r *renderer) handler(f definition.Function) state {
	s := r.call(f)
	s.ResultPath = json.RawMessage("null")
	s.Next = failed
	after := failed
	if f.OnFailure != "" {
		after = f.OnFailure
	}
	s.Catch = []catcher{{ErrorEquals: []string{"States.ALL"}, ResultPath: "$.handler_error", Next: after}}
	return s
}

// start is a Task that starts another pipeline and waits for its end. The other
// pipeline's input is an object with this state's input in its field "input", so
// that it can be of any type, and the field by which the console of Step
// Functions links the two executions. What it returns is the other's output.
// Source: https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html
func (r *renderer) start(pipeline string) state {
	type input struct {
		StartedBy string `json:"AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID.$"`
		Input     string `json:"input.$"`
	}
	return state{
		Type:     "Task",
		Resource: r.place.Integration("states:startExecution.sync:2"),
		Parameters: struct {
			StateMachineArn string
			Input           input
		}{r.pipelines[pipeline], input{"$$.Execution.Id", "$"}},
		OutputPath: "$.Output",
		End:        true,
	}
}

// retries are Lambda's transient errors and then what the definition says. An
// error is retried by the first retrier that has it.
func retries(r *definition.Retry) []retrier {
	all := []retrier{transient}
	if r == nil {
		return all
	}
	own := retrier{ErrorEquals: r.ErrorEquals, IntervalSeconds: r.IntervalSeconds, MaxAttempts: 3, BackoffRate: r.BackoffRate}
	if r.MaxAttempts != nil {
		own.MaxAttempts = *r.MaxAttempts
	}
	if len(own.ErrorEquals) == 0 {
		own.ErrorEquals = []string{"States.ALL"}
	}
	if own.IntervalSeconds == 0 {
		own.IntervalSeconds = 1
	}
	if own.BackoffRate == 0 {
		own.BackoffRate = 2
	}
	return append(all, own)
}

// stateName names the state that starts a pipeline. There is at most one, so it
// need not be unique when it is cut.
func stateName(pipeline string) string {
	name := nextPrefix + pipeline
	for utf8.RuneCountInString(name) > maxStateName {
		_, size := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-size]
	}
	return name
}
