package definition

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const complete = `# Everything that a pipeline.yaml can say.
kind: functions
description: Cleans the weather
functions:
  - name: tell
    memory: 128
  - name: publish
    next: {pipeline: processed-to-curated/weather}
  - name: clean
    next: check
    timeout: 30
    memory: 1024
    environment:
      MODE: full
      QUERY: |
        SELECT *
        FROM t
    retry:
      max_attempts: 0
      interval_seconds: 5
      backoff_rate: 1.5
      error_equals: [States.Timeout, MyError]
    on_failure: tell
  - name: check
    next: {function: publish}
    retry: {}
triggers:
  - schedule: cron(0 6 ? * MON-FRI *)
  - object: {bucket: raw, prefix: weather/}
  - object: {bucket: raw}
`

func TestParse(t *testing.T) {
	p, source, problems := Parse("pipeline.yaml", []byte(complete))
	require.Empty(t, problems)
	zero, three := 0, 3
	assert.Equal(t, &Pipeline{
		Kind: KindFunctions, Description: "Cleans the weather",
		// In the order in which they run; the handler last.
		Functions: []Function{
			{Name: "clean", Next: &Next{Function: "check"}, Timeout: 30, Memory: 1024, OnFailure: "tell",
				Environment: map[string]string{"MODE": "full", "QUERY": "SELECT *\nFROM t\n"},
				Retry: &Retry{MaxAttempts: &zero, IntervalSeconds: 5, BackoffRate: 1.5,
					ErrorEquals: []string{"States.Timeout", "MyError"}}},
			{Name: "check", Next: &Next{Function: "publish"}, Timeout: 600, Memory: 512,
				Retry: &Retry{MaxAttempts: &three, IntervalSeconds: 1, BackoffRate: 2, ErrorEquals: []string{"States.ALL"}}},
			{Name: "publish", Next: &Next{Pipeline: "processed-to-curated/weather"}, Timeout: 600, Memory: 512},
			{Name: "tell", Timeout: 600, Memory: 128},
		},
		Triggers: []Trigger{
			{Schedule: "cron(0 6 ? * MON-FRI *)"},
			{Object: &ObjectTrigger{Bucket: "raw", Prefix: "weather/"}},
			{Object: &ObjectTrigger{Bucket: "raw"}},
		},
	}, p)

	// Paths count as the file is written, not as functions run.
	assert.Equal(t, "functions[2]", source.Function("clean"))
	assert.Equal(t, "", source.Function("other"))
	for path, want := range map[string]string{
		"functions[2].timeout":           "pipeline.yaml:11:14: x",
		"functions[1].next.pipeline":     "pipeline.yaml:8:22: x",
		"functions[2].environment.QUERY": "pipeline.yaml:15:14: x",
		"functions[1].memory":            "pipeline.yaml:7:5: x", // not written: the function
		"functions[9].memory":            "pipeline.yaml:5:3: x", // no such function: the list
		"nothing":                        "pipeline.yaml: x",
	} {
		assert.Equal(t, want, source.Problem(path, "x", "", "").Error(), path)
	}
	assert.Equal(t, "pipeline.yaml:11:5: x", source.KeyProblem("functions[2].timeout", "x", "", "").Error())
}

func TestNilSource(t *testing.T) {
	var none *Source
	assert.False(t, none.Has("kind"))
	assert.Empty(t, none.Function("a"))
	assert.Equal(t, "x", none.Problem("kind", "x", "", "").Error())
}

