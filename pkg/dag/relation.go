package dag

import (
	"fmt"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/dorc-dev/dorc/internal/tree"
)

// materializationOptions are the arguments of a function or a procedure.
func materializationOptions(t *taskReader) map[string]func(*yaml.Node) {
	if t.task.Target != UDF && t.task.Target != StoredProcedure {
		return nil
	}
	return map[string]func(*yaml.Node){"arguments": t.readRoutine}
}

// readRoutine reads a list of names and types.
func (t *taskReader) readRoutine(n *yaml.Node) {
	if empty(n) {
		return
	}
	seen := map[string]bool{}
	for _, item := range t.List(n, "arguments") {
		a := Argument{Line: item.Line, Column: item.Column}
		ok := t.Object(item, "an argument", map[string]func(*yaml.Node){
			"name": func(n *yaml.Node) {
				a.Name, a.Line, a.Column = t.name(n, "name", columnName), n.Line, n.Column
				// BigQuery's names of arguments have no case.
				if key := strings.ToLower(a.Name); key != "" && seen[key] {
					t.Refuse(n, fmt.Sprintf("there are two arguments %q", tree.Shorten(a.Name)), "", "Rename one of them.")
				} else {
					seen[key] = true
				}
			},
			"type": func(n *yaml.Node) { a.Value = t.readType(n) },
		}, "name", "type")
		if ok {
			t.task.Arguments = append(t.task.Arguments, a)
		}
	}
}

// readType reads a type of BigQuery.
func (t *taskReader) readType(n *yaml.Node) string {
	text := t.Text(n, "type")
	if text == "" {
		return ""
	}
	if why, near := badType(text); why != "" {
		hint := "Types: https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types"
		if near != "" {
			hint = fmt.Sprintf("Did you mean %q?", near)
		}
		t.Refuse(n, fmt.Sprintf("%q is no type of BigQuery", tree.Shorten(text)), why, hint)
	}
	return text
}

// checkRelation refuses names that BigQuery would refuse, and relations without a dataset.
func (t *taskReader) checkRelation() {
	rule := relationName
	what := "name of a table or view"
	switch t.task.Target {
	case Schema:
		rule, what = airflowName, "identifier of a task"
	case UDF, StoredProcedure:
		rule, what = routineName, "name of a routine"
	}
	if why := rule.refuses(t.task.Identifier); why != "" && airflowName.refuses(t.task.Identifier) == "" {
		t.Refuse(t.identifier, fmt.Sprintf("%q cannot be the %s", tree.Shorten(t.task.Identifier), what), why, "Rename the task.")
	}
	if t.task.Schema == "" {
		t.Refuse(t.node, "the task has no schema", "its relation is <schema>."+tree.Shorten(t.task.Identifier), "Write a schema here, or for all tasks of the DAG.")
	}
}
