package dag

import (
	"bytes"
	"encoding/json"
	"os"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/internal/goldentest"
)

const schemaPath = "../../schema/" + SchemaFile

type object = map[string]any

// TestSchemaIsCurrent holds that the committed JSON Schema is what the tables of this
// package say. "go generate" writes it.
func TestSchemaIsCurrent(t *testing.T) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	require.NoError(t, e.Encode(schema()))
	if goldentest.Update() {
		require.NoError(t, os.WriteFile(schemaPath, b.Bytes(), 0o644))
		return
	}
	committed, err := os.ReadFile(schemaPath)
	require.NoError(t, err)
	assert.Equal(t, string(committed), b.String(), "run go generate ./pkg/dag")
}

// the is a key with its description.
func the(description string, s object) object {
	s["description"] = description
	return s
}

func named(rule nameRule) object {
	return object{"type": "string", "pattern": rule.pattern.String(), "maxLength": rule.most}
}

func whole(least, most, standard int) object {
	return object{"type": "integer", "minimum": least, "maximum": most, "default": standard}
}

func mapping(properties object, required ...string) object {
	o := object{"type": "object", "additionalProperties": false, "properties": properties}
	if len(required) > 0 {
		o["required"] = required
	}
	return o
}

func items(item object) object { return object{"type": "array", "items": item} }

func schema() object {
	text := func() object { return object{"type": "string"} }
	s := mapping(object{
		"enabled":           the("false: the DAG is compiled to nothing. Default: true.", object{"type": "boolean", "default": true}),
		"dag_id":            the("The DAG's id in Airflow. Default: <layer>__<pipeline>.", named(airflowName)),
		"description":       the("A sentence about what the DAG is for.", text()),
		"schedule_interval": the("When it runs: a cron expression of five fields, or a preset such as @daily. Default: none, someone starts it.", object{"type": []string{"string", "null"}}),
		"timezone":          the("A name of the IANA database. Default: UTC.", object{"type": "string", "default": DefaultTimezone}),
		"start_date":        the("A day in that time zone. Default: 1970-01-01.", object{"type": "string", "pattern": `^\d{4}-\d{2}-\d{2}$`}),
		"catchup":           the("Run what was missed since start_date. Default: false.", object{"type": "boolean", "default": false}),
		"max_active_runs":   the("How many runs there are at once. Default: 5; 1 with tasks of dbt.", whole(1, 1000, DefaultMaxActiveRuns)),
		"retries":           the("How often a task that failed is tried again. Default: 3.", whole(0, 1000, DefaultRetries)),
		"retry_delay":       the("Seconds between two tries. Default: 300.", whole(0, maxSeconds, int(DefaultRetryDelay.Seconds()))),
		"concurrency":       the("How many tasks run at once, over all runs. Default: 2.", whole(1, 1000, DefaultConcurrency)),
		"schema":            the("The BigQuery dataset of tasks that name none.", named(datasetName)),
		"database":          the("The Google project of all tasks. Default: the environment's.", named(projectName)),
		"params":            the("Parameters of the SQL. A run's configuration goes before the Airflow Variable <dag_id>.<name>, which goes before this.", object{"type": []string{"object", "null"}, "propertyNames": object{"pattern": columnName.pattern.String(), "not": object{"const": "full_refresh"}}}),
		"tags":              the("Shown in Airflow besides the layer's and the service project's.", items(text())),
		"tasks":             the("The tasks, in any order.", object{"type": "array", "minItems": 1, "items": taskSchema()}),
	}, "tasks")
	s["$schema"] = "http://json-schema.org/draft-07/schema#"
	s["title"] = "dorc dag.yaml"
	s["description"] = "A DAG without code. For completion in an editor, let the file begin with: # yaml-language-server: $schema=<path or URL of " + SchemaFile + ">"
	return s
}

