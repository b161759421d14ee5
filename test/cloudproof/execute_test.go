package cloudproof

import (
	"encoding/json"
	"io"
	"net/http"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/local/run"
	"github.com/dorc-dev/dorc/pkg/settings"
	"github.com/dorc-dev/dorc/pkg/stack"
)

const (
	pipelineName = "ExampleDorc-prod-raw-to-processed-weather"
	rawBucket    = "exampledorc-prod-raw-" + account
)

// Moto's Step Functions executes the generated state machines as dorc run does:
// with the same results of the functions, the same functions are called in the
// same order with the same events, the same states are entered, and the end is
// the same.
func TestMotoExecutesAsDorcRun(t *testing.T) {
	m := startMoto(t)
	needPythonIndex(t)
	// A short wait before the retries; both wait really.
	dir := exampleCopy(t, ofRegistry(startRegistry(t)), [3]string{"src/raw-to-processed/weather/pipeline.yaml", "interval_seconds: 5", "interval_seconds: 1"})

	p := newProof(t, dir, options{})
	for _, ref := range stacks(t, p.project) {
		p.apply(t, ref)
	}
	created := p.recorder.Calls("Create", false)
	for _, r := range m.create(t, created, nil) {
		require.Empty(t, r.Error, "%s %s", r.Type, r.Name)
	}
	functions := map[string]string{} // state machine and state -> function
	machine := ""
	for _, c := range created {
		if c.Type == "aws:sfn/stateMachine:StateMachine" {
			name := c.Inputs["name"].StringValue()
			functionsOf(t, functions, name, c.Inputs["definition"].StringValue())
			if name == pipelineName {
				machine = c.Outputs["arn"].StringValue()
			}
		}
	}

	local := openProject(t, settings.TargetLocal, dir, t.TempDir())
	engine, err := local.Engine(t.Context())
	require.NoError(t, err)
	for _, ref := range stacks(t, local) {
		do(t, local, ref, applying(engine))
	}
	for _, c := range []struct {
		name, input string
		status      run.Status
		states      []string
	}{
		{"from the file that ships with the function", `{}`, run.Succeeded,
			[]string{"extract", "clean", "start processed-to-curated/weather"}},
		{"from the event of an object", `{"detail-type": "Object Created", "detail": {"bucket": {"name": "` + rawBucket +
			`"}, "object": {"key": "weather/seattle-weather.csv"}}}`, run.Succeeded,
			[]string{"extract", "clean", "start processed-to-curated/weather"}},
		{"a function fails", `{"key": "not/there.csv"}`, run.Failed,
			[]string{"extract", "clean", "report_failure", "the pipeline failed"}},
		{"a function fails three times", `{"detail-type": "Object Created"}`, run.Failed,
			[]string{"extract", "report_failure", "the pipeline failed"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			here := runLocally(t, local, machine, c.input, functions)
			require.Equal(t, c.status, here.root.Status)
			require.Equal(t, c.states, here.root.States)

			calls := &script{left: here.calls}
			m.invoke = calls
			var there execution
			m.replay(t, "execute", map[string]any{"stateMachine": machine, "input": json.RawMessage(c.input)}, &there)
			assert.Empty(t, calls.wrong)
			assert.Empty(t, calls.left, "moto called fewer functions")
			assert.Equal(t, here.root, there.comparable())
		})
	}
}

// execution is how a state machine ran.
type execution struct {
	Status run.Status
	Error  string
	// Cause is a text; that of a function's error is a JSON document.
	Cause         any
	Input, Output any
	// States are those that were entered, in order.
	States   []string
	Children []execution
}

// comparable is without what differs between two executions of one thing: their
// names, and the spaces in JSON documents that are texts.
func (e execution) comparable() execution {
	e.Cause, e.Input, e.Output = nameless(e.Cause), nameless(e.Input), nameless(e.Output)
	for i := range e.Children {
		e.Children[i] = e.Children[i].comparable()
	}
	return e
}

var executionName = regexp.MustCompile(`^(arn:aws:states:[a-z0-9-]+:[0-9]{12}:execution:[^:]+):[^:]+$`)

func nameless(v any) any {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		var document map[string]any
		if json.Unmarshal([]byte(v), &document) == nil {
			return nameless(document)
		}
		return executionName.ReplaceAllString(v, "$1:<name>")
	case map[string]any:
		for k, e := range v {
			v[k] = nameless(e)
		}
	case []any:
		for i, e := range v {
			v[i] = nameless(e)
		}
	}
	return v
}

// call is one call of a function in dorc run.
type call struct {
	function string
	event    any
	payload  []byte
	failed   bool
}

// script answers moto's calls of functions as they were answered in dorc run,
// and holds them against those.
type script struct {
	mutex sync.Mutex
	left  []call
	wrong []string
}

func (s *script) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	parts := strings.Split(strings.TrimSuffix(r.URL.Path, "/invocations"), "/")
	function := parts[len(parts)-1]
	body, err := io.ReadAll(r.Body)
	var event any
	if err == nil {
		err = json.Unmarshal(body, &event)
	}
	if err != nil || len(s.left) == 0 {
		s.wrong = append(s.wrong, function+" was called with "+string(body))
		http.Error(w, "unexpected", http.StatusTeapot)
		return
	}
	next := s.left[0]
	s.left = s.left[1:]
	if next.function != function || !assert.ObjectsAreEqual(nameless(next.event), nameless(event)) {
		s.wrong = append(s.wrong, function+" was called with "+string(body)+" instead of "+next.function)
	}
	answer(w, next.payload, next.failed)
}

// functionsOf finds which function each state of a definition calls.
func functionsOf(t *testing.T, functions map[string]string, machine, definition string) {
	t.Helper()
	var d struct {
		States map[string]struct {
			Resource   string
			Parameters struct{ FunctionName string }
		}
	}
	require.NoError(t, json.Unmarshal([]byte(definition), &d))
	for name, state := range d.States {
		if strings.HasSuffix(state.Resource, ":lambda:invoke") {
			functions[machine+"\x00"+name] = state.Parameters.FunctionName
		}
	}
}

// needPythonIndex skips where the packages of functions cannot be installed.
func needPythonIndex(t *testing.T) {
	t.Helper()
	if err := exec.Command("python3", "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps",
		"--dest", t.TempDir(), "tabulate==0.9.0").Run(); err != nil {
		t.Skip("the Python package index is out of reach: dorc run installs the functions' packages from it")
	}
}

// ran is a run of dorc with what its functions did.
type ran struct {
	root  execution
	calls []call
}

func runLocally(t *testing.T, p *stack.Project, machine, input string, functions map[string]string) ran {
	t.Helper()
	runner, err := p.Runner(stack.RunnerOptions{})
	require.NoError(t, err)
	w := &watcher{functions: functions, entered: map[string]any{}, machines: map[string]string{}}
	root, err := runner.Run(t.Context(), machine, json.RawMessage(input), w.on)
	require.NoError(t, err)
	return ran{kept(t, runner, root.ID).comparable(), w.calls}
}
