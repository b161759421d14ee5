package compile

import (
	"time"

	"github.com/dorc-dev/dorc/pkg/dag"
	"github.com/dorc-dev/dorc/pkg/dbt"
)

// shop is a manifest with what a task per model has to think of: a seed, a snapshot, an
// ephemeral model, two nodes of one name, and tests of one node, of two and of none.
func shop() *dbt.Manifest {
	node := func(id, kind, name, materialized string, before ...string) dbt.Node {
		return dbt.Node{ID: id, Kind: kind, Name: name, Package: "shop", Materialized: materialized, Selector: "fqn:shop." + name, DependsOn: before}
	}
	return &dbt.Manifest{Project: "shop", DbtVersion: "1.9.4", Schema: 12, Nodes: []dbt.Node{
		node("model.shop.a_orders", dbt.Model, "a_orders", "table", "model.shop.clean"),
		node("model.shop.clean", dbt.Model, "clean", "ephemeral", "model.shop.staging"),
		node("model.shop.daily", dbt.Model, "daily", "incremental", "model.shop.a_orders", "seed.shop.regions"),
		node("model.shop.staging", dbt.Model, "staging", "view"),
		node("seed.shop.regions", dbt.Seed, "regions", ""),
		node("snapshot.shop.daily", dbt.Snapshot, "daily", "snapshot", "model.shop.daily"),
		node("test.shop.daily_not_null", dbt.Test, "daily_not_null", "", "model.shop.daily"),
		node("test.shop.relation", dbt.Test, "relation", "", "model.shop.a_orders", "seed.shop.regions"),
		node("test.shop.sources", dbt.Test, "sources", ""),
	}}
}

func dbtTask(target, id string, models bool, arguments ...dag.Argument) *dag.Task {
	t := task(dag.DbtAction, target, id, "")
	t.Dbt = &dag.Dbt{Project: "shop", Models: models, Manifest: "dbt/shop/target/manifest.json"}
	t.Arguments = arguments
	return t
}

// report is dbt, by one task and by one per model, in a DAG that shares its project.
func report() *dag.DAG {
	build := dbtTask("build", "everything", true, dag.Argument{Name: "--threads", Value: "8"})
	build.Dependencies = []string{"staging"}
	docs := dbtTask("docs generate", "docs", false, dag.Argument{Name: "--bucket", Value: "acme-docs"}, dag.Argument{Name: "--bucket-path", Value: "dbt/{{ ds }}"})
	docs.Dependencies = []string{"everything"}
	d := newDAG("report", dbtTask("run", "staging", false, dag.Argument{Name: "-m", Value: "staging"}, dag.Argument{Name: "--fail-fast"}), build, docs,
		dbtTask("test", "tests", true))
	d.MaxActiveRuns, d.Schedule = 1, "@daily"
	return d
}

// cases is a DAG of DOP with operators and every kind of value.
func cases() *dag.DAG {
	operator := func(class, id string, arguments ...dag.Argument) *dag.Task {
		t := task(dag.Operator, class, id, "")
		t.Arguments = arguments
		return t
	}
	sensor := operator("airflow.sensors.external_task_sensor.ExternalTaskSensor", "sensor",
		dag.Argument{Name: "external_dag_id", Value: "dop__upstream"}, dag.Argument{Name: "external_task_id", Value: "upstream"},
		dag.Argument{Name: "execution_delta", Value: dag.Duration(5 * time.Minute)}, dag.Argument{Name: "timeout", Value: int64(3600)},
		dag.Argument{Name: "mode", Value: "reschedule"})
	command := operator("airflow.operators.bash_operator.BashOperator", "import",
		dag.Argument{Name: "bash_command", Value: "set -eu\necho \"it's {{ params.params.days }} days in \\\"{{ params['task'].task_id }}\\\"\"\necho and a second line that is long enough not to fit\n"},
		dag.Argument{Name: "env", Value: dag.Values{
			{Name: "PLAIN", Value: "café 日本 \U0001F600 \u202e"}, {Name: "DAYS", Value: "{{ params.params.days }}"},
			{Name: "A_LONG_ONE", Value: "a text that is a good deal longer than what a line of eighty-eight columns has place for"},
		}},
		dag.Argument{Name: "retries", Value: int64(1)})
	command.Dependencies = []string{"sensor", "query"}
	tokyo, err := time.LoadLocation("Asia/Tokyo")
	if err != nil {
		panic(err)
	}
	python := operator("airflow.operators.empty.EmptyOperator", "values",
		dag.Argument{Name: "executor_config", Value: dag.Values{
			{Name: "nothing", Value: nil}, {Name: "yes", Value: true}, {Name: "numbers", Value: []any{int64(-1), 0.5, 1e300, 2.0}},
			{Name: "day", Value: time.Date(2024, 2, 29, 0, 0, 0, 0, tokyo)}, {Name: "moment", Value: time.Date(2024, 2, 29, 4, 30, 0, 5000, tokyo)},
			{Name: "elsewhere", Value: time.Date(2024, 2, 29, 0, 0, 0, 0, time.FixedZone("", 3600))}, {Name: "nested", Value: []any{dag.Values{{Name: "a", Value: []any{}}, {Name: "b", Value: dag.Values{}}}, "x\x00\t\r\n", `\N{BULLET}`}},
		}})
	python.Dependencies = []string{"import"}
	holds := task(dag.Assertion, dag.AssertionSensor, "query", "SELECT {{ params.params.days }} > 1 AS success, '{{ params['params']['list'] }}' AS description")
	d := newDAG("cases", sensor, holds, command, python, dbtTask("run", "models", false), operator("airflow.operators.dummy_operator.DummyOperator", "DAG"))
	d.DOP, d.ID, d.Layer, d.Path = true, "dop__cases", "orchestration", "embedded_dop/orchestration/cases/config.yaml"
	d.MaxActiveRuns, d.Timezone = 1, "Asia/Tokyo"
	d.Params = []dag.Argument{{Name: "days", Value: int64(7)}, {Name: "list", Value: []any{int64(1), int64(2)}}}
	return d
}

// chain starts other pipelines.
func chain() *dag.DAG {
	flow := task(dag.Workflow, "raw/clean_up", "clean_up", "")
	flow.Starts = "raw/clean_up"
	flow.Arguments = []dag.Argument{{Name: "day", Value: "{{ ds }}"}, {Name: "region", Value: "{{ params.region }}"}, {Name: "limit", Value: int64(10)},
		{Name: "more", Value: dag.Values{{Name: "{{ ds }}", Value: []any{"{{ literal('region') }}", "a \"b\"", dag.Values{}}}}}}
	copying := task(dag.Dataflow, "raw/copy", "copy", "", "clean_up")
	copying.Starts = "raw/copy"
	d := newDAG("chain", flow, copying)
	d.Schedule = ""
	d.Params = []dag.Argument{{Name: "region", Value: "GB"}}
	return d
}

// plain is a DAG of DOP without parameters, whose SQL asks params for its task.
func plain() *dag.DAG {
	d := newDAG("plain", task(dag.Materialization, dag.View, "numbers", "SELECT '{{ params.task.schema }}' AS s\n"))
	d.DOP, d.ID, d.Layer, d.Path = true, "dop__plain", "orchestration", "orchestration/plain/config.yaml"
	return d
}
