package dag

import (
	"fmt"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/dorc-dev/dorc/internal/tree"
)

// readDAG reads the file's own keys.
func (r *reader) readDAG(root *yaml.Node) {
	d := r.dag
	// Times stand in the DAG's zone, wherever in the file it is named.
	for i := 0; i+1 < len(root.Content); i += 2 {
		if root.Kind == yaml.MappingNode && root.Content[i].Value == "timezone" {
			r.readZone(root.Content[i+1])
			break
		}
	}
	keys := map[string]func(*yaml.Node){
		"enabled":           func(n *yaml.Node) { d.Enabled = r.truth(n, "enabled") },
		"description":       func(n *yaml.Node) { d.Description = r.Text(n, "description") },
		"schedule_interval": r.readSchedule,
		"timezone":          func(*yaml.Node) {}, // was read
		"start_date":        func(n *yaml.Node) { r.at["start_date"] = n },
		"catchup":           func(n *yaml.Node) { d.Catchup = r.truth(n, "catchup") },
		"max_active_runs":   func(n *yaml.Node) { d.MaxActiveRuns = r.integer(n, "max_active_runs", 1, 1000) },
		"retries":           func(n *yaml.Node) { d.Retries = r.integer(n, "retries", 0, 1000) },
		"retry_delay":       func(n *yaml.Node) { d.RetryDelay = r.seconds(n, "retry_delay") },
		"concurrency":       func(n *yaml.Node) { d.Concurrency = r.integer(n, "concurrency", 1, 1000) },
		"schema":            func(n *yaml.Node) { d.Schema = r.name(n, "schema", datasetName) },
		"database":          func(n *yaml.Node) { d.Database = r.name(n, "database", projectName) },
		"params":            r.readParams,
		"tags":              func(n *yaml.Node) { d.Tags = r.Texts(n, "tags") },
		"tasks":             r.readTasks,
	}
	if !r.options.DOP {
		keys["dag_id"] = func(n *yaml.Node) { d.ID = r.name(n, "dag_id", airflowName) }
	}
	for key, read := range keys {
		keys[key] = func(n *yaml.Node) {
			r.at[key] = n
			read(n)
		}
	}
	r.Object(root, "the file", keys, "tasks")
	if n := r.at["start_date"]; n != nil {
		r.readStart(n)
	}
	if why := airflowName.refuses(d.ID); why != "" && r.at["dag_id"] == nil {
		r.Refuse(nil, fmt.Sprintf("%q cannot be the id of a DAG", tree.Shorten(d.ID)), why, "Shorten the name of the folder, or write a dag_id.")
	}
}

// readParams reads the parameters. They may come from a Variable or from the run's
// configuration, so that they are what JSON can say.
func (r *reader) readParams(n *yaml.Node) {
	if empty(n) {
		return
	}
	r.dag.Params = r.values(n, "params", dataOnly)
	for _, p := range r.dag.Params {
		at := &yaml.Node{Line: p.Line, Column: p.Column}
		switch {
		case !isIdentifier(p.Name):
			r.Refuse(at, fmt.Sprintf("%q cannot be the name of a parameter", tree.Shorten(p.Name)), identifierRule, "Rename it.")
		case p.Name == "full_refresh":
			r.Refuse(at, `"full_refresh" cannot be the name of a parameter`, "a run's configuration says with it that tables are made anew", "Rename it.")
		}
	}
}

func (r *reader) readTasks(n *yaml.Node) {
	items := r.List(n, "tasks")
	if len(items) == 0 && tree.Follow(n).Kind == yaml.SequenceNode {
		r.Refuse(n, "the list of tasks is empty", "", "Write a task.")
	}
	for _, item := range items {
		r.readTask(item)
	}
}

// readStart reads the day of start_date in the DAG's time zone.
func (r *reader) readStart(n *yaml.Node) {
	s := tree.Follow(n)
	day, err := time.ParseInLocation(time.DateOnly, s.Value, r.zone)
	if s.Kind != yaml.ScalarNode || s.Tag != "!!timestamp" && s.Tag != "!!str" || err != nil {
		r.Refuse(n, "start_date is no day", "this is "+tree.Describe(n), "Write it as 2024-01-31.")
		return
	}
	r.dag.StartDate = day
}
