package compile

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/internal/airflowtest"
	"github.com/dorc-dev/dorc/pkg/dag"
)

// asked is a run in which testdata/check.py renders a DAG's tasks.
type asked struct {
	DAG       string            `json:"dag"`
	Conf      map[string]any    `json:"conf"`
	Variables map[string]string `json:"variables"`
	// Undated is a run without a logical date, as Airflow 3 has it.
	Undated bool `json:"undated"`
}

// fields are rendered fields of a task by name, or its error.
type fields map[string]any

// query is the text of the task's job.
func (f fields) query(t *testing.T) string {
	t.Helper()
	configuration, ok := f["configuration"].(map[string]any)
	require.True(t, ok, "%v", f)
	return configuration["query"].(map[string]any)["query"].(string)
}

// answer is what testdata/check.py finds.
type answer struct {
	Errors   map[string]string
	Warnings []string
	Graphs   map[string]map[string][]string
	Facts    map[string]struct {
		Description    string
		Tags, Interval []string
		Start, Owner   string
		Catchup        bool
		MaxActiveRuns  int `json:"max_active_runs"`
		MaxActiveTasks int `json:"max_active_tasks"`
		Classes        map[string]string
		Retries        map[string][]float64
	}
	Rendered []map[string]fields
}

// importAll compiles the fixtures for a line and has its Airflow import them.
func importAll(t *testing.T, line string, renders ...asked) answer {
	t.Helper()
	env := airflowtest.Environment(t, line)
	dir := t.TempDir()
	for _, d := range fixtures() {
		for _, f := range compiled(t, d, line) {
			path := filepath.Join(dir, filepath.FromSlash(f.Path))
			require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
			require.NoError(t, os.WriteFile(path, f.Data, 0o644))
		}
	}
	ask, err := json.Marshal(map[string]any{"folder": dir, "render": renders})
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), env.Python, filepath.Join("testdata", "check.py"))
	cmd.Stdin = bytes.NewReader(ask)
	cmd.Env = append(os.Environ(), "AIRFLOW_HOME="+t.TempDir(), "AIRFLOW__CORE__LOAD_EXAMPLES=False", "AIRFLOW__CORE__DAGBAG_IMPORT_TIMEOUT=1800",
		"DOP_PROJECT_ID=acme-prod", "DOP_LOCATION=EU", "DOP_WORKFLOWS_REGION=europe-west2", "DOP_ENVIRONMENT=Prod", "DOP_DBT_SERVICE_ACCOUNT=dbt@acme-prod.iam.gserviceaccount.com", "AIRFLOW_VAR_DAG_CONCURRENCY=3")
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	require.NoError(t, err, "%s", tail(errs.String()))
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	var a answer
	require.NoError(t, json.Unmarshal([]byte(lines[len(lines)-1]), &a))
	require.Empty(t, a.Errors)
	require.Empty(t, a.Warnings)
	require.Len(t, a.Rendered, len(renders))
	return a
}

func tail(s string) string { return s[max(0, len(s)-3000):] }

// inGroups are the tasks of the groups of report, with those before them in the group.
var inGroups = map[string]map[string][]string{
	"everything": {
		"staging": {}, "a_orders": {"staging"}, "regions": {}, "model_shop_daily": {"a_orders", "regions"},
		"snapshot_shop_daily": {"model_shop_daily"}, "relation": {"a_orders", "regions"}, "sources": {},
	},
	"tests":    {"daily": {}, "relation": {}, "sources": {}},
	"clean_up": {"start": {}, "wait": {"start"}}, "copy": {"start": {}, "wait": {"start"}},
}

// graphOf is what a definition says of its tasks: those directly before each.
func graphOf(d *dag.DAG) map[string][]string {
	graph := map[string][]string{}
	leaves := func(id string) (found []string) {
		inner, group := inGroups[id]
		if !group {
			return []string{id}
		}
		for name := range inner {
			if !slices.ContainsFunc(slices.Concat(values(inner)...), func(s string) bool { return s == name }) {
				found = append(found, id+"."+name)
			}
		}
		return found
	}
	for _, t := range d.Tasks {
		before := []string{}
		for _, id := range t.Dependencies {
			before = append(before, leaves(id)...)
		}
		if len(t.Dependencies) == 0 && slices.ContainsFunc(d.Tasks, func(t *dag.Task) bool { return t.Dbt != nil }) {
			before = append(before, dag.GuardTask)
			graph[dag.GuardTask] = []string{}
		}
		slices.Sort(before)
		inner, group := inGroups[t.Identifier]
		if !group {
			graph[t.Identifier] = before
		}
		for name, own := range inner {
			all := []string{}
			for _, o := range own {
				all = append(all, t.Identifier+"."+o)
			}
			if len(own) == 0 {
				all = before
			}
			graph[t.Identifier+"."+name] = all
		}
	}
	return graph
}

