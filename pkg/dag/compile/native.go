package compile

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/dorc-dev/dorc/pkg/dag"
	"github.com/dorc-dev/dorc/pkg/problem"
)

const bigqueryOperators = "airflow.providers.google.cloud.operators.bigquery"

// base are the arguments that every task may have.
func (c *compiler) base(t *dag.Task, id string) []item {
	items := []item{keyword("task_id", text(id))}
	if t.Description != "" {
		items = append(items, keyword("doc_md", text(t.Description)))
	}
	if t.Retries != nil {
		items = append(items, keyword("retries", atom(strconv.Itoa(*t.Retries))))
	}
	if t.TriggerRule != "" {
		items = append(items, keyword("trigger_rule", text(t.TriggerRule)))
	}
	return items
}

// scripts are the templates of the native actions.
var scripts = map[dag.Action]map[string]helper{
	dag.Materialization: {dag.Table: table, dag.View: view, dag.UDF: udf, dag.StoredProcedure: procedure},
	dag.Assertion:       {dag.AssertionTarget: assertion, dag.AssertionSensor: selection},
	dag.Invocation:      {dag.StoredProcedure: invocation},
}

// native writes a task that BigQuery does.
func (c *compiler) native(t *dag.Task) error {
	if err := checkRelation(t); err != nil {
		return err
	}
	if t.Action == dag.Materialization && t.Target == dag.Schema {
		c.schema(t)
		return nil
	}
	template, ok := scripts[t.Action][t.Target]
	if !ok {
		return unknownTarget(t)
	}
	if t.Target == dag.Table {
		c.needName(incremental)
		if t.Partitioning != nil {
			template = partitionedTable
		}
	}
	configuration, err := c.query(t, template)
	if err != nil {
		return err
	}
	c.need(location)
	items := c.base(t, t.Identifier)
	if t.Target == dag.AssertionSensor {
		return c.sensor(t, items, configuration)
	}
	items = append(items,
		keyword("configuration", configuration),
		keyword("project_id", atom("PROJECT_ID")),
		keyword("location", atom("LOCATION")),
	)
	c.task(t, call(c.class(class{bigqueryOperators, "BigQueryInsertJobOperator"}), items...))
	return nil
}

// schema makes a dataset.
func (c *compiler) schema(t *dag.Task) {
	c.need(projectID)
	c.need(location)
	items := append(c.base(t, t.Identifier),
		keyword("dataset_id", text(t.Schema)),
		keyword("project_id", c.database(t)),
		keyword("location", atom("LOCATION")),
		keyword("if_exists", text("ignore")),
	)
	c.task(t, call(c.class(class{bigqueryOperators, "BigQueryCreateEmptyDatasetOperator"}), items...))
}

func (c *compiler) database(t *dag.Task) node {
	if t.Database != "" {
		return text(t.Database)
	}
	return atom("PROJECT_ID")
}

// checkRelation refuses names that would end a quoted name of SQL.
func checkRelation(t *dag.Task) error {
	names := []string{t.Identifier, t.Schema, t.Database}
	if t.Partitioning != nil {
		names = append(names, t.Partitioning.Field, t.Partitioning.DataType, t.Partitioning.Granularity)
	}
	for _, name := range names {
		if strings.ContainsAny(name, "`'\"\\\n\r") {
			at := t.Place
			at.Summary = "a name of " + t.Identifier + " is none of BigQuery's"
			at.Detail = fmt.Sprintf("%q has a quote, a backslash or a new line", name)
			return at
		}
	}
	return nil
}

func unknownTarget(t *dag.Task) error {
	at := t.Place
	at.Summary = "the task cannot be compiled"
	at.Detail = fmt.Sprintf("action %q with target %q is none that dorc knows", t.Action, t.Target)
	var targets []string
	for target := range scripts[t.Action] {
		targets = append(targets, target)
	}
	if near := problem.Nearest(t.Target, targets); near != "" {
		at.Hint = fmt.Sprintf("Did you mean %q?", near)
	}
	return at
}
