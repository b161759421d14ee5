package launcher_test

import (
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/beam/launcher"
	"github.com/dorc-dev/dorc/pkg/problem"
)

var files = fstest.MapFS{
	"orders.sql":   {Data: []byte("SELECT 1;\n")},
	"empty.sql":    {Data: []byte(";\n")},
	"schema.json":  {Data: []byte(`{"fields": [{"name": "id", "type": "int64", "mode": "required", "description": "x"}]}`)},
	"bad.json":     {Data: []byte("[\n {\"name\": \"id\", \"type\": \"INTEGR\"}]")},
	"folder.sql/x": {Data: []byte("x")},
	"binary.sql":   {Data: []byte{0xff, 0xfe}},
}

func options() launcher.Options {
	return launcher.Options{Files: files, Profiles: &launcher.Profiles{File: "profiles.json", Names: []string{"crm", "orders"}}}
}

const (
	source = `{"name": "a", "module": "mysql", "parameters": {"query": "SELECT 1", "profile": "orders"}}`
	sink   = `{"name": "b", "module": "bigquery", "input": "a", "parameters": {"table": "my-project:d.t"}}`
)

func with(source, transforms, sink string) string {
	return "{\n\"sources\": [" + source + "],\n\"transforms\": [" + transforms + "],\n\"sinks\": [" + sink + "]}"
}

func incremental(more, mode, parameters string) string {
	return with(`{"name": "a", "module": "mysql", "incremental": true, "parameters": {"query": "SELECT 1", "profile": "orders", "incremental_column": "at"`+more+`}}`, "",
		`{"name": "b", "module": "bigquery", "input": "a"`+mode+`, "parameters": {"table": "my-project:d.t"`+parameters+`}}`)
}

const partitioned = `, "partitioning": "DAY", "partitioning_field": "at"`