func values(m map[string][]string) (all [][]string) {
	for _, v := range m {
		all = append(all, v)
	}
	return all
}

func TestAirflow(t *testing.T) {
	for line := range images {
		t.Run(line, func(t *testing.T) {
			undated := lines[line].undated
			a := importAll(t, line,
				asked{DAG: "trading__prices"},
				asked{DAG: "trading__prices", Conf: map[string]any{"full_refresh": true}},
				asked{DAG: "trading__prices", Conf: map[string]any{"market": `x") OR ("" = "`, "symbols": []string{"A", "B'"}}},
				asked{DAG: "trading__prices", Conf: map[string]any{"full_refresh": "yes", "dataset": "one"}, Variables: map[string]string{"trading__prices.dataset": "two"}},
				asked{DAG: "trading__prices", Conf: map[string]any{"dataset": "a`b"}, Variables: map[string]string{"trading__prices.symbols": `["X"]`}},
				asked{DAG: "trading__prices", Conf: map[string]any{"dataset": "a\nb"}, Variables: map[string]string{"trading__prices.symbols": `X"`}},
				asked{DAG: "dop__cases", Conf: map[string]any{"days": 9}, Variables: map[string]string{"dop__cases.list": "[3, 4]", "dop__cases.days": "8"}},
				asked{DAG: "dop__cases", Variables: map[string]string{"dop__cases.days": "1 OR TRUE"}},
				asked{DAG: "trading__report", Conf: map[string]any{"full_refresh": true}},
				asked{DAG: "trading__chain", Conf: map[string]any{"region": "FR"}},
				asked{DAG: "trading__prices", Conf: map[string]any{"dataset": "t.daily; DROP TABLE t.daily; --"}},
				asked{DAG: "trading__prices", Conf: map[string]any{"dataset": "my-project.trading_2"}},
				asked{DAG: "dop__plain"},
				asked{DAG: "trading__prices", Undated: undated},
				asked{DAG: "trading__chain", Conf: map[string]any{"region": "FR"}, Undated: undated},
				asked{DAG: "trading__report", Conf: map[string]any{"full_refresh": true}, Undated: undated},
			)
			for _, d := range fixtures() {
				assert.Equal(t, graphOf(d), a.Graphs[d.ID], d.ID)
				facts := a.Facts[d.ID]
				assert.Equal(t, d.Description, facts.Description)
				assert.Equal(t, d.MaxActiveRuns, facts.MaxActiveRuns)
				assert.False(t, facts.Catchup)
				assert.Equal(t, "acme", facts.Owner)
			}
			// Triggered at a time, the run is of that day, with a logical date or without.
			assert.Equal(t, a.Rendered[0], a.Rendered[13])
			assert.Equal(t, a.Rendered[9], a.Rendered[14])
			assert.Equal(t, a.Rendered[8], a.Rendered[15])
			checkFacts(t, a)
			checkQueries(t, a.Rendered)
			checkArguments(t, a.Rendered)
		})
	}
}

// checkFacts looks at what the definitions say besides tasks.
func checkFacts(t *testing.T, a answer) {
	prices, cases := a.Facts["trading__prices"], a.Facts["dop__cases"]
	assert.Equal(t, []string{"acme", "finance", "trading"}, prices.Tags)
	assert.Equal(t, "1969-12-31T23:00:00+00:00", prices.Start, "the day begins in the DAG's zone, which was an hour ahead")
	assert.Equal(t, []string{"1970-01-30T03:00:00+00:00", "1970-01-31T03:00:00+00:00"}, prices.Interval, "a run is of the interval before it")
	assert.Equal(t, []float64{0, 300}, prices.Retries["checks"])
	assert.Equal(t, []float64{3, 300}, prices.Retries["daily"])
	assert.Equal(t, 2, prices.MaxActiveTasks)
	assert.Equal(t, 3, cases.MaxActiveTasks, "DOP's Variable, from the environment")
	assert.Equal(t, map[string]string{
		"sensor": "ExternalTaskSensor", "query": "PythonSensor", "import": "BashOperator", "values": "EmptyOperator", "DAG": "EmptyOperator",
		"models": "DbtOperator", dag.GuardTask: "ShortCircuitOperator",
	}, cases.Classes)
}

