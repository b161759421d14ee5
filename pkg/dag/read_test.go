package dag_test

import (
	"testing"
	"testing/fstest"
	"time"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/dag"
)

// read reads an archive without problems.
func read(t *testing.T, text string) *dag.DAG {
	t.Helper()
	d, problems := dag.Read(unpack(txtar.Parse([]byte(text))))
	require.Empty(t, problems)
	return d
}

func TestRead(t *testing.T) {
	d := read(t, `
-- dag.yaml --
description: Orders of the shop, by day.
dag_id: shop_orders
schedule_interval: "0 4 * * *"
timezone: Europe/London
start_date: 2024-06-01
catchup: true
max_active_runs: 2
retries: 1
retry_delay: 60
concurrency: 4
schema: shop
params: {days: 7, countries: [GB, FR], nested: {b: 1.5, a: null}}
tags: [shop]
tasks:
  - identifier: make
    kind: {action: materialization, target: schema}
  - identifier: orders
    kind: {action: materialization, target: table}
    partitioning: {field: day, data_type: date, granularity: month}
    dependencies: [make]
    retries: 0
    trigger_rule: all_done
    description: One row for each order.
    schema: other
    database: my-project
  - identifier: clean_text
    kind: {action: materialization, target: udf}
    options: {arguments: [{name: text, type: STRING}, {name: x, type: ANY TYPE}]}
  - identifier: complete
    kind: {action: assertion, target: assertion}
    options: {message: Orders are missing.}
    dependencies: [orders]
  - identifier: models
    kind: {action: dbt, target: docs  generate}
    options: {project: dbt/start, version: 1.9.4, arguments: [{option: --threads, value: 4}, {option: --fail-fast}]}
  - identifier: by_model
    kind: {action: dbt, target: build}
    options: {project: start, models: true}
  - identifier: wait
    kind: {action: airflow_operator, target: airflow.providers.standard.sensors.time_delta.TimeDeltaSensor}
    options: {arguments: {z: 1, delta: !!python/object/apply:datetime.timedelta [0, 300], a: [true, 2024-06-01T10:00:00, x]}}
  - identifier: load
    kind: {action: dataflow, target: raw/flights}
    options: {arguments: {day: "2024-06-01"}}
-- sql/orders.sql --
SELECT 1
-- sql/clean_text.sql --
TRIM(text)
-- sql/complete.sql --
SELECT TRUE AS success, 'x' AS description
-- repo --
dbt dbt/start profile
pipeline raw/flights dataflow
file dbt/start/target/manifest.json
`)
	assert.Empty(t, d.Warnings)
	london, err := time.LoadLocation("Europe/London")
	require.NoError(t, err)
	assert.Equal(t, "src/raw/weather/dag.yaml", d.Path)
	assert.Equal(t, "shop_orders", d.ID)
	assert.Equal(t, "Orders of the shop, by day.", d.Description)
	assert.True(t, d.Enabled)
	assert.Equal(t, "0 4 * * *", d.Schedule)
	assert.Equal(t, time.Date(2024, 6, 1, 0, 0, 0, 0, london), d.StartDate)
	assert.True(t, d.Catchup)
	assert.Equal(t, []int{2, 1, 4}, []int{d.MaxActiveRuns, d.Retries, d.Concurrency})
	assert.Equal(t, time.Minute, d.RetryDelay)
	assert.Equal(t, []string{"shop"}, d.Tags)
	assert.Equal(t, map[string]any{"days": int64(7), "countries": []any{"GB", "FR"}, "nested": map[string]any{"b": 1.5, "a": nil}}, plain(dag.Values(d.Params)))
	assert.Equal(t, []string{"days", "countries", "nested"}, names(d.Params))

	tasks := map[string]*dag.Task{}
	for _, task := range d.Tasks {
		tasks[task.Identifier] = task
	}
	require.Len(t, tasks, 8)
	orders := tasks["orders"]
	assert.Equal(t, []any{dag.Materialization, dag.Table, "other", "my-project", "SELECT 1\n", "sql/orders.sql", "all_done", 0, "One row for each order."},
		[]any{orders.Action, orders.Target, orders.Schema, orders.Database, orders.SQL, orders.SQLFile, orders.TriggerRule, *orders.Retries, orders.Description})
	assert.Equal(t, &dag.Partitioning{Field: "day", DataType: "date", Granularity: "month"}, orders.Partitioning)
	assert.Equal(t, []string{"make"}, orders.Dependencies)
	assert.Equal(t, []int{17, 17}, []int{orders.Place.Line, orders.Place.Column})
	assert.Equal(t, "shop", tasks["make"].Schema)
	assert.Equal(t, []any{"text", "STRING", "x", "ANY TYPE"}, pairs(tasks["clean_text"].Arguments))
	assert.Equal(t, "Orders are missing.", tasks["complete"].Message)
	assert.Equal(t, "docs generate", tasks["models"].Target)
	assert.Equal(t, &dag.Dbt{Project: "start", Version: "1.9.4"}, tasks["models"].Dbt)
	assert.Equal(t, []any{"--threads", "4", "--fail-fast", nil}, pairs(tasks["models"].Arguments))
	assert.Equal(t, &dag.Dbt{Project: "start", Models: true, Manifest: "dbt/start/target/manifest.json"}, tasks["by_model"].Dbt)
	assert.Equal(t, []any{"z", int64(1), "delta", dag.Duration(5 * time.Minute), "a", []any{true, time.Date(2024, 6, 1, 10, 0, 0, 0, london), "x"}}, pairs(tasks["wait"].Arguments))
	assert.Equal(t, "raw/flights", tasks["load"].Starts)
	assert.Equal(t, []any{"day", "2024-06-01"}, pairs(tasks["load"].Arguments))
	require.Len(t, d.SQL, 3)
	assert.Equal(t, dag.SQLFile{Path: "sql/clean_text.sql", Text: "TRIM(text)\n"}, d.SQL[0])
}