// Each bad input with its first problem, as a person sees it.
func TestBad(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"empty":             {"", "c.json: the file is empty\n  a pipeline has sources and sinks"},
		"not JSON":          {"{\n\"sources\": [}", "c.json:2:13: the file is not valid JSON\n  invalid character '}' looking for beginning of value\n  Check indentation, colons, commas and quotes around this place."},
		"a list":            {"[]", "c.json:1:1: the pipeline is a list, but it must be a mapping"},
		"unknown key":       {with(source, "", sink)[:1] + `"sinkz": [],` + with(source, "", sink)[1:], "c.json:1:2: unknown key \"sinkz\"\n  known keys: description, name, schedule, sinks, sources, transforms\n  Did you mean \"sinks\"?"},
		"no sinks":          {`{"sources": [` + source + `]}`, "c.json:1:1: the pipeline has no \"sinks\"\n  Add it."},
		"empty sinks":       {`{"sources": [` + source + `], "sinks": []}`, "c.json: the pipeline has no sinks\n  it reads at least one source and writes at least one sink"},
		"wrong type":        {`{"sources": {}, "sinks": [` + sink + `]}`, "c.json:1:13: sources is a mapping, but it must be a list"},
		"unknown module":    {with(`{"name": "a", "module": "postgress", "parameters": {}}`, "", sink), "c.json:2:37: there is no source module \"postgress\"\n  modules: bigquery, mysql, postgres\n  Did you mean \"postgres\"?"},
		"unknown parameter": {with(`{"name": "a", "module": "mysql", "parameters": {"query": "SELECT 1", "profil": "orders"}}`, "", sink), "c.json:2:82: unknown key \"profil\"\n  known keys: database, destination_search_range, destination_sink_name, host, incremental_column, incremental_interval_from, password, port, profile, query, user\n  Did you mean \"profile\"?"},
		"no profile":        {with(`{"name": "a", "module": "mysql", "parameters": {"query": "SELECT 1", "profile": "order"}}`, "", sink), "c.json:2:93: there is no connection profile \"order\"\n  profiles.json has: crm, orders\n  Did you mean \"orders\"?"},
		"password":          {with(`{"name": "a", "module": "mysql", "parameters": {"query": "SELECT 1", "profile": "orders", "password": "pa55"}}`, "", sink), "c.json:2:115: \"password\" does not belong into the pipeline's file\n  a connection differs between environments, and a file in a repository is no place for its password\n  Make a connection profile and name it here: \"profile\": \"<name>\"."},
		"no query":          {with(`{"name": "a", "module": "mysql", "parameters": {"profile": "orders"}}`, "", sink), "c.json:2:60: the source's parameters has no \"query\"\n  Add it."},
		"query's file":      {with(`{"name": "a", "module": "mysql", "parameters": {"query": "no.sql", "profile": "orders"}}`, "", sink), "c.json:2:70: a query cannot be read\n  no.sql: file does not exist\n  It is looked for in the folder of c.json."},
		"query is a folder": {with(`{"name": "a", "module": "mysql", "parameters": {"query": "folder.sql", "profile": "orders"}}`, "", sink), "c.json:2:70: a query cannot be read\n  folder.sql is no file of at most 524288 bytes"},
		"query not text":    {with(`{"name": "a", "module": "mysql", "parameters": {"query": "binary.sql", "profile": "orders"}}`, "", sink), "c.json:2:70: the query's file is not text in UTF-8"},
		"query outside":     {with(`{"name": "a", "module": "mysql", "parameters": {"query": "../x.sql", "profile": "orders"}}`, "", sink), "c.json:2:70: a query must be a file beside the pipeline's\n  ../x.sql is none\n  Give a relative path without .. at its beginning."},
		"query in a bucket": {with(`{"name": "a", "module": "mysql", "parameters": {"query": "gs://b/x.sql", "profile": "orders"}}`, "", sink), "c.json:2:70: a query in a bucket is not read\n  gs://b/x.sql may change after the check, and is not part of the repository\n  Put the file beside the pipeline's and give its relative path."},
		"empty query":       {with(`{"name": "a", "module": "mysql", "parameters": {"query": "empty.sql", "profile": "orders"}}`, "", sink), "c.json:2:70: the query is empty\n  Write what to read, such as SELECT * FROM orders."},
		"two of a name":     {with(source+","+source, "", sink), "c.json:2:113: two stages are named \"a\"\n  the other is in line 2\n  Give each a name of its own."},
		"unknown input":     {with(source, "", `{"name": "b", "module": "bigquery", "input": "aa", "parameters": {"table": "my-project:d.t"}}`), "c.json:4:56: there is no source or transform \"aa\"\n  there are: a\n  Did you mean \"a\"?"},
		"sink as input":     {with(source, `{"name": "x", "module": "beamsql", "inputs": ["b"], "parameters": {"sql": "SELECT 1"}}`, sink), "c.json:3:62: \"b\" is a sink and cannot be read\n  Name a source or a transform."},
		"circle":            {with(source, `{"name": "x", "module": "beamsql", "inputs": ["y"], "parameters": {"sql": "SELECT 1"}}, {"name": "y", "module": "beamsql", "inputs": ["x"], "parameters": {"sql": "SELECT 1"}}`, sink), "c.json:3:150: transforms read each other in a circle\n  x reads y reads x\n  Remove one of these inputs."},
		"an input twice":    {with(source, `{"name": "x", "module": "beamsql", "inputs": ["a", "a"], "parameters": {"sql": "SELECT 1"}}`, sink), "c.json:3:16: \"a\" is an input twice\n  the SQL could not tell them apart\n  Give them inputs_alias."},
		"aliases":           {with(source, `{"name": "x", "module": "beamsql", "inputs": ["a"], "parameters": {"sql": "SELECT 1", "inputs_alias": ["b", "c"]}}`, sink), "c.json:3:118: inputs_alias has not one name for each input\n  1 inputs, 2 aliases"},
		"table":             {with(source, "", `{"name": "b", "module": "bigquery", "input": "a", "parameters": {"table": "my-project.d.t"}}`), "c.json:4:85: \"my-project.d.t\" is no table\n  it is <project>:<dataset>.<table>\n  For example my-project:sales.orders."},
		"disposition":       {with(source, "", `{"name": "b", "module": "bigquery", "input": "a", "parameters": {"table": "my-project:d.t", "create_disposition": "CREATE"}}`), "c.json:4:125: create_disposition is \"CREATE\"\n  it must be one of CREATE_IF_NEEDED, CREATE_NEVER"},
		"partitioning":      {with(source, "", `{"name": "b", "module": "bigquery", "input": "a", "parameters": {"table": "my-project:d.t", "partitioning": "DAY"}}`), "c.json:4:119: partitioning and partitioning_field belong together\n  Give both or none."},
		"clustering":        {with(source, "", `{"name": "b", "module": "bigquery", "input": "a", "parameters": {"table": "my-project:d.t", "clustering": "a,b,c,d,e"}}`), "c.json:4:117: too many clustering columns\n  5, BigQuery allows 4"},
		"schema":            {with(source, "", `{"name": "b", "module": "bigquery", "input": "a", "parameters": {"table": "my-project:d.t", "schema": "id:INT65"}}`), "c.json:4:113: BigQuery has no column type \"INT65\"\n  types: STRING, BYTES, INTEGER, INT64, FLOAT, FLOAT64, BOOLEAN, BOOL, TIMESTAMP, DATE, TIME, DATETIME, GEOGRAPHY, NUMERIC, BIGNUMERIC, JSON, RECORD, STRUCT, RANGE\n  Did you mean \"INT64\"?"},
		"schema's file":     {with(source, "", `{"name": "b", "module": "bigquery", "input": "a", "parameters": {"table": "my-project:d.t", "schema": "bad.json"}}`), "bad.json:1:1: BigQuery has no column type \"INTEGR\"\n  types: STRING, BYTES, INTEGER, INT64, FLOAT, FLOAT64, BOOLEAN, BOOL, TIMESTAMP, DATE, TIME, DATETIME, GEOGRAPHY, NUMERIC, BIGNUMERIC, JSON, RECORD, STRUCT, RANGE\n  Did you mean \"INTEGER\"?"},
		"schema's column":   {with(source, "", `{"name": "b", "module": "bigquery", "input": "a", "parameters": {"table": "my-project:d.t", "schema": "schema.json", "clustering": "ix"}}`), "c.json:4:11: the schema has no column \"ix\"\n  Did you mean \"id\"?"},
		"partition type":    {with(source, "", `{"name": "b", "module": "bigquery", "input": "a", "parameters": {"table": "my-project:d.t", "schema": "schema.json", "partitioning": "DAY", "partitioning_field": "id"}}`), "c.json:4:11: a table cannot be partitioned by id\n  it is INT64; partitioning needs DATE, DATETIME or TIMESTAMP"},
		"merge keys":        {with(source, "", `{"name": "b", "module": "bigquery", "input": "a", "mode": "merge", "parameters": {"table": "my-project:d.t"}}`), "c.json:4:11: mode merge needs \"merge_keys\"\n  Name the columns by which a row replaces another."},
		"not incremental":   {with(source, "", `{"name": "b", "module": "bigquery", "input": "a", "mode": "append", "parameters": {"table": "my-project:d.t"}}`), "c.json:4:11: mode append needs an incremental source\n  the source is read wholly each time: its rows would be there again and again\n  Set the source's incremental: true, or the sink's mode: replace."},
		"no destination":    {incremental("", `, "mode": "append"`, partitioned), "c.json:2:61: an incremental source needs \"destination_sink_name\"\n  what is new begins at the greatest value in that sink's table\n  Add it to its parameters, or give incremental_interval_from a time such as 1hour."},
		"other destination": {incremental(`, "destination_sink_name": "bb"`, `, "mode": "append"`, partitioned), "c.json:2:13: there is no sink \"bb\"\n  destination_sink_name is the sink whose table says what is new\n  Did you mean \"b\"?"},
		"interval":          {incremental(`, "incremental_interval_from": "1week"`, `, "mode": "append"`, partitioned), "c.json:2:181: \"1week\" is no interval\n  it is max_value_in_destination, or a number and min, hour or day, such as 15min"},
		"append again":      {incremental(`, "incremental_interval_from": "1day"`, `, "mode": "append"`, partitioned), "c.json:4:11: rows would be appended again and again\n  incremental_interval_from is a time: two runs read rows that overlap\n  Use mode merge, or incremental_interval_from: max_value_in_destination."},
		"not partitioned":   {incremental(`, "destination_sink_name": "b"`, `, "mode": "append"`, ""), "c.json:4:11: an incremental source needs a partitioned table\n  Give the sink partitioning and partitioning_field."},
		"created":           {incremental(`, "destination_sink_name": "b"`, `, "mode": "append"`, partitioned+`, "create_disposition": "CREATE_IF_NEEDED"`), "c.json:4:11: an incremental source needs a table that exists\n  create_disposition is CREATE_IF_NEEDED\n  Create the table, and use CREATE_NEVER."},
		"cron":              {`{"schedule": {"name": "n", "cron": "0 0 * *", "enable": "true"},` + with(source, "", sink)[1:], "c.json:1:36: \"0 0 * *\" is no schedule\n  cron has five fields: minute, hour, day of month, month, day of week\n  For example \"0 3 * * *\"."},
		"alias bomb":        {"a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: [*d,*d,*d,*d,*d,*d,*d,*d,*d]", "c.json:1:10: the file is too large when its aliases are followed\n  at most 50000 values in 64 levels are read\n  Use fewer aliases."},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := launcher.Read("c.json", []byte(c.text), options())
			assert.Nil(t, p)
			var list problem.List
			require.ErrorAs(t, err, &list)
			assert.Equal(t, c.want, list[0].Error())
			assert.NotContains(t, err.Error(), "pa55")
		})
	}
}