func taskSchema() object {
	s := mapping(object{
		"identifier": the("The task's id, the name of its table, view or routine, and of its SQL: sql/<identifier>.sql.", named(airflowName)),
		"kind": the("What the task does.", mapping(object{
			"action": the("What is done.", object{"enum": actionNames()}),
			"target": the("What it is done with: a kind of relation, a command of dbt, a class of an operator, or the <layer>/<name> of a pipeline.", object{"type": "string", "minLength": 1}),
		}, "action", "target")),
		"schema":       the("The dataset of its relation. Default: the DAG's.", named(datasetName)),
		"database":     the("The Google project of its relation. Default: the DAG's.", named(projectName)),
		"description":  the("The task's documentation in Airflow.", object{"type": "string"}),
		"trigger_rule": the("When it runs, given how those before it ended. Default: all_success.", object{"enum": triggerRules, "default": triggerRules[0]}),
		"retries":      the("How often it is tried again. Default: the DAG's.", object{"type": "integer", "minimum": 0, "maximum": 1000}),
		"dependencies": the("Identifiers of the tasks before it.", object{"type": []string{"array", "null"}, "items": object{"type": "string"}}),
		"partitioning": the("How a table is partitioned; then a run replaces the partitions that its query has.", mapping(object{
			"field":       the("The column.", named(columnName)),
			"data_type":   the("The column's type.", object{"enum": partitionTypes}),
			"granularity": the("How long a partition is; hour is not for dates. Default: day.", object{"enum": granularities, "default": DefaultGranularity}),
		}, "field", "data_type")),
		"options": the("What the action needs besides.", object{"type": []string{"object", "null"}}),
	}, "identifier", "kind")
	var shapes []any
	shape := func(action Action, targets []string, options object) {
		kind := object{"properties": object{"action": object{"const": action}}, "required": []string{"action"}}
		if len(targets) > 0 {
			kind["properties"].(object)["target"] = object{"enum": targets}
			kind["required"] = []string{"action", "target"}
		}
		options["type"] = []string{"object", "null"}
		shapes = append(shapes, object{"if": object{"properties": object{"kind": kind}, "required": []string{"kind"}}, "then": object{"properties": object{"options": options}}})
	}
	routine := items(mapping(object{"name": the("The argument.", named(columnName)), "type": the("A type of BigQuery, or ANY TYPE.", object{"type": "string"})}, "name", "type"))
	routine["type"] = []string{"array", "null"}
	shape(Materialization, []string{Table, View, Schema}, mapping(object{}))
	shape(Materialization, []string{UDF, StoredProcedure}, mapping(object{"arguments": the("The arguments.", routine)}))
	shape(Assertion, nil, mapping(object{"message": the("What a failure says before the rows' own words.", object{"type": "string"})}))
	shape(Invocation, nil, mapping(object{}))
	shape(DbtAction, nil, dbtSchema())
	for _, a := range []Action{Operator, Dataflow, Workflow, Lambda, Job} {
		shape(a, nil, mapping(object{"arguments": the("Arguments by name.", object{"type": []string{"object", "null"}})}))
	}
	for action, targets := range map[Action][]string{Materialization: {Table, View, Schema, UDF, StoredProcedure}, Assertion: {AssertionTarget, AssertionSensor}, Invocation: {StoredProcedure}} {
		shapes = append(shapes, object{
			"if":   object{"properties": object{"kind": object{"properties": object{"action": object{"const": action}}, "required": []string{"action"}}}, "required": []string{"kind"}},
			"then": object{"properties": object{"kind": object{"properties": object{"target": object{"enum": targets}}}}},
		})
	}
	slices.SortStableFunc(shapes, func(a, b any) int { return bytes.Compare(marshal(a), marshal(b)) })
	s["allOf"] = shapes
	return s
}

func dbtSchema() object {
	var known []string
	for name := range dbtKnown {
		known = append(known, name)
	}
	arguments := items(mapping(object{
		"option": the("An option of dbt.", object{"enum": sorted(known)}),
		"value":  the("Its value.", object{"type": []string{"string", "number", "null"}}),
	}, "option"))
	arguments["type"] = []string{"array", "null"}
	return mapping(object{
		"project":   the("A dbt project of the config repo: its folder's name, or its path.", object{"type": "string"}),
		"version":   the("The version of dbt, such as 1.9.4. Default: that of the project's lock file.", object{"type": "string", "pattern": dbtVersionPattern.String()}),
		"models":    the("A task for each model of the project's manifest. Default: false.", object{"type": "boolean", "default": false}),
		"manifest":  the("The manifest's path below the config repo's root. Default: target/manifest.json in the project.", object{"type": "string"}),
		"arguments": the("Options of dbt.", arguments),
	}, "project")
}

func marshal(v any) []byte {
	data, _ := json.Marshal(v) //nolint:errcheck // a map of plain values
	return data
}

