package compile

import "github.com/dorc-dev/dorc/pkg/dag"

// assertionHolds is what an assertion that is waited for asks each time.
var assertionHolds = helper{
	name: "holds",
	text: `def holds(configuration: dict[str, Any]) -> bool:
    """Return whether success is true in every row of a query."""
    hook = BigQueryHook(location=LOCATION, use_legacy_sql=False)
    job = hook.insert_job(
        configuration=configuration, project_id=PROJECT_ID, location=LOCATION
    )
    failed = [dict(row) for row in job.result() if row["success"] is not True]
    for row in failed:
        print("does not hold yet:", row)
    return not failed
`,
	names: map[string][]string{
		"airflow.providers.google.cloud.hooks.bigquery": {"BigQueryHook"},
		"typing": {"Any"},
	},
	helpers: []string{"PROJECT_ID", "LOCATION"},
}

// sensor writes an assertion that is asked again until it holds.
func (c *compiler) sensor(t *dag.Task, items []item, configuration node) error {
	c.need(assertionHolds)
	items = append(items,
		keyword("python_callable", atom(assertionHolds.name)),
		keyword("op_kwargs", dict(key("configuration", configuration))),
		keyword("mode", text("reschedule")),
	)
	for _, a := range t.Arguments {
		value, err := c.value(a.Value, text)
		if err != nil {
			return err
		}
		items = append(items, keyword(a.Name, value))
	}
	c.task(t, call(c.class(c.line.pythonSensor), items...))
	return nil
}