// TestSpellings are texts that mean the same as others.
func TestSpellings(t *testing.T) {
	const plain = "functions:\n  - name: a\n    next: b\n  - name: b\n"
	want, _, problems := Parse("p", []byte(plain))
	require.Empty(t, problems)
	for name, text := range map[string]string{
		"byte order mark":  "\xef\xbb\xbf" + plain,
		"CRLF":             strings.ReplaceAll(plain, "\n", "\r\n"),
		"flow":             "{functions: [{name: a, next: b}, {name: b}]}",
		"JSON":             `{"functions": [{"name": "a", "next": {"function": "b"}}, {"name": "b"}]}`,
		"document markers": "---\n" + plain + "...\n",
		"quotes":           "'functions':\n  - \"name\": 'a'\n    next: \"b\"\n  - name: b\n",
		"other order":      "functions:\n  - name: b\n  - name: a\n    next: b\n",
		"no end of line":   strings.TrimSuffix(plain, "\n"),
		"comments":         "# a\n" + strings.ReplaceAll(plain, "\n", " # c\n"),
		"anchor":           "functions:\n  - name: &a a\n    next: &b b\n  - name: *b\n",
	} {
		t.Run(name, func(t *testing.T) {
			got, _, problems := Parse("p", []byte(text))
			require.Empty(t, problems)
			assert.Equal(t, want, got)
		})
	}
}

func TestPositionsWithCRLFAndMark(t *testing.T) {
	_, _, problems := Parse("p", []byte("\xef\xbb\xbfkind: functions\r\nfunctons: 1\r\n"))
	require.Len(t, problems, 1)
	assert.Equal(t, "p:2:1", problems[0].Place())
}

func TestSharedSettings(t *testing.T) {
	p, _, problems := Parse("p", []byte(`functions:
  - name: a
    next: b
    retry: &often {max_attempts: 9, interval_seconds: 2}
    environment: &common {MODE: full, LEVEL: info}
  - name: b
    next: c
    retry: *often
    environment: *common
  - name: c
    environment:
      <<: *common
      LEVEL: debug
`))
	require.Empty(t, problems)
	assert.Equal(t, 9, *p.Functions[1].Retry.MaxAttempts)
	assert.Equal(t, map[string]string{"MODE": "full", "LEVEL": "info"}, p.Functions[1].Environment)
	assert.Equal(t, map[string]string{"MODE": "full", "LEVEL": "debug"}, p.Functions[2].Environment)
}

func TestEmpty(t *testing.T) {
	for name, text := range map[string]string{
		"nothing": "", "comment": "# later\n", "marker": "---\n", "mark": "\xef\xbb\xbf", "spaces": " \n\n",
	} {
		t.Run(name, func(t *testing.T) {
			p, source, problems := Parse("p", []byte(text))
			require.Empty(t, problems)
			assert.Equal(t, &Pipeline{Kind: KindFunctions, Functions: []Function{}}, p)
			assert.False(t, source.Has("functions"))
		})
	}
}

func TestHostileInput(t *testing.T) {
	for name, tt := range map[string]struct{ text, want string }{
		"too large":      {strings.Repeat("#", MaxSize+1), "the file is too large"},
		"not UTF-8":      {"kind: functions\ndescription: \xff", "p:2:14: the file is not text in UTF-8"},
		"UTF-16":         {"k\x00i\x00n\x00d\x00", "p:1:2: the file is not text in UTF-8"},
		"escape":         {"description: \x1b[31m", "the file is not text in UTF-8"},
		"brackets":       {strings.Repeat("[", 60_000), "p:1:33: the YAML is nested too deeply"},
		"braces":         {strings.Repeat("{a: ", 15_000), "the YAML is nested too deeply"},
		"dashes":         {strings.Repeat("- ", 30_000), "the YAML is nested too deeply"},
		"question marks": {strings.Repeat("? ", 30_000), "the YAML is nested too deeply"},
		"stairs":         {stairs(350), "an item of functions is a list"},
		"in a circle":    {"functions: &f\n- name: a\n- *f\n", "an item of functions is a list"},
		"multiplying":    {multiplying(), "too large when its aliases are followed"},
		"merged in a circle": {"functions:\n- name: a\n  environment: &e\n    <<: *e\n    KEY: x\n",
			"too large when its aliases are followed"},
		"many functions": {"functions:\n" + strings.Repeat("- name: a\n", 1001), "1001 functions are too many"},
		"many triggers": {"functions: [{name: a}]\ntriggers:\n" + strings.Repeat("- schedule: rate(1 day)\n", 301),
			"301 triggers are too many"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, problems := Parse("p", []byte(tt.text))
			assert.Contains(t, problems.Error(), tt.want)
			assert.Less(t, len(problems), 5)
		})
	}
}

