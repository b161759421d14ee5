package cloudproof

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/local/run"
)

// watcher makes calls of functions from the events of dorc run.
type watcher struct {
	// functions are by state machine and state.
	functions map[string]string
	// machines are the names of state machines by the identifier of the run.
	machines map[string]string
	// entered are the inputs of states, by run and state.
	entered map[string]any
	calls   []call
}

func (w *watcher) on(e run.Event) {
	switch e.Kind {
	case run.RunStarted:
		w.machines[e.Run] = e.StateMachine
	case run.ChildStarted:
		w.machines[e.Child] = e.ChildStateMachine
	case run.StateEntered:
		w.entered[e.Run+"\x00"+e.State] = decoded(e.Input)
	case run.StateExited:
		w.called(e, e.Output, false)
	case run.Retry, run.StateFailed:
		w.called(e, []byte(e.Cause), true)
	}
}

// called remembers a call when the state calls a function. A state whose result
// is dropped shows its input at its end; then any answer does.
func (w *watcher) called(e run.Event, payload []byte, failed bool) {
	if function, ok := w.functions[w.machines[e.Run]+"\x00"+e.State]; ok {
		w.calls = append(w.calls, call{function: function, event: w.entered[e.Run+"\x00"+e.State], payload: payload, failed: failed})
	}
}

// kept is an execution with those that it started, as dorc run keeps them.
func kept(t *testing.T, r *run.Runner, id string) execution {
	t.Helper()
	k, err := r.Execution(id)
	require.NoError(t, err)
	x := execution{
		Status: k.Status, Error: k.Error, Cause: k.Cause,
		Input: decoded(k.Input), Output: decoded(k.Output), Children: []execution{},
	}
	for _, visit := range k.States {
		x.States = append(x.States, visit.Name)
	}
	for _, child := range k.Children {
		x.Children = append(x.Children, kept(t, r, child))
	}
	return x
}

func decoded(data json.RawMessage) any {
	var v any
	if len(data) > 0 {
		_ = json.Unmarshal(data, &v) // dorc run wrote it
	}
	return v
}
