package compile

import (
	"fmt"

	"github.com/dorc-dev/dorc/pkg/dag"
)

// tasks writes all tasks, and then what comes before what.
func (c *compiler) tasks() error {
	for _, t := range c.dag.Tasks {
		var err error
		switch t.Action {
		case dag.Materialization, dag.Assertion, dag.Invocation:
			err = c.native(t)
		default:
			at := t.Place
			at.Summary = "the task cannot be compiled"
			at.Detail = fmt.Sprintf("action %q is none that dorc knows", t.Action)
			err = at
		}
		if err != nil {
			return err
		}
	}
	c.dependencies()
	return nil
}

// task writes a task as a statement of the DAG.
func (c *compiler) task(t *dag.Task, made node) {
	name := c.variable(t.Identifier)
	made.wide = true
	c.assign(4, name, made)
	c.first[t.Identifier], c.last[t.Identifier] = []string{name}, []string{name}
}

// dependencies writes, for each task that has some, those before it.
func (c *compiler) dependencies() {
	gap := true
	for _, t := range c.dag.Tasks {
		var before []node
		for _, d := range t.Dependencies {
			for _, name := range c.last[d] {
				before = append(before, atom(name))
			}
		}
		if len(before) == 0 {
			continue
		}
		if gap {
			c.body.WriteString("\n")
			gap = false
		}
		c.edge(before, c.first[t.Identifier])
	}
}

// edge writes before >> after. A list cannot follow a list.
func (c *compiler) edge(before []node, after []string) {
	for _, name := range after {
		if len(before) == 1 {
			c.statement(4, atom(before[0].atom+" >> "+name))
			continue
		}
		n := list(before...)
		n.after = " >> " + name
		c.statement(4, n)
	}
}
