package execute

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/problem"
	"github.com/dorc-dev/dorc/pkg/workflows/expression"
	"github.com/dorc-dev/dorc/pkg/workflows/syntax"
)

// parse reads steps of main, and subworkflows after a line "---".
func parse(t *testing.T, source string) *syntax.Workflow {
	t.Helper()
	steps, subworkflows, _ := strings.Cut(source, "---\n")
	text := "main:\n  params: [args]\n  steps:\n"
	for _, line := range strings.Split(strings.TrimSpace(steps), "\n") {
		text += "    " + strings.ReplaceAll(line, "\t", "  ") + "\n"
	}
	w, problems := syntax.Parse("workflow.yaml", []byte(text+subworkflows))
	require.NoError(t, problems.Err(), text)
	return w
}

func noSleep(ctx context.Context, _ time.Duration) error { return ctx.Err() }

func TestControlFlow(t *testing.T) {
	for name, c := range map[string]struct {
		source string
		want   any
	}{
		"nothing returned": {"- a: {assign: [{x: 1}]}", nil},
		"argument":         {"- a: {return: '${args.n + 1}'}", int64(42)},
		"end":              {"- a:\n    switch:\n      - {condition: true, next: end}\n      - {condition: false, next: b}\n- b: {return: 1}", nil},
		"jump back":        {"- a: {assign: [{n: 0}]}\n- b: {assign: [{n: '${n + 1}'}]}\n- c:\n    switch:\n      - {condition: '${n < 5}', next: b}\n- d: {return: '${n}'}", int64(5)},
		"first condition":  {"- a:\n    switch:\n      - {condition: false, return: 1}\n      - {condition: true, return: 2}\n      - {condition: true, return: 3}", int64(2)},
		"switch then on":   {"- a:\n    switch:\n      - {condition: true, assign: [{x: 1}]}\n      - {condition: false, next: b}\n    next: c\n- b: {return: no}\n- c: {return: '${x}'}", int64(1)},
		"out of steps":     {"- a:\n    steps:\n      - b:\n          steps:\n            - c: {switch: [{condition: '${args.n == 41}', next: e}]}\n- d: {return: no}\n- e: {return: yes}", "yes"},
		"for":              {"- i: {assign: [{all: ''}]}\n- a:\n    for:\n      value: v\n      index: i\n      in: [a, b, c]\n      steps:\n        - s: {assign: [{all: '${all + v + string(i)}'}]}\n- r: {return: '${all}'}", "a0b1c2"},
		"range":            {"- i: {assign: [{n: 0}]}\n- a:\n    for:\n      value: v\n      range: [1, 4]\n      steps:\n        - s: {assign: [{n: '${n + v}'}]}\n- r: {return: '${n}'}", int64(10)},
		"empty range":      {"- i: {assign: [{n: 0}]}\n- a:\n    for:\n      value: v\n      range: [4, 1]\n      steps:\n        - s: {assign: [{n: 1}]}\n- r: {return: '${n}'}", int64(0)},
		"last range":       {"- a:\n    for:\n      value: v\n      range: [9223372036854775807, 9223372036854775807]\n      steps:\n        - s: {assign: [{n: '${v}'}]}\n- r: {return: done}", "done"},
		"break, continue": {"- i: {assign: [{all: []}]}\n- a:\n    for:\n      value: v\n      range: [1, 9]\n      steps:\n        - s:\n            switch:\n              - {condition: '${v % 2 == 0}', next: continue}\n              - {condition: '${v > 6}', next: break}\n" +
			"        - t: {assign: [{all: '${list.concat(all, v)}'}]}\n- r: {return: '${all}'}", []any{int64(1), int64(3), int64(5)}},
		"return in for":        {"- a:\n    for:\n      value: v\n      in: [1, 2]\n      steps:\n        - s: {return: '${v}'}\n- r: {return: none}", int64(1)},
		"jump out of for":      {"- a:\n    for:\n      value: v\n      in: [1, 2]\n      steps:\n        - s: {next: r}\n- q: {return: none}\n- r: {return: out}", "out"},
		"values are apart":     {"- a: {assign: [{x: {k: 1}}, {y: '${x}'}, {y.k: 2}, {z: [1, 2]}, {'z[0]': 5}]}\n- r: {return: ['${x}', '${y}', '${z}']}", []any{map[string]any{"k": int64(1)}, map[string]any{"k": int64(2)}, []any{int64(5), int64(2)}}},
		"subworkflow":          {"- a: {call: sub, args: {x: 1}, result: r}\n- b: {call: sub, args: [1, 2], result: s}\n- c: {return: ['${r}', '${s}', '${sub(5, 5)}', '${sub(5)}']}\n---\nsub:\n  params: [x, y: 10]\n  steps:\n    - a: {return: '${x + y}'}\n", []any{int64(11), int64(3), int64(10), int64(15)}},
		"end of a subworkflow": {"- a: {call: sub, result: r}\n- b: {return: ['${r}']}\n---\nsub:\n  steps:\n    - a: {next: end}\n", []any{nil}},
		"except":               {"- a:\n    try:\n      steps:\n        - b: {assign: [{x: '${1 / 0}'}]}\n    except:\n      as: e\n      steps:\n        - c: {assign: [{tags: '${e.tags}'}]}\n- d: {return: '${tags}'}", []any{"ZeroDivisionError"}},
		"raised text":          {"- a:\n    try: {raise: oh}\n    except:\n      as: e\n      steps:\n        - c: {return: '${e + \"!\"}'}", "oh!"},
		"raised below":         {"- a:\n    try: {call: sub}\n    except:\n      as: e\n      steps:\n        - c: {return: '${e.code}'}\n---\nsub:\n  steps:\n    - a: {raise: {code: 5}}\n", int64(5)},
		"own predicate":        {"- i: {assign: [{n: 0}]}\n- a:\n    try:\n      steps:\n        - s: {assign: [{n: '${n + 1}'}]}\n        - u:\n            switch:\n              - {condition: '${n < 4}', raise: {code: '${n}'}}\n    retry:\n      predicate: ${low}\n      max_retries: 9\n      backoff: {initial_delay: 1, max_delay: 2, multiplier: 3}\n- r: {return: '${n}'}\n---\nlow:\n  params: [e]\n  steps:\n    - a: {return: '${e.code < 9}'}\n", int64(4)},
		"retry, then except":   {"- i: {assign: [{n: 0}]}\n- a:\n    try:\n      steps:\n        - s: {assign: [{n: '${n + 1}'}]}\n        - u: {raise: x}\n    retry: {predicate: '${retry.always}', max_retries: 2, backoff: '${retry.default_backoff}'}\n    except:\n      steps:\n        - r: {return: '${n}'}", int64(3)},
		"no variable":          {"- a: {return: '${sys.get_env(\"NOPE\", \"none\")}'}", "none"},
		"library by name":      {"- a: {call: text.replace_all, args: {source: abc, substr: b, repl: X}, result: r}\n- b: {call: base64.decode, args: {data: aGk, padding: false}, result: s}\n- c: {return: ['${r}', '${text.decode(s)}']}", []any{"aXc", "hi"}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Run(t.Context(), parse(t, c.source), map[string]any{"n": 41}, Options{Sleep: noSleep})
			require.NoError(t, err)
			assert.Equal(t, c.want, got)
		})
	}
}