// checkQueries looks at the scripts that BigQuery gets.
func checkQueries(t *testing.T, rendered []map[string]fields) {
	usual, full := rendered[0], rendered[1]
	daily := usual["daily"].query(t)
	assert.Contains(t, daily, "WHERE day >= DATE('2020-02-29') AND market = \"LSE\"\n;\n")
	for _, part := range []string{
		"CREATE OR REPLACE TABLE `acme-prod.trading._tmp_daily_scheduled__2020-02-29T00_00_00_00_00`\nOPTIONS (expiration_timestamp",
		"PARTITION BY `day` AS", "DECLARE _replaced ARRAY<DATE>;", "FROM `acme-prod`.`trading`.INFORMATION_SCHEMA.COLUMNS", "RAISE USING MESSAGE",
		"MERGE INTO `acme-prod.trading.daily` AS old", "old.`day` IN UNNEST(_replaced)", "WHEN NOT MATCHED THEN INSERT ROW;",
		"\nDROP TABLE IF EXISTS `acme-prod.trading._tmp_daily_scheduled__2020-02-29T00_00_00_00_00`;",
	} {
		assert.Contains(t, daily, part)
	}
	assert.Contains(t, usual["hourly"].query(t), "TIMESTAMP_TRUNC(old.`at`, HOUR) IN UNNEST(_replaced)")
	for id, want := range map[string]string{"daily": "\nPARTITION BY `day` AS\n  SELECT day, symbol, price FROM raw.prices\n  ;\n", "symbols": " AS\n  SELECT DISTINCT symbol FROM `trading`.daily -- each once\n  ;\n"} {
		script := full[id].query(t)
		assert.True(t, strings.HasPrefix(script, "BEGIN\n  CREATE OR REPLACE TABLE `acme-prod.trading."+id+"`"+want+"EXCEPTION WHEN ERROR THEN\n"), script)
		tmp := "`acme-prod.trading._tmp_" + id + "_scheduled__2020-02-29T00_00_00_00_00`"
		assert.Contains(t, script, "  DROP TABLE `acme-prod.trading."+id+"`;\n  CREATE TABLE `acme-prod.trading."+id+"`"+want[:strings.Index(want, " AS")]+" AS\n  SELECT * FROM "+tmp+";\n  DROP TABLE "+tmp+";\nEND;")
	}
	assert.Equal(t, "CREATE OR REPLACE TABLE `acme-prod.trading.symbols` AS\nSELECT DISTINCT symbol FROM `trading`.daily -- each once\n;", usual["symbols"].query(t))
	assert.Equal(t, "BEGIN\nCALL trading.forget(DATE('2020-02-29'))\n;\nEND;", usual["call_forget"].query(t))
	assert.Equal(t, "CREATE OR REPLACE PROCEDURE `acme-prod.trading.forget`\n(until DATE)\nBEGIN\nDELETE FROM trading.daily WHERE day < until\n;\nEND;", usual["forget"].query(t))
	assert.Equal(t, "CREATE OR REPLACE FUNCTION `acme-prod.trading.clean`\n(x STRING) AS (\nIF(TRIM(x) = '', NULL, x)\n);", usual["clean"].query(t))
	assert.Contains(t, usual["checks"].query(t), `RAISE USING MESSAGE = CONCAT("what is \"asked\" of 'daily' on 2020-02-29: ", failed);`)

	assert.Equal(t, "CREATE OR REPLACE FUNCTION `acme-prod.trading.one`\n() AS (\n1 -- one\n);", usual["one"].query(t))
	assert.Contains(t, usual["holds"].query(t), "\nSELECT 7 = 7 AS success, 'a week' AS description\n);\n")
	assert.Contains(t, usual["holds"].query(t), "RAISE USING MESSAGE = failed;")
	assert.Equal(t, "SELECT 7 = 7 AS success, 'a week' AS description", usual["check"]["sql"])

	assert.Contains(t, rendered[12]["numbers"].query(t), "SELECT 'trading' AS s")

	injected := rendered[2]
	assert.Contains(t, injected["daily"].query(t), `market = "x\") OR (\"\" = \""`, "literal() keeps it a text")
	assert.Contains(t, injected["hourly"]["error"], "the parameter symbols is \"B'\": a quote, a backslash, a semicolon or a new line could end what it is in")
	wrong := rendered[3]
	assert.Contains(t, wrong["daily"]["error"], "full_refresh in the run's configuration is true or false")
	assert.Contains(t, rendered[4]["checks"]["error"], "ValueError: the parameter dataset is 'a`b'")
	assert.Contains(t, rendered[4]["hourly"].query(t), "UNNEST(['X'])", "a Variable goes before the default")
	assert.Contains(t, rendered[5]["checks"]["error"], "ValueError: the parameter dataset is 'a\\nb'")
	assert.Contains(t, rendered[4]["symbols"]["error"], "the parameter dataset is 'a`b': a name of BigQuery has letters")
	assert.Contains(t, rendered[10]["checks"]["error"], "ValueError: the parameter dataset is 't.daily; DROP TABLE t.daily; --'")
	assert.Contains(t, rendered[10]["symbols"]["error"], "a name of BigQuery has letters")
	assert.Contains(t, rendered[11]["symbols"].query(t), "FROM `my-project.trading_2`.daily")
	assert.Contains(t, rendered[5]["hourly"]["error"], "ValueError: the parameter symbols is 'X\"'")
}

