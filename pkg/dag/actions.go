package dag

import (
	"slices"

	"gopkg.in/yaml.v3"

	"github.com/dorc-dev/dorc/internal/tree"
)

// action is what tasks of one action have in common.
type action struct {
	// target checks kind.target.
	target func(*taskReader)
	// options are the keys of options, with their readers.
	options func(*taskReader) map[string]func(*yaml.Node)
	// check does what needs the whole file; nil for nothing.
	check func(*taskReader)
}

var actions map[Action]action

// The readers refer to each other through the table.
func init() {
	actions = map[Action]action{
		Materialization: {
			target:  oneTarget(Table, View, Schema, UDF, StoredProcedure),
			options: materializationOptions,
			check:   (*taskReader).checkRelation,
		},
		Assertion: {target: oneTarget(AssertionTarget, AssertionSensor), options: func(t *taskReader) map[string]func(*yaml.Node) {
			return map[string]func(*yaml.Node){"message": func(n *yaml.Node) {
				t.task.Message = t.Text(n, "message")
				t.template(n)
			}}
		}},
		Invocation: {target: oneTarget(StoredProcedure), options: noOptions},
		DbtAction:  {target: (*taskReader).dbtCommand, options: (*taskReader).dbtOptions, check: (*taskReader).checkDbt},
		Operator:   {target: (*taskReader).operatorClass, options: (*taskReader).keywordOptions, check: (*taskReader).checkOperator},
		Dataflow:   {target: (*taskReader).startTarget, options: (*taskReader).keywordOptions, check: (*taskReader).checkStart},
		Workflow:   {target: (*taskReader).startTarget, options: (*taskReader).keywordOptions, check: (*taskReader).checkStart},
		Lambda:     {target: (*taskReader).startTarget, options: (*taskReader).keywordOptions, check: (*taskReader).checkStart},
		Job:        {target: (*taskReader).startTarget, options: (*taskReader).keywordOptions, check: (*taskReader).checkStart},
	}
}

// actionNames are all of them, sorted.
func actionNames() []string {
	var names []string
	for a := range actions {
		names = append(names, string(a))
	}
	slices.Sort(names)
	return names
}

// oneTarget refuses other targets than these.
func oneTarget(targets ...string) func(*taskReader) {
	return func(t *taskReader) {
		if slices.Contains(targets, t.task.Target) {
			return
		}
		t.unknown(t.target, "target of "+string(t.task.Action), t.task.Target, targets)
		t.task.Action = ""
	}
}

func noOptions(*taskReader) map[string]func(*yaml.Node) { return nil }

// readOptions reads the options that the task's action has.
func (t *taskReader) readOptions() {
	n := t.at["options"]
	if t.task.Action == "" || t.task.Target == "" {
		return
	}
	keys := actions[t.task.Action].options(t)
	if n == nil || empty(n) {
		return
	}
	if len(keys) == 0 {
		if v := tree.Follow(n); v.Kind != yaml.MappingNode || len(v.Content) > 0 {
			t.Refuse(n, "this task has no options", "it is "+string(t.task.Action)+" of "+t.task.Target, "Remove them.")
		}
		return
	}
	for key, read := range keys {
		keys[key] = func(n *yaml.Node) {
			t.options[key] = n
			read(n)
		}
	}
	t.Object(n, "options", keys)
}

// keywordOptions are the options of a task that is given arguments by name.
func (t *taskReader) keywordOptions() map[string]func(*yaml.Node) {
	return map[string]func(*yaml.Node){"arguments": func(n *yaml.Node) {
		if empty(n) {
			return
		}
		t.task.Arguments = t.values(n, "arguments", anyValue)
	}}
}

// check looks at a task when the whole file was read.
func (t *taskReader) check() {
	if a := actions[t.task.Action]; a.check != nil && t.task.Target != "" {
		a.check(t)
	}
}

// isNative reports a task that is one query to BigQuery.
func (t *Task) isNative() bool {
	return t.Action == Materialization || t.Action == Assertion || t.Action == Invocation
}
