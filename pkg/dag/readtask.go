package dag

import (
	"gopkg.in/yaml.v3"

	"github.com/dorc-dev/dorc/internal/tree"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// taskReader reads one task.
type taskReader struct {
	*reader
	task *Task
	// node is the task, at its values by key; identifier, action and target are those
	// of the same name, or the task.
	node, identifier, action, target *yaml.Node
	at                               map[string]*yaml.Node
	// dependencies are where the task's Dependencies stand.
	dependencies []*yaml.Node
	// options are the values of its options by key.
	options map[string]*yaml.Node
}

func (r *reader) readTask(n *yaml.Node) {
	task := &Task{}
	t := &taskReader{reader: r, task: task, node: tree.Follow(n), at: map[string]*yaml.Node{}, options: map[string]*yaml.Node{}}
	t.identifier, t.action, t.target = t.node, t.node, t.node
	keys := map[string]func(*yaml.Node){
		"identifier":   func(n *yaml.Node) { task.Identifier, t.identifier = r.Text(n, "identifier"), n },
		"kind":         t.readKind,
		"schema":       func(n *yaml.Node) { task.Schema = r.name(n, "schema", datasetName) },
		"database":     func(n *yaml.Node) { task.Database = r.name(n, "database", projectName) },
		"description":  func(n *yaml.Node) { task.Description = r.Text(n, "description") },
		"trigger_rule": t.readTriggerRule,
		"dependencies": t.readDependencies,
		"partitioning": func(*yaml.Node) {},
		"options":      func(*yaml.Node) {},
		"retries": func(n *yaml.Node) {
			retries := r.integer(n, "retries", 0, 1000)
			task.Retries = &retries
		},
	}
	for key, read := range keys {
		keys[key] = func(n *yaml.Node) {
			t.at[key] = n
			read(n)
		}
	}
	if !r.Object(n, "a task", keys, "identifier", "kind") {
		return
	}
	task.Place = problem.Problem{File: r.Name, Line: t.identifier.Line, Column: t.identifier.Column}
	// What options and partitioning mean depends on the kind, wherever it stands.
	t.readPartitioning()
	t.readOptions()
	r.tasks = append(r.tasks, t)
	r.dag.Tasks = append(r.dag.Tasks, task)
}

// readKind reads {action, target}. What is unknown is refused here; the task is kept,
// so that nothing else is said of those that depend on it.
func (t *taskReader) readKind(n *yaml.Node) {
	t.action, t.target = n, n
	action := ""
	ok := t.Object(n, "kind", map[string]func(*yaml.Node){
		"action": func(n *yaml.Node) { action, t.action = t.Text(n, "action"), n },
		"target": func(n *yaml.Node) { t.task.Target, t.target = t.Text(n, "target"), n },
	}, "action", "target")
	if !ok || action == "" {
		return
	}
	kind, known := actions[Action(action)]
	if !known {
		t.unknown(t.action, "action", action, actionNames())
		return
	}
	t.task.Action = Action(action)
	if t.task.Target != "" {
		kind.target(t)
	}
}

func (t *taskReader) readDependencies(n *yaml.Node) {
	if empty(n) {
		return
	}
	seen := map[string]bool{}
	for _, item := range t.List(n, "dependencies") {
		name := t.Text(item, "a dependency")
		switch {
		case name == "":
		case seen[name]:
			t.warn(item, "the dependency is there twice", name, "Remove one of the two.")
		default:
			seen[name] = true
			t.task.Dependencies = append(t.task.Dependencies, name)
			t.dependencies = append(t.dependencies, item)
		}
	}
}

// triggerRules are those of Airflow 2.10 and 3.1 alike: airflow.utils.trigger_rule.
var triggerRules = []string{"all_success", "all_failed", "all_done", "all_done_setup_success", "one_success", "one_failed", "one_done",
	"none_failed", "none_skipped", "none_failed_min_one_success", "always", "all_skipped"}

// oldTriggerRules are those that Airflow 2 had under another name.
var oldTriggerRules = map[string]string{"dummy": "always", "none_failed_or_skipped": "none_failed_min_one_success"}

func (t *taskReader) readTriggerRule(n *yaml.Node) {
	rule := t.Text(n, "trigger_rule")
	if rule == "" {
		return
	}
	if today, old := oldTriggerRules[rule]; old {
		t.warn(n, "the trigger rule has another name today", rule+" is "+today, "Write "+today+".")
		rule = today
	}
	for _, known := range triggerRules {
		if rule == known {
			t.task.TriggerRule = rule
			return
		}
	}
	t.unknown(n, "trigger rule", rule, triggerRules)
}

// readPartitioning reads how a table is partitioned.
func (t *taskReader) readPartitioning() {
	n := t.at["partitioning"]
	if n == nil || empty(n) {
		return
	}
	if t.task.Action != "" && (t.task.Action != Materialization || t.task.Target != Table) {
		t.Refuse(n, "only a table is partitioned", "this task is "+string(t.task.Action)+" of "+tree.Shorten(t.task.Target), "Remove partitioning.")
		return
	}
	p := &Partitioning{Granularity: DefaultGranularity}
	granularity := n
	ok := t.Object(n, "partitioning", map[string]func(*yaml.Node){
		"field":       func(n *yaml.Node) { p.Field = t.name(n, "field", columnName) },
		"data_type":   func(n *yaml.Node) { p.DataType = t.oneOf(n, "data_type", partitionTypes) },
		"granularity": func(n *yaml.Node) { p.Granularity, granularity = t.oneOf(n, "granularity", granularities), n },
	}, "field", "data_type")
	if !ok {
		return
	}
	if p.DataType == "date" && p.Granularity == "hour" {
		t.Refuse(granularity, "a date has no hours", "granularity hour is for datetime and timestamp", "Write day.")
	}
	t.task.Partitioning = p
}

var (
	partitionTypes = []string{"date", "datetime", "timestamp"}
	granularities  = []string{"hour", "day", "month", "year"}
)

// oneOf reads one of a few words; "" for another.
func (r *reader) oneOf(n *yaml.Node, what string, words []string) string {
	word := r.Text(n, what)
	if word == "" {
		return ""
	}
	for _, w := range words {
		if w == word {
			return word
		}
	}
	r.unknown(n, what, word, words)
	return ""
}
