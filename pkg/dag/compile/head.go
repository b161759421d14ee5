package compile

import (
	"slices"
	"strconv"
)

// dagCall is the call that makes the DAG.
func (c *compiler) dagCall() (node, error) {
	d := c.dag
	c.use("pendulum")
	items := []item{keyword("dag_id", text(d.ID))}
	if d.Description != "" {
		items = append(items, keyword("description", text(d.Description)))
	}
	start := call("pendulum.datetime", append(integers(d.StartDate.Year(), int(d.StartDate.Month()), d.StartDate.Day()), keyword("tz", text(d.Timezone)))...)
	defaults := []item{}
	if o := c.options.ServiceProject; o != "" {
		defaults = append(defaults, key("owner", text(o)))
	}
	defaults = append(defaults, key("retries", atom(strconv.Itoa(d.Retries))), key("retry_delay", c.duration(d.RetryDelay)))
	items = append(items,
		keyword("schedule", c.schedule()),
		keyword("start_date", start),
		keyword("catchup", boolean(d.Catchup)),
		keyword("max_active_runs", atom(strconv.Itoa(d.MaxActiveRuns))),
		keyword("max_active_tasks", c.concurrency()),
		keyword("default_args", dict(defaults...)),
	)
	if len(c.sql) > 0 {
		c.use("os")
		items = append(items, keyword("template_searchpath", list(atom("os.path.dirname(__file__)"))))
	}
	if macros := c.userMacros(); len(macros) > 0 {
		items = append(items, keyword("user_defined_macros", dict(macros...)))
	}
	if tags := c.tags(); len(tags) > 0 {
		items = append(items, keyword("tags", texts(tags)))
	}
	n := call(c.class(c.line.dag), items...)
	n.wide = true
	return n, nil
}

func boolean(v bool) node {
	if v {
		return atom("True")
	}
	return atom("False")
}

// concurrency honours DOP's Variable DAG_CONCURRENCY as far as a file can that asks no
// database while it is parsed: Airflow reads a Variable from the environment first.
func (c *compiler) concurrency() node {
	number := strconv.Itoa(c.dag.Concurrency)
	if !c.dag.DOP {
		return atom(number)
	}
	c.use("os")
	return call("int", item{value: call("os.environ.get", item{value: text("AIRFLOW_VAR_DAG_CONCURRENCY")}, item{value: text(number)})})
}

// schedule is the cron expression, which means the same on both lines.
func (c *compiler) schedule() node {
	s := c.dag.Schedule
	if s == "" {
		return atom("None")
	}
	if c.line.interval == nil || s == "@once" || s == "@continuous" {
		return text(s)
	}
	return call(c.class(*c.line.interval), item{value: text(s)}, keyword("timezone", text(c.dag.Timezone)))
}

// tags are the service project, the layer and the file's own, each once.
func (c *compiler) tags() []string {
	var tags []string
	for _, t := range append([]string{c.options.ServiceProject, c.dag.Layer}, c.dag.Tags...) {
		if t != "" && !slices.Contains(tags, t) {
			tags = append(tags, t)
		}
	}
	return tags
}

// userMacros are the functions that SCOPE calls.
func (c *compiler) userMacros() []item {
	var items []item
	if c.helpers[incremental.name] {
		items = append(items, key("incremental", atom(incremental.name)))
	}
	if c.helpers[parameters.name] {
		items = append(items, key("parameters", atom(parameters.name)))
	}
	if c.helpers[literals.name] {
		items = append(items, key("literals", atom(literals.name)))
	}
	if c.helpers[identifiers.name] {
		items = append(items, key("identifiers", atom(identifiers.name)))
	}
	return items
}