func TestGood(t *testing.T) {
	p, err := launcher.Read("c.json", []byte(incremental(`, "destination_sink_name": "b", "destination_search_range": "-90min"`, `, "mode": "append"`, partitioned)), options())
	require.NoError(t, err)
	assert.Equal(t, &launcher.Incremental{Column: "at", Destination: "b", Search: 90 * time.Minute}, p.Sources[0].Incremental)
	assert.Equal(t, launcher.Append, p.Sinks[0].Mode)
	assert.Empty(t, p.Warnings)

	p, err = launcher.Read("c.yaml", []byte(with(source, "", sink)), launcher.Options{})
	require.NoError(t, err)
	assert.Equal(t, launcher.Table{Project: "my-project", Dataset: "d", Name: "t"}, p.Sinks[0].Table)
	assert.Equal(t, launcher.Replace, p.Sinks[0].Mode)
	assert.False(t, p.Sinks[0].Create)

	p, err = launcher.Read("c.json", []byte(with(source+`, {"name": "z", "module": "bigquery", "parameters": {"query": "orders.sql", "project": "my-project"}}`, "", sink)), options())
	require.NoError(t, err)
	assert.Equal(t, "SELECT 1", p.Sources[1].Query)
	require.Len(t, p.Warnings, 1)
	assert.Equal(t, "c.json:2:105: nothing reads \"z\"\n  its rows are made and thrown away\n  Use it as an input, or remove it.", p.Warnings[0].Error())
}