// checkArguments looks at what other operators get.
func checkArguments(t *testing.T, rendered []map[string]fields) {
	cases := rendered[6]
	assert.Equal(t, "set -eu\necho \"it's 9 days in \\\"import\\\"\"\necho and a second line that is long enough not to fit", cases["import"]["bash_command"])
	environment := cases["import"]["env"].(map[string]any)
	assert.Equal(t, "9", environment["DAYS"], "a run's configuration goes before a Variable")
	assert.Equal(t, "café 日本 \U0001F600 \u202e", environment["PLAIN"])
	job, err := json.Marshal(cases["query"]["op_kwargs"])
	require.NoError(t, err)
	assert.Contains(t, string(job), "SELECT 9 \\u003e 1 AS success, '[3, 4]' AS description")
	assert.Contains(t, rendered[7]["query"]["error"], "the parameter days is '1 OR TRUE'")

	shop := func(command ...any) []any {
		return append(command, "--project-dir", "/dbt/shop", "--profiles-dir", "/dbt/profiles", "--vars",
			`{"ds": "2020-02-29", "ds_nodash": "20200229", "ts": "2020-02-29T00:00:00+00:00", "ts_nodash": "20200229T000000", "ts_nodash_with_tz": "20200229T000000+0000"}`)
	}
	assert.Equal(t, append(shop("run"), ""), cases["models"]["arguments"], "the last is left out when it runs")
	report := rendered[8]
	assert.Equal(t, append(shop("run"), "-m", "staging", "--fail-fast", "--full-refresh"), report["staging"]["arguments"])
	assert.Equal(t, append(shop("build"), "--threads", "8", "--select", "fqn:shop.a_orders", "--indirect-selection", "buildable", "--full-refresh"), report["everything.a_orders"]["arguments"])
	assert.Equal(t, shop("docs", "generate"), report["docs"]["arguments"])

	chain := rendered[9]
	assert.Equal(t, map[string]any{"argument": `{ "day": "2020-02-29", "region": "FR", "limit": 10, "more": { "2020-02-29": ["\"FR\"", "a \"b\"", {  }] } }`}, chain["clean_up.start"]["execution"])
	assert.Equal(t, "acme-data-prod-raw-clean-up", chain["clean_up.wait"]["workflow_id"])
	assert.Equal(t, `{"task_ids": "clean_up.start", "key": "execution_id"}`, chain["clean_up.wait"]["execution_id"])
}