func TestFailures(t *testing.T) {
	for name, c := range map[string]struct{ source, tag, at string }{
		"not a list":        {"- a:\n    for:\n      value: v\n      in: ${args}\n      steps:\n        - s: {call: uuid.generate}", expression.TypeError, "4:7"},
		"not a range":       {"- a:\n    for:\n      value: v\n      range: ['a', 2]\n      steps:\n        - s: {call: uuid.generate}", expression.TypeError, "4:7"},
		"not a condition":   {"- a:\n    switch:\n      - {condition: '${args.n}', next: end}", expression.TypeError, "4:7"},
		"environment":       {"- a: {return: '${sys.get_env(\"NOPE\")}'}", expression.KeyError, "4:7"},
		"its default":       {"- a: {return: '${sys.get_env(\"NOPE\", 1)}'}", expression.TypeError, "4:7"},
		"bytes":             {"- a: {return: '${json.encode(1)}'}", expression.ValueError, "1:1"},
		"recursion":         {"- a: {call: sub}\n---\nsub:\n  steps:\n    - again: {call: sub}\n", expression.RecursionError, "7:7"},
		"too many steps":    {"- a: {next: b}\n- b: {next: a}", expression.ResourceLimitError, "4:7"},
		"too large":         {"- a: {assign: [{x: '0123456789'}]}\n- b: {assign: [{x: '${x + x}'}], next: b}", expression.ResourceLimitError, "5:7"},
		"unknown argument":  {"- a: {call: sub, args: '${args}'}\n---\nsub:\n  params: [x]\n  steps:\n    - b: {return: 1}\n", expression.TypeError, "4:7"},
		"address":           {"- a: {call: http.get, args: {url: '${\"ftp://\" + \"x\"}'}}", expression.ValueError, "4:7"},
		"nobody listens":    {"- a: {call: http.get, args: {url: 'http://127.0.0.1:1/'}}", expression.ConnectionFailedError, "4:7"},
		"log":               {"- a: {call: sys.log, args: {json: '${args.n}'}}", expression.TypeError, "4:7"},
		"sleep":             {"- a: {call: sys.sleep, args: {seconds: '${\"x\"}'}}", expression.TypeError, "4:7"},
		"sleep until":       {"- a: {call: sys.sleep_until, args: {time: later}}", expression.ValueError, "4:7"},
		"not a policy":      {"- a:\n    try: {raise: x}\n    retry: ${args}", expression.TypeError, "4:7"},
		"parallel too deep": {"- a: {parallel: {branches: [{b: {steps: [{c: {call: sub}}]}}]}}\n---\nsub:\n  steps:\n    - a: {parallel: {branches: [{b: {steps: [{c: {call: sub}}]}}]}}\n", expression.UnhandledBranchError, "4:7"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Run(t.Context(), parse(t, c.source), map[string]any{"n": 41}, Options{Sleep: noSleep})
			var f *Failure
			require.ErrorAs(t, err, &f)
			assert.True(t, f.Has(c.tag), "%v", f.Value)
			p := f.Problem()
			assert.Equal(t, c.at, fmt.Sprintf("%d:%d", p.Line, p.Column))
		})
	}
}