func TestProfiles(t *testing.T) {
	const good = `{"orders": {"host": "h", "port": 3306, "database": "d", "user": "u", "password": "pa55"}, "crm": {"host": "h", "port": "1", "database": "d", "user": "u", "password": "pa55"}}`
	p, err := launcher.ReadProfiles("p.json", []byte(good))
	require.NoError(t, err)
	assert.Equal(t, &launcher.Profiles{File: "p.json", Names: []string{"crm", "orders"}}, p)

	for text, want := range map[string]string{
		"":             "p.json: the file is empty\n  it has connection profiles",
		"pa55":         "p.json:1:1: the file is no mapping\n  it has profiles by name",
		"orders: pa55": "p.json:1:1: the profile \"orders\" is no mapping\n  it has host, port, database, user, password",
		"orders: {pasword: pa55, host: h, port: 1, database: d, user: u, password: [pa55]}": "p.json:1:10: unknown key \"pasword\"\n  known keys: database, host, password, port, user\n  Did you mean \"password\"?\np.json:1:75: \"password\" of the profile \"orders\" has no plain value",
		"orders: {password: pa55": "p.json:2: the file is not valid YAML\n  Check indentation, colons, commas and quotes around this place.",
		"a b: {}":                 "p.json:1:1: \"a b\" is no profile's name\n  letters, digits, hyphens and underscores, a letter first, at most 63",
	} {
		_, err := launcher.ReadProfiles("p.json", []byte(text))
		require.Error(t, err, text)
		assert.Equal(t, want, err.Error())
		assert.NotContains(t, err.Error(), "pa55")
	}
}

// Whatever is in a file, it is read or refused with words.
func FuzzRead(f *testing.F) {
	names, err := filepath.Glob("../translate/testdata/*.config.*")
	require.NoError(f, err)
	require.NotEmpty(f, names)
	for _, name := range names {
		data, err := os.ReadFile(name)
		require.NoError(f, err)
		f.Add(data)
	}
	f.Add([]byte(incremental(`, "destination_sink_name": "b"`, `, "mode": "append"`, partitioned)))
	f.Add([]byte("a: &a [*a]\n<<: {}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := launcher.Read("f", data, options())
		if err != nil {
			assert.Nil(t, p)
			var list problem.List
			require.ErrorAs(t, err, &list)
			assert.NotEmpty(t, list[0].Summary)
			return
		}
		assert.NotEmpty(t, p.Sources)
		assert.NotEmpty(t, p.Sinks)
	})
}