func TestManyProblems(t *testing.T) {
	for name, text := range map[string]string{
		"keys":       strings.Repeat("a: b\n", 5000),
		"functions":  "functions:\n" + strings.Repeat("- a\n", 5000),
		"in objects": "functions:\n" + strings.Repeat("- {nam: a}\n", 900),
		"variables":  "functions:\n- environment:\n" + strings.Repeat("    A: 1\n", 900),
	} {
		t.Run(name, func(t *testing.T) {
			_, _, problems := Parse("p", []byte(text))
			assert.Less(t, len(problems), maxProblems+5)
			assert.Equal(t, "there may be more problems in this file", problems[len(problems)-1].Summary)
		})
	}
}

// stairs is a list in a list in a list, each a column deeper.
func stairs(n int) string {
	var b strings.Builder
	b.WriteString("functions:\n")
	for i := range n {
		b.WriteString(strings.Repeat(" ", i+1) + "-\n")
	}
	return b.String()
}

// multiplying is a small file that is large when its aliases are followed.
func multiplying() string {
	var b strings.Builder
	b.WriteString("functions:\n- name: f0\n  environment: &e\n")
	for i := range 500 {
		fmt.Fprintf(&b, "    K%d: x\n", i)
	}
	for i := range 400 {
		fmt.Fprintf(&b, "- {name: f%d, environment: *e}\n", i+1)
	}
	return b.String()
}

// FuzzParse holds that no input panics, that every problem has the file and a
// summary, and that what is sound stays so when it is read again.
func FuzzParse(f *testing.F) {
	f.Add([]byte(complete))
	f.Add([]byte(completeDataflow))
	f.Add([]byte("kind: workflow\nparameters: {a: [1, {b: null}], c: '$${x} ${bucket}'}\nschedule: {cron: '*/5 * * * MON'}"))
	f.Add([]byte("kind: &k dataflow\ndescription: *k\nmax_workers: 1_0\nparameters: {<<: {a: b}}"))
	f.Add([]byte("functions: [{name: a, next: {pipeline: b/c}}]"))
	f.Add([]byte("functions:\n- name: &x a\n  next: *x\n"))
	f.Add([]byte("? a\n: b\n<<: *c\n!!set {a}\n"))
	f.Add([]byte("\xef\xbb\xbfkind: \"func\\x74ions\"\r\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, source, problems := Parse("p", data)
		if p == nil || source == nil {
			t.Fatal("nil result")
		}
		for _, problem := range problems {
			if problem.File != "p" || problem.Summary == "" || strings.ContainsAny(problem.Summary, "\n") {
				t.Fatalf("bad problem %#v", problem)
			}
		}
		if len(problems) > 0 {
			return
		}
		if p.Kind == KindDataflow && (p.MaxWorkers < p.Workers || p.Workers < 1 || p.PollingSeconds < 1) {
			t.Fatalf("unsound settings %#v", p)
		}
		if p.Schedule != nil && (p.Schedule.Cron == "" || p.Schedule.AttemptDeadline < 15) {
			t.Fatalf("unsound schedule %#v", p.Schedule)
		}
		if _, err := FillAll(p.Parameters, func(string) (string, error) { return "", nil }); err != nil {
			t.Fatalf("unsound placeholder: %v", err)
		}
		for _, function := range p.Functions {
			if !ValidName(function.Name) || function.Timeout < 1 || function.Memory < 128 {
				t.Fatalf("unsound function %#v", function)
			}
		}
		if len(p.Functions) > 0 && len(newGraph(p.Functions).starts()) != 1 {
			t.Fatalf("unsound chain %#v", p.Functions)
		}
	})
}
