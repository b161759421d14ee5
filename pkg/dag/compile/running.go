package compile

import (
	"slices"

	"github.com/dorc-dev/dorc/pkg/dag"
)

// runningByModel asks Airflow 2's own table.
var runningByModel = helper{
	name: "is_running",
	text: `def is_running(dag_id: str, ti: Any) -> bool:
    """Return whether a DAG has a run at work."""
    return bool(DagRun.find(dag_id=dag_id, state=DagRunState.RUNNING))
`,
	names: map[string][]string{"airflow.models": {"DagRun"}, "airflow.utils.state": {"DagRunState"}, "typing": {"Any"}},
}

// runningBySDK asks Airflow 3's API, as a task has no database there.
var runningBySDK = helper{
	name: "is_running",
	text: `def is_running(dag_id: str, ti: Any) -> bool:
    """Return whether a DAG has a run at work."""
    return ti.get_dr_count(dag_id=dag_id, states=["running"]) > 0
`,
	names: map[string][]string{"typing": {"Any"}},
}

// checkRunning decides whether this run goes on. Of several that begin together, the
// first by name waits for the others to skip; else all would skip each other.
var checkRunning = helper{
	name: "none_is_running",
	text: `def none_is_running(others: list[str], ti: Any) -> bool:
    """Return whether this run goes on: no other DAG of the dbt project is at work."""
    for _ in range(12):
        running = [dag_id for dag_id in others if is_running(dag_id, ti)]
        if not running:
            return True
        print("DAGs of the same dbt project are running:", *running)
        if min(running) < ti.dag_id:
            break
        time.sleep(5)
    return False
`,
	whole: []string{"time"},
	names: map[string][]string{"typing": {"Any"}},
}

// others are the DAGs with which this one shares a dbt project, sorted.
func (c *compiler) others() []string {
	var ids []string
	for _, t := range c.dag.Tasks {
		if t.Dbt == nil {
			continue
		}
		for _, id := range c.options.SharesDbt[t.Dbt.Project] {
			if id != c.dag.ID && !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	slices.Sort(ids)
	return ids
}

// guard writes the task that keeps this DAG from running beside the others, and returns
// it for all of the definition's to come after; "" when there are no others. It skips
// them all whatever their trigger rules are, where a branch would skip the first only.
func (c *compiler) guard() string {
	others := c.others()
	if len(others) == 0 {
		return ""
	}
	c.need(c.line.running)
	c.need(checkRunning)
	check := c.variable(dag.GuardTask)
	made := call(c.class(c.line.shortCircuit), keyword("task_id", text(dag.GuardTask)), keyword("python_callable", atom(checkRunning.name)),
		keyword("op_kwargs", dict(key("others", texts(others)))))
	made.wide = true
	c.assign(check, made)
	return check
}

// refuse is a problem of a task.
func refuse(t *dag.Task, summary, detail, hint string) error {
	at := t.Place
	at.Summary, at.Detail, at.Hint = summary, detail, hint
	return at
}