// TestSchemaAgrees holds that the schema and Read judge alike, as far as a schema can.
func TestSchemaAgrees(t *testing.T) {
	compiled, err := jsonschema.NewCompiler().Compile(schemaPath)
	require.NoError(t, err)
	const one = "tasks: [{identifier: a, kind: {action: airflow_operator, target: a.B}}]\n"
	task := func(text string) string { return "schema: s\ntasks: [{identifier: a, " + text + "}]\n" }
	for _, tt := range []struct {
		name, text string
		// sound is for both; onlyRead are those that only Read refuses.
		sound, onlyRead bool
	}{
		{"one task", one, true, false},
		{"all keys", one + "enabled: true\ndag_id: x\ndescription: d\nschedule_interval: '0 4 * * *'\ntimezone: UTC\nstart_date: '2024-01-31'\ncatchup: false\nmax_active_runs: 1\nretries: 0\nretry_delay: 5\nconcurrency: 1\nschema: s\ndatabase: my-project\nparams: {a: [1]}\ntags: [x]\n", true, false},
		{"no tasks", "schema: s", false, false},
		{"tasks empty", "tasks: []", false, false},
		{"unknown key", one + "schedule: x", false, false},
		{"bad id", one + "dag_id: a b", false, false},
		{"truth as a text", one + "catchup: often", false, false},
		{"out of range", one + "retries: -1", false, false},
		{"day", one + "start_date: 1.2.2024", false, false},
		{"parameter's name", one + "params: {a-b: 1}", false, false},
		{"full_refresh", one + "params: {full_refresh: 1}", false, false},
		{"table", task("kind: {action: materialization, target: table}, partitioning: {field: d, data_type: date}"), true, false},
		{"udf", task("kind: {action: materialization, target: udf}, options: {arguments: [{name: x, type: INT64}]}"), true, false},
		{"udf's type", task("kind: {action: materialization, target: udf}, options: {arguments: [{name: x}]}"), false, false},
		{"table's options", task("kind: {action: materialization, target: table}, options: {arguments: []}"), false, false},
		{"action", task("kind: {action: make, target: table}"), false, false},
		{"target", task("kind: {action: materialization, target: index}"), false, false},
		{"assertion's target", task("kind: {action: assertion, target: table}"), false, false},
		{"message", task("kind: {action: assertion, target: assertion}, options: {message: x}"), true, false},
		{"partition", task("kind: {action: materialization, target: table}, partitioning: {field: d}"), false, false},
		{"granularity", task("kind: {action: materialization, target: table}, partitioning: {field: d, data_type: date, granularity: week}"), false, false},
		{"dbt", task("kind: {action: dbt, target: run}, options: {project: p, version: 1.9.4, arguments: [{option: -m, value: x}]}"), true, false},
		{"dbt without project", task("kind: {action: dbt, target: run}, options: {version: 1.9.4}"), false, false},
		{"dbt's option", task("kind: {action: dbt, target: run}, options: {project: p, arguments: [{option: --vars, value: x}]}"), false, false},
		{"dbt's version", task("kind: {action: dbt, target: run}, options: {project: p, version: new}"), false, false},
		{"operator", task("kind: {action: airflow_operator, target: a.B}, options: {arguments: {x: {y: [1]}}}"), true, false},
		{"arguments as a list", task("kind: {action: airflow_operator, target: a.B}, options: {arguments: [x]}"), false, false},
		{"trigger rule", task("kind: {action: airflow_operator, target: a.B}, trigger_rule: never"), false, false},
		{"empty lists", task("kind: {action: airflow_operator, target: a.B}, dependencies: , options: {arguments: }"), true, false},
		{"no kind", "tasks: [{identifier: a}]", false, false},
		{"cron", one + "schedule_interval: daily", true, true},
		{"zone", one + "timezone: Mars", true, true},
		{"circle", task("kind: {action: airflow_operator, target: a.B}, dependencies: [a]"), true, true},
		{"type", task("kind: {action: materialization, target: udf}, options: {arguments: [{name: x, type: NUMBER}]}"), true, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			files := fstest.MapFS{FileName: {Data: []byte(tt.text)}, "sql/a.sql": {Data: []byte("SELECT 1")}}
			_, problems := Read(files, Options{Layer: "raw", Pipeline: "weather"})
			asJSON, err := yaml.YAMLToJSON([]byte(tt.text))
			require.NoError(t, err)
			value, err := jsonschema.UnmarshalJSON(bytes.NewReader(asJSON))
			require.NoError(t, err)
			err = compiled.Validate(value)
			assert.Equal(t, tt.sound, err == nil, "schema: %v", err)
			assert.Equal(t, tt.sound && !tt.onlyRead, len(problems) == 0, "Read: %v", problems)
		})
	}
}