func TestDefaults(t *testing.T) {
	d := read(t, "-- dag.yaml --\ntasks: [{identifier: a, kind: {action: airflow_operator, target: a.B}}]\n")
	assert.Equal(t, "raw__weather", d.ID)
	assert.Equal(t, "", d.Schedule)
	assert.Equal(t, "UTC", d.Timezone)
	assert.Equal(t, time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC), d.StartDate)
	assert.Equal(t, []int{5, 3, 2}, []int{d.MaxActiveRuns, d.Retries, d.Concurrency})
	assert.Equal(t, 5*time.Minute, d.RetryDelay)
	assert.True(t, d.Enabled)
	assert.False(t, d.Catchup)
	assert.Nil(t, d.Tasks[0].Retries)

	d = read(t, "-- dag.yaml --\ntasks: [{identifier: a, kind: {action: dbt, target: run}, options: {project: x}}]\n")
	assert.Equal(t, 1, d.MaxActiveRuns)
}

func TestNoFile(t *testing.T) {
	_, problems := dag.Read(fstest.MapFS{}, dag.Options{Dir: "src/raw/weather"})
	assert.EqualError(t, problems, "src/raw/weather/dag.yaml: the file cannot be read\n  file does not exist")
}

// plain is values as a map, for comparing.
func plain(v any) any {
	switch v := v.(type) {
	case dag.Values:
		m := map[string]any{}
		for _, a := range v {
			m[a.Name] = plain(a.Value)
		}
		return m
	case []any:
		all := []any{}
		for _, item := range v {
			all = append(all, plain(item))
		}
		return all
	}
	return v
}

func names(arguments []dag.Argument) (all []string) {
	for _, a := range arguments {
		all = append(all, a.Name)
	}
	return all
}

func pairs(arguments []dag.Argument) (all []any) {
	for _, a := range arguments {
		all = append(all, a.Name, a.Value)
	}
	return all
}
