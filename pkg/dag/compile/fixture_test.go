package compile

import (
	"time"

	"github.com/dorc-dev/dorc/pkg/airflow"
	"github.com/dorc-dev/dorc/pkg/dag"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// images has the newest image of each line.
var images = func() map[string]airflow.Image {
	found := map[string]airflow.Image{}
	for _, i := range airflow.Images() {
		found[i.Line] = i
	}
	return found
}()

// newDAG has the defaults that reading fills in.
func newDAG(id string, tasks ...*dag.Task) *dag.DAG {
	return &dag.DAG{
		File: "repo/" + id + "/dag.yaml", Path: "src/trading/" + id + "/dag.yaml", Layer: "trading", Pipeline: id, ID: "trading__" + id,
		Enabled: true, Schedule: "0 4 * * *", Timezone: "Europe/London", StartDate: time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC),
		MaxActiveRuns: 5, Retries: 3, RetryDelay: 5 * time.Minute, Concurrency: 2, Schema: "trading", Tasks: tasks,
	}
}

func task(action dag.Action, target, id, sql string, dependencies ...string) *dag.Task {
	t := &dag.Task{Identifier: id, Action: action, Target: target, Schema: "trading", Dependencies: dependencies, SQL: sql,
		Place: problem.Problem{File: "repo/dag.yaml", Line: 7, Column: 5}}
	if sql != "" {
		t.SQLFile = "sql/" + id + ".sql"
	}
	return t
}

// prices uses every native action.
func prices() *dag.DAG {
	by := func(t *dag.Task, field, kind, unit string) *dag.Task {
		t.Partitioning = &dag.Partitioning{Field: field, DataType: kind, Granularity: unit}
		return t
	}
	with := func(t *dag.Task, arguments ...dag.Argument) *dag.Task {
		t.Arguments = arguments
		return t
	}
	retries := 0
	checks := task(dag.Assertion, dag.AssertionTarget, "checks", "SELECT COUNT(*) > 0 AS success, 'rows of {{ ds }}' AS description\nFROM {{ params.dataset }}.daily\n", "daily", "hourly")
	checks.Message, checks.Retries, checks.Description = `what is "asked" of 'daily' on {{ ds }}`, &retries, "The day has rows.\nEach has a price."
	london, err := time.LoadLocation("Europe/London")
	if err != nil {
		panic(err)
	}
	d := newDAG("prices",
		task(dag.Materialization, dag.Schema, "trading_dataset", ""),
		with(task(dag.Materialization, dag.UDF, "clean", "IF(TRIM(x) = '', NULL, x)\n", "trading_dataset"), dag.Argument{Name: "x", Value: "STRING"}),
		by(task(dag.Materialization, dag.Table, "daily", "SELECT day, symbol, price FROM raw.prices\n{% if is_incremental() %}\nWHERE day >= DATE('{{ ds }}') AND market = {{ literal(\"market\") }}\n{% endif %};\n", "clean"), "day", "date", "day"),
		by(task(dag.Materialization, dag.Table, "hourly", "SELECT * FROM raw.ticks WHERE symbol IN UNNEST({{ params.symbols }})\n", "clean"), "at", "timestamp", "hour"),
		task(dag.Materialization, dag.Table, "symbols", "SELECT DISTINCT symbol FROM {{ identifier(\"dataset\") }}.daily; -- each once\n", "daily"),
		task(dag.Materialization, dag.View, "latest", "SELECT * FROM trading.daily\n", "daily"),
		with(task(dag.Materialization, dag.StoredProcedure, "forget", "DELETE FROM trading.daily WHERE day < until;", "daily"), dag.Argument{Name: "until", Value: "DATE"}),
		task(dag.Invocation, dag.StoredProcedure, "call_forget", "CALL {{ task['schema'] }}.forget(DATE('{{ ds }}'));", "forget"),
		checks,
	)
	d.Tasks = append(d.Tasks,
		task(dag.Materialization, dag.View, "bool", "SELECT TRUE AS yes\n"), task(dag.Materialization, dag.UDF, "one", "1 -- one"), task(dag.Assertion, dag.AssertionTarget, "holds", "{% include 'sql/parts/one.sql' %}"),
		with(task(dag.Operator, "airflow.providers.google.cloud.operators.bigquery.BigQueryCheckOperator", "check", ""),
			dag.Argument{Name: "sql", Value: "sql/parts/one.sql"}, dag.Argument{Name: "use_legacy_sql", Value: false}, dag.Argument{Name: "location", Value: "EU"}))
	d.SQL = []dag.SQLFile{{Path: "sql/parts/one.sql", Text: "SELECT {{ params.days }} = 7 AS success, 'a week' AS description\n"}}
	d.Description = "Prices by day and hour"
	d.Tags = []string{"finance", "trading"}
	d.Params = []dag.Argument{
		{Name: "dataset", Value: "trading"}, {Name: "market", Value: "LSE"},
		{Name: "symbols", Value: []any{"ABC", "DEF"}}, {Name: "days", Value: int64(7)},
		{Name: "from", Value: time.Date(2024, 7, 29, 0, 0, 0, 0, london)},
	}
	return d
}
