package compile

import (
	"fmt"

	"github.com/dorc-dev/dorc/pkg/dag"
)

// tasks writes all tasks, and then what comes before what.
func (c *compiler) tasks() error {
	start := c.guard()
	var err error
	for _, t := range c.dag.Tasks {
		switch t.Action {
		case dag.Materialization, dag.Assertion, dag.Invocation:
			err = c.native(t)
		case dag.DbtAction:
			err = c.dbt(t)
		case dag.Operator:
			err = c.operator(t)
		case dag.Dataflow, dag.Workflow:
			err = c.workflow(t)
		case dag.Lambda:
			err = c.lambda(t)
		case dag.Job:
			err = refuse(t, "a job cannot be started", "pipelines of kind job do not exist yet", "Use action workflow, or airflow_operator.")
		default:
			err = refuse(t, "the task cannot be compiled", fmt.Sprintf("action %q is none that dorc knows", t.Action), "")
		}
		if err != nil {
			return err
		}
	}
	c.dependencies(start)
	return nil
}

// task writes a task as a statement of the DAG, below a group with an empty line.
func (c *compiler) task(t *dag.Task, made node) {
	if c.grouped {
		c.body.WriteString("\n")
		c.grouped = false
	}
	made.wide = len(made.items) > 1
	c.assign(c.variable(t.Identifier), made)
}

// group begins a group of tasks, which stands for the task of the definition.
func (c *compiler) group(t *dag.Task) {
	head := call(c.class(c.line.taskGroup), keyword("group_id", text(t.Identifier)))
	name := c.variable(t.Identifier)
	if c.body.Len() > 0 {
		c.body.WriteString("\n")
	}
	c.body.WriteString("    with ")
	head.write(&c.body, 4, len("    with "), len(" as "+name+":"))
	c.body.WriteString(" as " + name + ":\n")
	c.indent = 8
}

func (c *compiler) endGroup() {
	c.indent = 4
	c.grouped = true
}

// dependencies writes, for each task, those before it; for one without any, start.
func (c *compiler) dependencies(start string) {
	var edges []node
	for _, t := range c.dag.Tasks {
		var before []node
		for _, id := range t.Dependencies {
			before = append(before, atom(c.variable(id)))
		}
		if len(before) == 0 && start != "" {
			before = append(before, atom(start))
		}
		if len(before) > 0 {
			edges = append(edges, edge(before, c.variable(t.Identifier)))
		}
	}
	if len(edges) > 0 {
		c.body.WriteString("\n")
	}
	for _, e := range edges {
		c.statement(e)
	}
}

// edge is before >> after.
func edge(before []node, after string) node {
	n := list(before...)
	if len(before) == 1 {
		n = before[0]
	}
	n.after = " >> " + after
	return n
}
