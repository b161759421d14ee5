package definition

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// validator checks what one file says, before defaults are filled in: it asks
// the source whether a field was written.
type validator struct {
	source   *Source
	pipeline *Pipeline
	problems problem.List
	// blamed are fields that could not be read; nothing more is said of them.
	blamed map[string]bool
}

func (v *validator) refuse(path, summary, detail, hint string) {
	if v.blamed[path] {
		return
	}
	v.problems = append(v.problems, v.source.Problem(path, summary, detail, hint))
}

// validate checks what the kind that the file names demands.
func (v *validator) validate(kind Kind) {
	v.kind(kind)
	switch kind {
	case KindFunctions:
		v.functions()
		v.triggers()
	case KindDataflow:
		v.dataflow()
		v.arguments(kind)
	case KindWorkflow:
		v.arguments(kind)
	case KindDag:
	default:
		// Which kind is meant is not known: what is written is checked.
		v.functions()
		v.triggers()
		v.dataflow()
		v.arguments(KindWorkflow)
	}
}

func (v *validator) triggers() {
	triggers := v.pipeline.Triggers
	if len(triggers) > maxTriggers {
		v.refuse("triggers", fmt.Sprintf("%d triggers are too many", len(triggers)),
			fmt.Sprintf("at most %d rules fit on an event bus", maxTriggers), "")
	}
	for i := range triggers {
		v.trigger(&triggers[i], item("triggers", i))
	}
}

func (v *validator) functions() {
	functions := v.pipeline.Functions
	switch {
	case len(functions) == 0 && v.source.Has("functions"):
		v.refuse("functions", "the list of functions is empty", "",
			"Name a function, or remove the key: then every folder with a lambda.py runs, in name order.")
	case len(functions) > maxFunctions:
		v.refuse("functions", fmt.Sprintf("%d functions are too many", len(functions)),
			fmt.Sprintf("a pipeline has at most %d", maxFunctions), "Let a pipeline start another one.")
		return
	}
	sound := true
	for i := range functions {
		sound = v.function(&functions[i], item("functions", i)) && sound
	}
	// Where a name is missing or wrong, what follows from names would only confuse.
	if sound {
		v.chain()
	}
}

// function checks one function alone. It reports false when its name, next or
// on_failure cannot be used.
func (v *validator) function(f *Function, path string) bool {
	sound := v.name(f, path)
	v.number(field(path, "timeout"), float64(f.Timeout), timeoutSpan)
	v.number(field(path, "memory"), float64(f.Memory), memorySpan)
	v.environment(f, field(path, "environment"))
	if f.Retry != nil {
		v.retry(f.Retry, field(path, "retry"))
	}
	if f.Next != nil {
		sound = v.next(f.Next, field(path, "next")) && sound
	}
	if v.source.Has(field(path, "on_failure")) && f.OnFailure == "" {
		v.refuse(field(path, "on_failure"), "on_failure is empty", "", "Name a function, or remove the key.")
		sound = false
	}
	return sound
}

func (v *validator) name(f *Function, path string) bool {
	at := field(path, "name")
	switch {
	case !v.source.Has(at):
		v.refuse(path, "a function has no name", "", "Give it the name of its folder: name: <folder>")
	case FunctionNameRule(f.Name) != "":
		v.refuse(at, fmt.Sprintf("%q cannot be the name of a function", shorten(f.Name)), FunctionNameRule(f.Name), "Rename its folder.")
	case v.source.Function(f.Name) != path:
		v.refuse(at, fmt.Sprintf("two functions are called %q", f.Name), "", "Remove one, or rename it and its folder.")
	default:
		return true
	}
	return false
}

func (v *validator) next(n *Next, path string) bool {
	function, pipeline := field(path, "function"), field(path, "pipeline")
	switch {
	case v.source.Has(function) && v.source.Has(pipeline):
		v.refuse(path, "next names a function and a pipeline", "exactly one can follow", "Remove one of the two.")
	case n.Pipeline != "":
		layer, name, ok := strings.Cut(n.Pipeline, "/")
		if ok && ValidName(layer) && ValidName(name) {
			return true
		}
		v.refuse(pipeline, fmt.Sprintf("%q is not <layer>/<name> of a pipeline", shorten(n.Pipeline)), NameRule,
			"Write it as in pipeline: raw-to-processed/weather")
	case n.Function != "":
		return true
	default:
		v.refuse(path, "next names nothing", "", "Name a function or {pipeline: <layer>/<name>}, or remove the key.")
	}
	return false
}

// number refuses a number outside its span. A field that was not written has its default.
func (v *validator) number(path string, n float64, s span) {
	// The negated form also refuses what is not a number.
	if v.source.Has(path) && !(n >= s.min && n <= s.max) {
		v.refuse(path, fmt.Sprintf("%s is out of range", lastKey(path)),
			fmt.Sprintf("%s is given; %s to %s %s are possible (%s)", decimal(n), decimal(s.min), decimal(s.max), s.unit, s.rule), "")
	}
}

func decimal(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }
