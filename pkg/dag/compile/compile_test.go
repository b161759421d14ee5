package compile

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/airflow"
	"github.com/dorc-dev/dorc/pkg/dag"
	"github.com/dorc-dev/dorc/pkg/dbt"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// The same definition becomes the same bytes, whatever the order of a map.
func TestDeterminism(t *testing.T) {
	for line := range images {
		for _, d := range fixtures() {
			first := compiled(t, d, line)
			for range 100 {
				assert.Equal(t, first, compiled(t, d, line))
			}
		}
	}
}

func TestNotEnabled(t *testing.T) {
	d := prices()
	d.Enabled = false
	assert.Empty(t, compiled(t, d, "2.10"))
}

// A file has only the helpers and imports that its tasks need.
func TestNothingUnused(t *testing.T) {
	only := task(dag.Materialization, dag.Schema, "dataset", "")
	text := string(compiled(t, newDAG("small", only), "2.10")[0].Data)
	assert.NotContains(t, text, "def ")
	assert.NotContains(t, text, "class ")
	assert.NotContains(t, text, "json")
	assert.Equal(t, 5, strings.Count(text, "import"), "os, timedelta, pendulum, DAG, and the operator:\n%s", text)
	assert.Less(t, strings.Count(text, "\n"), 40)
}

// Two DAGs that share no dbt project are not kept apart.
func TestGuard(t *testing.T) {
	pod := dbtTask("run", "staging", false)
	o := optionsOf("2.10")
	o.SharesDbt = map[string][]string{"shop": {"trading__alone"}, "other": {"a", "b"}}
	files, err := Compile(newDAG("alone", pod), o)
	require.NoError(t, err)
	assert.NotContains(t, string(files[0].Data), dag.GuardTask)
	o.SharesDbt["shop"] = []string{"z", "trading__alone", "a"}
	files, err = Compile(newDAG("alone", pod), o)
	require.NoError(t, err)
	assert.Contains(t, string(files[0].Data), `op_kwargs={"others": ["a", "z"]}`)
}

func TestTidy(t *testing.T) {
	for sql, want := range map[string]string{
		"SELECT 1":                       "SELECT 1",
		"SELECT 1;\n":                    "SELECT 1;\n",
		"SELECT 1; -- done\n":            "SELECT 1 -- done\n",
		"SELECT 1;\n# done\n;/* x */":    "SELECT 1\n# done\n/* x */",
		"SELECT 1; -- a\nSELECT 2;":      "SELECT 1; -- a\nSELECT 2;",
		"SELECT '; -- text'":             "SELECT '; -- text'",
		"SELECT `a;b` -- x":              "SELECT `a;b` -- x",
		"SELECT 'it''s; -- ' -- x":       "SELECT 'it''s; -- ' -- x",
		`SELECT "\"; -- " ; -- x`:        `SELECT "\"; -- "  -- x`,
		"SELECT 1; {# ; #}":              "SELECT 1; {# ; #}",
		"SELECT '''a'; -- ''' ; -- b":    "SELECT '''a'; -- '''  -- b",
		"{% if a %}SELECT 1;{% endif %}": "{% if a %}SELECT 1;{% endif %}",
		"-- ; only\nSELECT 1":            "-- ; only\nSELECT 1",
		"SELECT 10 - 5 / 2; -- x":        "SELECT 10 - 5 / 2 -- x",
	} {
		assert.Equal(t, want, tidy(sql), sql)
	}
}

