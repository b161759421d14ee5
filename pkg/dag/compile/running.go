package compile

import (
	"slices"

	"github.com/dorc-dev/dorc/pkg/dag"
)

// The tasks that keep two DAGs of one dbt project apart, with DOP's names.
const (
	checkTask = "check_running_dags"
	startTask = "start_execution"
	skipTask  = "skip_execution"
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
	name: "check_running",
	text: `def check_running(others: list[str], ti: Any) -> str:
    """Return the task that goes on, which is none of dbt while another DAG runs."""
    for _ in range(12):
        running = [dag_id for dag_id in others if is_running(dag_id, ti)]
        if not running:
            return "start_execution"
        print("DAGs of the same dbt project are running:", *running)
        if min(running) < ti.dag_id:
            break
        time.sleep(5)
    return "skip_execution"
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

// guard writes the tasks that keep this DAG from running beside the others, and returns
// the one that all of the definition's come after; "" when there are no others.
func (c *compiler) guard() (string, error) {
	others := c.others()
	if len(others) == 0 {
		return "", nil
	}
	for _, t := range c.dag.Tasks {
		if slices.Contains([]string{checkTask, startTask, skipTask}, t.Identifier) {
			return "", refuse(t, "the identifier is one of dorc's own tasks", "the DAG shares a dbt project with "+others[0]+", so that it has tasks "+
				checkTask+", "+startTask+" and "+skipTask, "Choose another.")
		}
	}
	c.need(c.line.running)
	c.need(checkRunning)
	branch, empty := c.class(c.line.branch), c.class(c.line.empty)
	check, start, skip := c.variable(checkTask), c.variable(startTask), c.variable(skipTask)
	made := call(branch, keyword("task_id", text(checkTask)), keyword("python_callable", atom(checkRunning.name)),
		keyword("op_kwargs", dict(key("others", texts(others)))))
	made.wide = true
	c.assign(check, made)
	c.assign(start, call(empty, keyword("task_id", text(startTask))))
	c.assign(skip, call(empty, keyword("task_id", text(skipTask))))
	return start, nil
}

// refuse is a problem of a task.
func refuse(t *dag.Task, summary, detail, hint string) error {
	at := t.Place
	at.Summary, at.Detail, at.Hint = summary, detail, hint
	return at
}
