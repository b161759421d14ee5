package dag_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/dorc-dev/dorc/pkg/dag"
)

// The shapes of DOP's own examples, as they are.
func TestDOP(t *testing.T) {
	d := read(t, `
-- config.yaml --
# To run this example, set enabled to true
enabled: yes
schedule_interval: "0 * * * *"
timezone: "Europe/London"
schema: sample_dataset
params:
  value_a:
    - 1
    - 2
tasks:
  - identifier: sensor
    kind:
      action: airflow_operator
      target: airflow.sensors.external_task_sensor.ExternalTaskSensor
    options:
      arguments:
        external_dag_id: dop__upstream
        external_task_id: upstream
        execution_delta: !!python/object/apply:datetime.timedelta [0, 300]
        check_existence: on

  - identifier: dummy
    kind:
      action: airflow_operator
      target: airflow.operators.dummy_operator.DummyOperator
    options:
      arguments:
    dependencies:
      - sensor

  - identifier: upstream_data_is_ready
    kind:
      action: assertion
      target: assertion

  - identifier: dbt_staging
    kind:
      action: dbt
      target: run
    options:
      project: dbt_start
      version: 0.19.1
      arguments:
        - option: -m
          value: staging
    dependencies:
      - dummy
-- sql/upstream_data_is_ready.sql --
SELECT TRUE AS success, 'Is it there on {{ ds }}?' AS description
-- repo --
dbt dbt_start dbt_start
`)
	assert.Equal(t, "dop__weather", d.ID)
	assert.True(t, d.DOP)
	assert.True(t, d.Enabled)
	assert.Equal(t, "orchestration/weather/config.yaml", d.Path)
	assert.Equal(t, []any{"external_dag_id", "dop__upstream", "external_task_id", "upstream", "execution_delta", dag.Duration(5 * time.Minute),
		"check_existence", true}, pairs(d.Tasks[0].Arguments))
	assert.Empty(t, d.Tasks[1].Arguments)
	assert.Equal(t, "0.19.1", d.Tasks[3].Dbt.Version)
}

// What a DAG that is switched off lacks is a warning.
func TestDisabled(t *testing.T) {
	d := read(t, "-- config.yaml --\nenabled: false\nschema: s\ntasks: [{identifier: a, kind: {action: materialization, target: table}}]\n")
	assert.False(t, d.Enabled)
	assert.Len(t, d.Warnings, 1)
}

// Merge keys and anchors are written out; what a mapping says itself wins.
func TestMergeKeys(t *testing.T) {
	d := read(t, `
-- config.yaml --
tasks:
  - &first
    identifier: a
    kind: &kind {action: airflow_operator, target: a.B}
    description: first
  - <<: *first
    identifier: b
    dependencies: [a]
  - <<: [{description: list}, *first]
    identifier: c
    kind: *kind
`)
	assert.Equal(t, []string{"first", "first", "list"}, []string{d.Tasks[0].Description, d.Tasks[1].Description, d.Tasks[2].Description})
	assert.Equal(t, "c", d.Tasks[2].Identifier)
}

func TestTimedelta(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"[1]":                             24 * time.Hour,
		"[0, 300]":                        5 * time.Minute,
		"[0, 0, 7]":                       7 * time.Microsecond,
		"[0, 0, 0, 1, 2, 3, 1]":           7*24*time.Hour + 3*time.Hour + 2*time.Minute + time.Millisecond,
		"[]":                              0,
		"[-1]":                            -24 * time.Hour,
		"[0.5]":                           12 * time.Hour,
		"{kwds: {hours: 1}}":              time.Hour,
		"{args: [1], kwds: {seconds: 1}}": 24*time.Hour + time.Second,
	} {
		d := read(t, "-- dag.yaml --\nretry_delay: !!python/object/apply:datetime.timedelta [0, 90]\ntasks: [{identifier: a, kind: {action: airflow_operator, target: a.B}, options: {arguments: {x: !!python/object/apply:datetime.timedelta "+text+"}}}]")
		assert.Equal(t, []any{"x", dag.Duration(want)}, pairs(d.Tasks[0].Arguments), text)
		assert.Equal(t, 90*time.Second, d.RetryDelay)
	}
}

func TestTimes(t *testing.T) {
	london, err := time.LoadLocation("Europe/London")
	assert.NoError(t, err)
	for text, want := range map[string]time.Time{
		"2024-07-01":                time.Date(2024, 7, 1, 0, 0, 0, 0, london),
		"2024-07-01 06:30:00":       time.Date(2024, 7, 1, 6, 30, 0, 0, london),
		"2024-07-01T06:30:00.5":     time.Date(2024, 7, 1, 6, 30, 0, 500_000_000, london),
		"2024-07-01T06:30:00Z":      time.Date(2024, 7, 1, 6, 30, 0, 0, time.UTC),
		"2024-07-01T06:30:00+02:00": time.Date(2024, 7, 1, 4, 30, 0, 0, time.UTC),
		"!!python/object/apply:datetime.datetime [2024, 7, 1, 6, 30]": time.Date(2024, 7, 1, 6, 30, 0, 0, london),
		"!!python/object/apply:datetime.date [2024, 7, 1]":            time.Date(2024, 7, 1, 0, 0, 0, 0, london),
	} {
		d := read(t, "-- dag.yaml --\ntasks: [{identifier: a, kind: {action: airflow_operator, target: a.B}, options: {arguments: {x: "+text+"}}}]\ntimezone: Europe/London\n")
		got := d.Tasks[0].Arguments[0].Value.(time.Time)
		assert.True(t, want.Equal(got), "%s: %s", text, got)
	}
}
