package execute

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/dorc-dev/dorc/pkg/workflows/syntax"
)

// Options are what an execution needs from outside. The zero value runs with this
// machine's clock and network, an empty environment, and shows nothing.
type Options struct {
	// HTTP makes the requests of http.get and its like; nil for
	// http.DefaultClient.
	HTTP interface {
		Do(*http.Request) (*http.Response, error)
	}
	// Token gives the bearer token for a request with auth (a map with type, OIDC
	// or OAuth2). When it is nil, requests go without. Its error is an AuthError of
	// the workflow.
	Token func(ctx context.Context, auth map[string]any, url string) (string, error)
	// Connector runs a call of googleapis.… with its arguments by name. When it is
	// nil, such a call ends the execution with a problem. An error is shown as it
	// is and cannot be caught, except a *expression.Fault.
	Connector func(ctx context.Context, name string, arguments map[string]any) (any, error)
	// Now is the time; nil for time.Now.
	Now func() time.Time
	// Sleep waits for sys.sleep and between retries; nil for real waiting. It
	// returns early, with the context's error, when the context ends.
	Sleep func(ctx context.Context, d time.Duration) error
	// Environment is what sys.get_env reads, such as GOOGLE_CLOUD_PROJECT_ID and
	// GOOGLE_CLOUD_LOCATION.
	Environment map[string]string
	// Log receives what sys.log writes; Trace each step as it begins. Neither is
	// called twice at the same time. Both may be nil.
	Log   func(Entry)
	Trace func(Event)
}

// Entry is a log entry.
type Entry struct {
	// Severity is DEFAULT, DEBUG, INFO, NOTICE, WARNING, ERROR, CRITICAL, ALERT or
	// EMERGENCY.
	Severity string
	// Text is set for a text, JSON for a map.
	Text string
	JSON map[string]any
}

// Event is the beginning of a step.
type Event struct {
	syntax.Position
	// Subworkflow and Step are names; Step is empty for what a try or a condition
	// does directly.
	Subworkflow, Step string
	// Kind is the key of what the step does: "call", "assign" …
	Kind string
	// Function is what a call calls.
	Function string
}

func (o Options) withDefaults() Options {
	if o.HTTP == nil {
		o.HTTP = http.DefaultClient
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Sleep == nil {
		o.Sleep = sleep
	}
	var one sync.Mutex
	log, trace := o.Log, o.Trace
	o.Log = func(e Entry) {
		if log != nil {
			one.Lock()
			defer one.Unlock()
			log(e)
		}
	}
	o.Trace = func(e Event) {
		if trace != nil {
			one.Lock()
			defer one.Unlock()
			trace(e)
		}
	}
	return o
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