// TestNotModelled: what cannot be run here is said, and no except hides it.
func TestNotModelled(t *testing.T) {
	for source, want := range map[string]string{
		"- a:\n    try: {call: googleapis.pubsub.v1.projects.topics.publish}\n    except: {steps: [{b: {return: 1}}]}": "workflow.yaml:5:21: connector googleapis.pubsub.v1.projects.topics.publish cannot be run here\n  Call the API with http.request, and auth of type OAuth2.",
		"- a: {call: events.await_callback}":                                                              "workflow.yaml:4:17: events.await_callback cannot be run here",
		"- a: {return: '${get_type(1)}'}":                                                                 "workflow.yaml:4:7: function get_type cannot be run here",
		"- a: {call: http.get, args: {url: 'http://x', ca_certificate: x}}":                               "workflow.yaml:4:7: an HTTP request with ca_certificate cannot be run here",
		"- i: {assign: [{x: 1}]}\n- a: {parallel: {branches: [{b: {steps: [{c: {assign: [{x: 2}]}}]}}]}}": "workflow.yaml:5:61: assigning to \"x\" in a parallel step cannot be run here\n  A variable from around a parallel step can be assigned to when it is in shared.",
	} {
		_, err := Run(t.Context(), parse(t, source), nil, Options{})
		var p problem.Problem
		require.ErrorAs(t, err, &p, source)
		assert.Equal(t, want, p.Error())
	}
}

func TestConnector(t *testing.T) {
	w := parse(t, "- a: {call: googleapis.storage.v1.buckets.get, args: {bucket: b}, result: r}\n- b: {return: '${r.n}'}")
	got, err := Run(t.Context(), w, nil, Options{Connector: func(_ context.Context, name string, a map[string]any) (any, error) {
		assert.Equal(t, "googleapis.storage.v1.buckets.get", name)
		assert.Equal(t, map[string]any{"bucket": "b"}, a)
		return map[string]any{"n": 3}, nil
	}})
	require.NoError(t, err)
	assert.Equal(t, int64(3), got)
	broken := errors.New("no network")
	_, err = Run(t.Context(), w, nil, Options{Connector: func(context.Context, string, map[string]any) (any, error) { return nil, broken }})
	assert.ErrorIs(t, err, broken)
}

