package dag

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dorc-dev/dorc/internal/tree"
)

// startedKinds are the kinds of pipelines that tasks of an action start.
var startedKinds = map[Action]string{Dataflow: "dataflow", Workflow: "workflow", Lambda: "functions", Job: "job"}

// startTarget reads <layer>/<name> of the pipeline that a task starts.
func (t *taskReader) startTarget() {
	layer, name, ok := strings.Cut(t.task.Target, "/")
	if !ok || !isPipelineName(layer) || !isPipelineName(name) {
		t.Refuse(t.target, fmt.Sprintf("%q is not <layer>/<name> of a pipeline", tree.Shorten(t.task.Target)), "", "Write it as in target: raw/weather")
		return
	}
	t.task.Starts = t.task.Target
}

// isPipelineName is the rule of pkg/definition for layers and pipelines.
func isPipelineName(s string) bool {
	return s != "" && s[0] != '-' && s[0] != '_' && relationName.refuses(s) == ""
}

// checkStart refuses a pipeline that does not exist, or is of another kind.
func (t *taskReader) checkStart() {
	t.textsOf(t.options["arguments"], nil)
	if hasDuration(Values(t.task.Arguments)) {
		t.Refuse(t.options["arguments"], "a time span cannot be given to another pipeline", "arguments go as JSON, which has none", "Write a number.")
	}
	known, id := t.reader.options.Pipelines, t.task.Starts
	if id == "" || known == nil {
		return
	}
	want := startedKinds[t.task.Action]
	kind, there := known[id]
	switch {
	case there && kind == want:
	case there:
		hint := ""
		for action, k := range startedKinds {
			if k == kind {
				hint = fmt.Sprintf("Write action: %s", action)
			}
		}
		t.Refuse(t.target, fmt.Sprintf("the pipeline %q is of another kind", id), fmt.Sprintf("it is of kind %s; the action %s starts those of kind %s", kind, t.task.Action, want), hint)
	default:
		var ids []string
		for other, k := range known {
			if k == want {
				ids = append(ids, other)
			}
		}
		slices.Sort(ids)
		detail := "pipelines of kind " + want + ": " + list(ids)
		if len(ids) == 0 {
			detail = "the config repo has no pipelines of kind " + want
		}
		t.Refuse(t.target, fmt.Sprintf("there is no pipeline %q", id), detail, tree.DidYouMean(id, ids))
	}
}

// hasDuration looks for a time span in a value.
func hasDuration(v any) bool {
	switch v := v.(type) {
	case Duration:
		return true
	case []any:
		return slices.ContainsFunc(v, hasDuration)
	case Values:
		return slices.ContainsFunc(v, func(a Argument) bool { return hasDuration(a.Value) })
	}
	return false
}
