package compile

import (
	"fmt"
	"strings"

	"github.com/dorc-dev/dorc/pkg/dag"
)

// query is the configuration of the job that a template makes.
func (c *compiler) query(t *dag.Task, template helper) (node, error) {
	c.need(queryJob)
	c.need(template)
	if !c.looked {
		c.looked = true
		for _, f := range c.sql {
			c.mention(f.Text) // a task's own, or one that it may include
		}
	}
	script := atom(template.name)
	if t.Message != "" && template.name == assertion.name {
		script = c.withMessage(script, t.Message)
	}
	items := []item{
		{value: script},
		keyword("action", text(string(t.Action))),
		keyword("target", text(t.Target)),
		keyword("identifier", text(t.Identifier)),
		keyword("schema", text(t.Schema)),
	}
	if t.Database != "" {
		items = append(items, keyword("database", text(t.Database)))
	}
	if p := t.Partitioning; p != nil {
		granularity := p.Granularity
		if granularity == "" {
			granularity = "day"
		}
		items = append(items, keyword("partitioning", dict(
			key("field", text(p.Field)), key("data_type", text(strings.ToLower(p.DataType))), key("granularity", text(granularity)))))
	}
	options, err := c.taskOptions(t)
	if err != nil {
		return node{}, err
	}
	if len(options.items) > 0 {
		items = append(items, keyword("options", options))
	}
	return call("query", items...), nil
}

// withMessage puts an assertion's message, which Airflow renders as the SQL, before the
// script.
func (c *compiler) withMessage(script node, message string) node {
	c.mention(message)
	if !strings.Contains(message, "{") {
		script.plus = quote("{%- set message = " + quote(message) + " -%}\n")
		return script
	}
	script.plus = quote("{%- set message %}" + message + "{% endset -%}\n")
	return script
}

// taskOptions are the options as SQL sees them in task.
func (c *compiler) taskOptions(t *dag.Task) (node, error) {
	options := dict()
	switch t.Target {
	case dag.UDF, dag.StoredProcedure:
		if len(t.Arguments) == 0 {
			break
		}
		arguments := list()
		for _, a := range t.Arguments {
			kind, ok := a.Value.(string)
			if !ok || strings.ContainsAny(kind+a.Name, "`;'\"\\\n\r") {
				at := t.Place
				at.Line, at.Column = max(a.Line, at.Line), a.Column
				at.Summary = "an argument of " + t.Identifier + " is none of BigQuery's"
				at.Detail = fmt.Sprintf("%q of type %v is given; a name and a type such as STRING or ARRAY<INT64> are needed", a.Name, a.Value)
				return node{}, at
			}
			arguments.items = append(arguments.items, item{value: dict(key("name", text(a.Name)), key("type", text(kind)))})
		}
		options.items = append(options.items, key("arguments", arguments))
	}
	if t.Message != "" {
		options.items = append(options.items, key("message", text(t.Message)))
	}
	return options, nil
}