func TestLogAndTrace(t *testing.T) {
	w := parse(t, `
- a: {call: sys.log, args: {data: {k: 1}, severity: ERROR}}
- b: {call: sys.log, args: {text: {k: 1}}}
- c: {call: sys.log, args: [3]}
- d:
    switch:
      - {condition: true, assign: [{x: 1}]}
`)
	var entries []Entry
	var events []string
	_, err := Run(t.Context(), w, nil, Options{
		Log: func(e Entry) { entries = append(entries, e) },
		Trace: func(e Event) {
			events = append(events, strings.TrimSpace(fmt.Sprintf("%d %s.%s %s %s", e.Line, e.Subworkflow, e.Step, e.Kind, e.Function)))
		},
	})
	require.NoError(t, err)
	assert.Equal(t, []Entry{{Severity: "ERROR", JSON: map[string]any{"k": int64(1)}}, {Severity: "DEFAULT", Text: `{"k":1}`}, {Severity: "DEFAULT", Text: "3"}}, entries)
	assert.Equal(t, []string{"4 main.a call sys.log", "5 main.b call sys.log", "6 main.c call sys.log", "7 main.d switch", "9 main. assign"}, events)
}

// TestParallel: branches really run at the same time (each waits for the other),
// no assignment to a shared variable is lost, and the limit holds.
func TestParallel(t *testing.T) {
	w := parse(t, `
- i: {assign: [{n: 0}, {seen: {}}]}
- both:
    parallel:
      shared: [seen]
      branches:
        - one: {steps: [{a: {call: sys.sleep, args: [1]}}, {b: {assign: [{seen.one: true}]}}]}
        - two: {steps: [{a: {call: sys.sleep, args: [1]}}, {b: {assign: [{seen.two: true}, {own: 1}]}}]}
- many:
    parallel:
      shared: [n]
      concurrency_limit: 3
      for:
        value: v
        range: [1, 200]
        steps:
          - a: {call: sys.sleep, args: [2]}
          - b: {assign: [{n: '${n + slowly(v)}'}]}
- r: {return: ['${n}', '${seen}']}
---
slowly:
  params: [v]
  steps:
    - a: {call: sys.sleep, args: [2]}
    - b: {return: '${v}'}
`)
	var meet sync.WaitGroup
	meet.Add(2)
	var mu sync.Mutex
	running, most := 0, 0
	got, err := Run(t.Context(), w, nil, Options{Sleep: func(ctx context.Context, d time.Duration) error {
		if d == time.Second {
			meet.Done()
			meet.Wait()
			return nil
		}
		mu.Lock()
		running++
		most = max(most, running)
		mu.Unlock()
		time.Sleep(100 * time.Microsecond)
		mu.Lock()
		running--
		mu.Unlock()
		return nil
	}})
	require.NoError(t, err)
	assert.Equal(t, []any{int64(20100), map[string]any{"one": true, "two": true}}, got)
	assert.LessOrEqual(t, most, 3)
}

func TestParallelErrors(t *testing.T) {
	w := parse(t, `
- i: {assign: [{done: []}]}
- all:
    try:
      parallel:
        shared: [done]
        for:
          value: v
          in: [1, 2, 3]
          steps:
            - a:
                switch:
                  - {condition: '${v != 2}', raise: {code: '${v}'}}
            - b: {assign: [{done: '${list.concat(done, v)}'}]}
    except:
      as: e
      steps:
        - r: {return: ['${e.tags}', '${e.branches}', '${e.truncated}', '${done}']}
`)
	got, err := Run(t.Context(), w, nil, Options{})
	require.NoError(t, err)
	branch := func(id string, code int64) any {
		return map[string]any{"id": id, "error": map[string]any{"code": code}}
	}
	assert.Equal(t, []any{[]any{"UnhandledBranchError"}, []any{branch("0", 1), branch("2", 3)}, false, []any{int64(2)}}, got)
}

// TestParallelCancelled: branches that sleep end when the execution does.
func TestParallelCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	w := parse(t, "- a: {parallel: {for: {value: v, range: [1, 100], steps: [{s: {call: sys.sleep, args: [86400]}}]}}}")
	_, err := Run(ctx, w, nil, Options{Trace: func(e Event) {
		if e.Step == "s" {
			cancel()
		}
	}})
	assert.ErrorIs(t, err, context.Canceled)
}