// What cannot be compiled is a problem with its place.
func TestRefused(t *testing.T) {
	pod := func(change func(*dag.Task)) *dag.Task {
		p := dbtTask("run", "pod", true)
		change(p)
		return p
	}
	named := func(n string) *dag.Task {
		o := task(dag.Operator, "a.b.C", "o", "")
		o.Arguments = []dag.Argument{{Name: n, Value: "x", Line: 7, Column: 9}}
		return o
	}
	starts := func(action dag.Action, what string) *dag.Task {
		s := task(action, what, "s", "")
		s.Starts = what
		return s
	}
	schema := task(dag.Materialization, dag.Table, "a", "SELECT 1")
	schema.Schema = "x`y"
	argument := task(dag.Materialization, dag.UDF, "a", "1")
	argument.Arguments = []dag.Argument{{Name: "x", Value: "INT64'"}}
	for want, one := range map[string]*dag.Task{
		"the task cannot be compiled":                           task(dag.Materialization, "tabel", "a", "SELECT 1"),
		"action \"x\" is none":                                  task("x", "", "a", ""),
		"a job cannot be started":                               task(dag.Job, "a/b", "a", ""),
		"a name of a is none of BigQuery's":                     schema,
		"an argument of a is none of BigQuery's":                argument,
		"the task's identifier cannot be part of a file's name": task(dag.Materialization, dag.Table, "../a", "SELECT 1"),
		"the operator is no class of Python":                    task(dag.Operator, "C", "a", ""),
		"an argument of o cannot be given":                      named("class"),
		"\"task_id\" is given":                                  named("task_id"),
		"\"a b\" is given":                                      named("a b"),
		"a task of dbt has no project":                          pod(func(p *dag.Task) { p.Dbt.Project = "" }),
		"a task of dbt has no command":                          pod(func(p *dag.Task) { p.Target = " " }),
		"there is no manifest of the dbt project":               pod(func(p *dag.Task) { p.Dbt.Manifest = "other.json" }),
		"dbt docs generate has no task per model":               pod(func(p *dag.Task) { p.Target = "docs generate" }),
		"the name of what the task starts is too long":          starts(dag.Workflow, "raw/"+strings.Repeat("x", 60)),
	} {
		o := optionsOf("2.10")
		if strings.HasPrefix(want, "dbt docs") {
			o.Manifests = map[string]*dbt.Manifest{"dbt/shop/target/manifest.json": {}}
		}
		_, err := Compile(newDAG("refused", one), o)
		var p problem.Problem
		require.ErrorAs(t, err, &p, want)
		assert.Contains(t, p.Error(), want)
		assert.Equal(t, 7, p.Line, want)
	}
	_, err := Compile(newDAG("x"), Options{Image: airflow.Image{Line: "1.10", Airflow: "1.10.15"}})
	assert.ErrorContains(t, err, "1.10.15")
	d := newDAG("x")
	d.Layer = ".."
	_, err = Compile(d, optionsOf("2.10"))
	assert.ErrorContains(t, err, "the layer's name cannot be part")
	d = newDAG("x")
	d.SQL = []dag.SQLFile{{Path: "sql/../../x.sql"}}
	_, err = Compile(d, optionsOf("2.10"))
	assert.ErrorContains(t, err, "outside of the folder sql")
}

// State machines are started by their ARN, which is made when the file is parsed.
func TestLambda(t *testing.T) {
	one := task(dag.Lambda, "raw/fetch_all", "fetch", "")
	one.Starts, one.Arguments = "raw/fetch_all", []dag.Argument{{Name: "day", Value: "{{ ds }}"}}
	o := optionsOf("2.10")
	o.AWSRegion = "eu-west-2"
	_, err := Compile(newDAG("x", one), o)
	assert.ErrorContains(t, err, "the account or the region of AWS is not known")
	o.AWSAccount = "123456789012"
	files, err := Compile(newDAG("x", one), o)
	require.NoError(t, err)
	for _, part := range []string{
		`state_machine_arn=state_machine("raw-fetch-all"),`, `state_machine_input=json_template({"day": "{{ ds }}"}),`,
		`execution_arn="{{ ti.xcom_pull(task_ids='fetch.start') }}",`,
		"    name = f\"Acme_Data-{ENVIRONMENT}-{pipeline}\"\n    return f\"arn:aws:states:eu-west-2:123456789012:stateMachine:{name}\"\n",
	} {
		assert.Contains(t, string(files[0].Data), part)
	}
}

// Ids that Python, the file or each other have taken get other names, and keep their id.
func TestVariables(t *testing.T) {
	var tasks []*dag.Task
	for _, id := range []string{"class", "query", "json", "1a", "a-b", "a.b", "a_b", "os", "BigQueryInsertJobOperator", "TABLE", "_", "-"} {
		tasks = append(tasks, task(dag.Materialization, dag.Table, id, "SELECT 1"))
	}
	text := string(compiled(t, newDAG("x", tasks...), "2.10")[0].Data)
	for _, part := range []string{
		"    class_task = ", "    query_task = ", "    task_1a = ", "    a_b = ", "    a_b_2 = ", "    a_b_3 = ", "    os_task = ", "    TABLE_task = ",
		"    _ = ", "    __2 = ", `task_id="a.b"`, `task_id="a-b"`, `identifier="class"`,
	} {
		assert.Contains(t, text, part)
	}
	assert.Equal(t, 12, strings.Count(text, " = BigQueryInsertJobOperator("), text)
}
