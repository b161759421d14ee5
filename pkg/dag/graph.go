package dag

import (
	"fmt"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/dorc-dev/dorc/internal/tree"
)

// GuardTask is the task that a DAG gets besides its own when it shares a dbt project.
const GuardTask = "check_running_dags"

// identifiers refuses names that Airflow does not take, those that are there twice,
// and those that dorc needs.
func (r *reader) identifiers() {
	taken := map[string]*taskReader{}
	hasDbt := false
	for _, t := range r.tasks {
		hasDbt = hasDbt || t.task.Action == DbtAction
		id := t.task.Identifier
		if id == "" {
			continue
		}
		if why := airflowName.refuses(id); why != "" {
			r.Refuse(t.identifier, fmt.Sprintf("%q cannot be the identifier of a task", tree.Shorten(id)), why, "Rename the task.")
		}
		if other := taken[id]; other != nil {
			r.Refuse(t.identifier, fmt.Sprintf("two tasks are called %q", tree.Shorten(id)),
				fmt.Sprintf("the other one stands in line %d", other.identifier.Line), "Rename one of them, and its SQL.")
			continue
		}
		taken[id] = t
	}
	for _, t := range r.tasks {
		if p := t.task; p.Partitioning != nil && taken[temporary+p.Identifier] != nil {
			other := taken[temporary+p.Identifier]
			r.Refuse(other.identifier, fmt.Sprintf("%q is the name of a temporary table", tree.Shorten(other.task.Identifier)),
				fmt.Sprintf("the partitions of %q are built in it", tree.Shorten(p.Identifier)), "Rename the task.")
		}
	}
	if t := taken[GuardTask]; t != nil && hasDbt {
		r.Refuse(t.identifier, fmt.Sprintf("%q is a task that dorc adds", GuardTask), "it keeps two DAGs of one dbt project apart", "Rename the task.")
	}
}

// temporary begins the name of the table in which an incremental run builds.
const temporary = "_tmp_"

// graph refuses dependencies that are no task, and those that lead in a circle.
func (r *reader) graph() {
	byName := map[string]*taskReader{}
	var names []string
	for _, t := range r.tasks {
		if id := t.task.Identifier; id != "" && byName[id] == nil {
			byName[id] = t
			names = append(names, id)
		}
	}
	for _, t := range r.tasks {
		for i, name := range t.task.Dependencies {
			if byName[name] == nil {
				r.unknown(t.dependencies[i], "task", name, names)
			}
		}
	}
	r.cycles(byName)
}

// step is a task on the way from one task to those before it.
type step struct {
	t *taskReader
	// next is the index of the dependency that is looked at next.
	next int
}

// cycles refuses each circle once. It keeps its own stack: a chain of ten thousand
// tasks is a chain, and no reason to stop.
func (r *reader) cycles(byName map[string]*taskReader) {
	done := map[*taskReader]bool{}
	for _, first := range r.tasks {
		if done[first] || byName[first.task.Identifier] != first {
			continue
		}
		way := []step{{t: first}}
		on := map[*taskReader]int{first: 0}
		for len(way) > 0 {
			at := &way[len(way)-1]
			if at.next == len(at.t.task.Dependencies) {
				done[at.t] = true
				delete(on, at.t)
				way = way[:len(way)-1]
				continue
			}
			i := at.next
			at.next++
			before := byName[at.t.task.Dependencies[i]]
			if before == nil || done[before] {
				continue
			}
			if start, circle := on[before]; circle {
				r.refuseCircle(at.t.dependencies[i], way[start:])
				continue
			}
			on[before] = len(way)
			way = append(way, step{t: before})
		}
	}
}

// maxPath is how many tasks of a circle a message names.
const maxPath = 20

// refuseCircle names the circle in the order in which its tasks would run.
func (r *reader) refuseCircle(at *yaml.Node, way []step) {
	names := make([]string, 0, len(way)+1)
	for i := len(way) - 1; i >= 0; i-- {
		names = append(names, way[i].t.task.Identifier)
	}
	names = append(names, names[0])
	if len(names) > maxPath {
		names = append(append(names[:maxPath/2:maxPath/2], fmt.Sprintf("(%d more)", len(names)-maxPath)), names[len(names)-maxPath/2:]...)
	}
	r.Refuse(at, "tasks depend on each other in a circle", strings.Join(names, " -> "), "Remove one of these dependencies.")
}
