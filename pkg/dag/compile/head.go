package compile

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dorc-dev/dorc/pkg/dag"
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
	return items
}

// ownTexts are the texts of helpers that differ from file to file.
func (c *compiler) ownTexts() (map[string]string, error) {
	anew := map[string]string{}
	if c.helpers[names.name] {
		anew[names.name] = c.namesText()
	} else {
		anew[queryJob.name] = strings.Replace(queryJob.text, " + NAMES", "", 1)
	}
	c.startTexts(anew)
	anew[dbtImages.name] = c.imagesText()
	if c.helpers[params.name] {
		n := dict()
		for _, p := range c.dag.Params {
			value, err := c.value(c.plain(p.Value), text)
			if err != nil {
				return nil, fmt.Errorf("the parameter %s: %w", p.Name, err)
			}
			n.items = append(n.items, key(p.Name, value))
		}
		var b strings.Builder
		b.WriteString("PARAMS = ")
		n.write(&b, 0, len("PARAMS = "), 0)
		anew[params.name] = b.String() + "\n"
		anew[parameters.name] = strings.Replace(parameters.text, `f"{DAG_ID}.{name}"`, formatted(c.dag.ID+".{name}"), 1)
	}
	return anew, nil
}

// formatted is an f-string of a text without quotes and braces but those of the format.
func formatted(s string) string { return "f" + quote(s) }

// plain is a parameter's value as JSON has it, for a Variable or a run's configuration
// to stand in for it: a date is the text that SQL would see.
func (c *compiler) plain(v any) any {
	switch v := v.(type) {
	case time.Time:
		if isDay(v, c.zone) {
			return v.Format(time.DateOnly)
		}
		return v.Format("2006-01-02 15:04:05.999999-07:00")
	case []any:
		all := make([]any, len(v))
		for i, one := range v {
			all[i] = c.plain(one)
		}
		return all
	case dag.Values:
		all := make(dag.Values, len(v))
		for i, one := range v {
			all[i] = dag.Argument{Name: one.Name, Value: c.plain(one.Value)}
		}
		return all
	}
	return v
}

func (c *compiler) namesText() string {
	var b strings.Builder
	b.WriteString("NAMES = r\"\"\"\n")
	for _, n := range []struct {
		helper helper
		text   string
	}{{incremental, nameIncremental}, {parameters, nameParams}, {literals, nameLiteral}} {
		if c.helpers[n.helper.name] {
			b.WriteString(n.text)
		}
	}
	if c.ofDOP {
		b.WriteString(nameOfDOP)
	}
	b.WriteString("\"\"\"\n")
	return b.String()
}
