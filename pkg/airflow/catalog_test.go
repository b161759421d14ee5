package airflow

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func catalog(t *testing.T, line string) *Catalog {
	t.Helper()
	c, err := Image{Line: line}.Catalog()
	require.NoError(t, err)
	return c
}

func operator(t *testing.T, line, class string) *Operator {
	t.Helper()
	o, ok := catalog(t, line).Operator(class)
	require.True(t, ok, class)
	return o
}

const insertJob = "airflow.providers.google.cloud.operators.bigquery.BigQueryInsertJobOperator"

func TestOperator(t *testing.T) {
	for _, l := range Lines() {
		o := operator(t, l, insertJob)
		assert.Equal(t, []string{"configuration"}, o.Required())
		assert.True(t, o.Argument("deferrable") && o.Argument("retries") && o.Argument("task_id"))
		assert.False(t, o.Argument("configuratoin") || o.Argument("sql"))
		assert.Equal(t, "configuration", o.Arguments()[0])
		assert.Contains(t, o.Arguments(), "trigger_rule")
		assert.Contains(t, o.TemplateFields, "configuration")
		assert.Equal(t, []string{".json", ".sql"}, o.TemplateExt)
		assert.False(t, o.Sensor || o.Abstract || o.Open || o.Deprecated)

		sensor := operator(t, l, "airflow.providers.google.cloud.sensors.gcs.GCSObjectExistenceSensor")
		assert.True(t, sensor.Sensor)
		assert.Equal(t, []string{"bucket", "object"}, sensor.Required())
		assert.True(t, sensor.Argument("poke_interval"), "of its base class")
	}
	first, _ := catalog(t, "2.10").Operator(insertJob)
	again, _ := catalog(t, "2.10").Operator(insertJob)
	assert.Same(t, first, again)
	_, ok := catalog(t, "2.10").Operator("airflow.providers.google.cloud.operators.bigquery.BigQueryHook")
	assert.False(t, ok)
	_, err := Image{Line: "1.10"}.Catalog()
	assert.ErrorContains(t, err, `"1.10"`)
}

func TestMoved(t *testing.T) {
	for old, want := range map[string][2]string{
		"airflow.operators.dummy_operator.DummyOperator":                          {"airflow.operators.empty.EmptyOperator", "airflow.providers.standard.operators.empty.EmptyOperator"},
		"airflow.operators.dummy.DummyOperator":                                   {"airflow.operators.empty.EmptyOperator", "airflow.providers.standard.operators.empty.EmptyOperator"},
		"airflow.operators.bash_operator.BashOperator":                            {"airflow.operators.bash.BashOperator", "airflow.providers.standard.operators.bash.BashOperator"},
		"airflow.operators.python.PythonOperator":                                 {"", "airflow.providers.standard.operators.python.PythonOperator"},
		"airflow.sensors.external_task_sensor.ExternalTaskSensor":                 {"airflow.sensors.external_task.ExternalTaskSensor", "airflow.providers.standard.sensors.external_task.ExternalTaskSensor"},
		"airflow.contrib.operators.bigquery_check_operator.BigQueryCheckOperator": {"airflow.providers.google.cloud.operators.bigquery.BigQueryCheckOperator", "airflow.providers.google.cloud.operators.bigquery.BigQueryCheckOperator"},
		"airflow.contrib.sensors.gcs_sensor.GoogleCloudStorageObjectSensor":       {"airflow.providers.google.cloud.sensors.gcs.GCSObjectExistenceSensor", "airflow.providers.google.cloud.sensors.gcs.GCSObjectExistenceSensor"},
		"airflow.contrib.operators.kubernetes_pod_operator.KubernetesPodOperator": {"airflow.providers.cncf.kubernetes.operators.pod.KubernetesPodOperator", "airflow.providers.cncf.kubernetes.operators.pod.KubernetesPodOperator"},
		"airflow.contrib.operators.ecs_operator.EcsOperator":                      {"airflow.providers.amazon.aws.operators.ecs.EcsRunTaskOperator", "airflow.providers.amazon.aws.operators.ecs.EcsRunTaskOperator"},
		"airflow.operators.nothing_operator.NothingOperator":                      {"", ""},
	} {
		for n, l := range Lines() {
			got, ok := catalog(t, l).Moved(old)
			assert.Equal(t, want[n], got, "%s in %s", old, l)
			assert.Equal(t, want[n] != "", ok)
		}
	}
	// What is old leads to what is there, or to a package that is not.
	for _, l := range Lines() {
		c := catalog(t, l)
		for old, today := range c.moved {
			_, stillThere := c.Operator(old)
			assert.False(t, stillThere, "%s in %s", old, l)
			_, there := c.Operator(today)
			assert.True(t, there || !c.Covers(today), "%s -> %s in %s", old, today, l)
		}
	}
}

func TestCovers(t *testing.T) {
	c := catalog(t, "2.10")
	assert.True(t, c.Covers("airflow.providers.google.cloud.operators.bigquery.Nothing"))
	assert.True(t, c.Covers("airflow.operators.nothing.NothingOperator"))
	assert.False(t, c.Covers("airflow.providers.amazon.aws.operators.step_function.StepFunctionStartExecutionOperator"))
	assert.False(t, c.Covers("airflow.providers.google.cloud.transfers.s3_to_gcs.S3ToGCSOperator"), "it needs a provider that is not preinstalled")
	assert.False(t, c.Covers("airflow.providers.googleads.X"))
	assert.False(t, c.Covers("company.operators.X"))
}

func TestNearest(t *testing.T) {
	c := catalog(t, "2.10")
	for wrong, want := range map[string]string{
		"airflow.providers.google.cloud.operators.bigquery.BigQueryInsertJobOperater": insertJob,
		"airflow.providers.google.cloud.operators.bigqery.BigQueryInsertJobOperator":  insertJob,
		"airflow.gcp.BigQueryInsertJobOperator":                                       insertJob,
		"BigQueryInsertJobOperater":                                                   insertJob,
		"Zzz":                                                                         "",
		"":                                                                            "",
	} {
		assert.Equal(t, want, c.Nearest(wrong), wrong)
	}
}

// The counts change only with the lock file.
func TestCounts(t *testing.T) {
	for l, want := range map[string][3]int{"2.10": {677, 66, 387}, "3.1": {668, 55, 421}} {
		c := catalog(t, l)
		sensors := 0
		for _, name := range c.Operators() {
			o, _ := c.Operator(name)
			if o.Sensor {
				sensors++
			}
			assert.True(t, o.Base || slices.ContainsFunc(o.Parameters, func(p Parameter) bool { return p.Name == "task_id" }) || o.Open, "%s has no task_id", name)
		}
		assert.Equal(t, want, [3]int{len(c.rows), sensors, len(c.moved)}, l)
	}
}

func BenchmarkCatalog(b *testing.B) {
	for b.Loop() {
		if _, err := readCatalog("2.10"); err != nil {
			b.Fatal(err)
		}
	}
}
