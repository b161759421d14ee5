package content_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/beam/launcher"
	"github.com/dorc-dev/dorc/pkg/configrepo"
	"github.com/dorc-dev/dorc/pkg/content"
	"github.com/dorc-dev/dorc/pkg/definition"
	"github.com/dorc-dev/dorc/pkg/flextemplate"
)

// pipeline is src/raw/p of a repo with these files, below that folder.
func pipeline(t *testing.T, archive string) *configrepo.Pipeline {
	t.Helper()
	root := t.TempDir()
	for _, f := range txtar.Parse([]byte(archive)).Files {
		path := filepath.Join(root, "src/raw/p", f.Name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, f.Data, 0o644))
	}
	repo, problems := configrepo.Load(root, "")
	require.NoError(t, problems.Err())
	require.Len(t, repo.Pipelines, 1)
	return repo.Pipelines[0]
}

const config = `
-- config.json --
{"name": "orders",
 "sources": [{"name": "orders", "module": "mysql", "parameters": {"query": "orders.sql", "profile": "shop"}},
             {"name": "stock", "module": "bigquery", "parameters": {"query": "SELECT 1 AS x", "project": "warehouse-project"}}],
 "transforms": [{"name": "both", "module": "beamsql", "inputs": ["orders", "stock"], "parameters": {"sql": "SELECT * FROM orders"}}],
 "sinks": [{"name": "write", "module": "bigquery", "input": "both", "mode": "replace", "parameters": {"table": "warehouse-project:sales.orders"}}],
 "schedule": {"name": "orders", "cron": "15 * * * *", "enable": "false"}}
-- orders.sql --
SELECT * FROM orders
`

func TestConfig(t *testing.T) {
	p := pipeline(t, config)
	c, problems := content.Read(p, &launcher.Profiles{File: "infra/Pulumi.prod.yaml", Names: []string{"shop"}})
	require.NoError(t, problems.Err())
	assert.Equal(t, &definition.Schedule{Name: "orders", Cron: "15 * * * *", Timezone: "Etc/UTC", AttemptDeadline: 180}, c.Schedule)
	assert.Equal(t, 6, c.SchedulePlace().Line)
	assert.Equal(t, []string{"shop"}, c.Profiles())
	assert.Empty(t, c.Incremental())
	assert.Contains(t, string(c.YAML), "made by dorc from raw/p/config.json:", "the text does not depend on where the repo lies")
	assert.Contains(t, string(c.YAML), "SELECT * FROM orders")
	assert.Empty(t, c.InProject("warehouse-project"))
	assert.ErrorContains(t, c.InProject("other-project").Err(), "they name warehouse-project; Beam runs queries in the project of the job, other-project")
	var names []string
	for _, p := range c.Template().Parameters {
		names = append(names, p.Name)
	}
	assert.Equal(t, []string{content.YAMLFileParameter, content.VariablesParameter}, names)

	_, problems = content.Read(p, &launcher.Profiles{File: "infra/Pulumi.prod.yaml", Names: []string{"shops"}})
	assert.ErrorContains(t, problems.Err(), `there is no connection profile "shop"`)
	_, problems = content.Read(p, nil)
	assert.Empty(t, problems, "without an environment, profiles are not known")
}

func TestTemplate(t *testing.T) {
	p := pipeline(t, `
-- main.py --
-- pipeline.yaml --
description: Flights
streaming: true
parameters: {input: a}
schedule: {cron: "0 3 * * *", parameters: {day: b, input: c}}
`)
	c, problems := content.Read(p, nil)
	require.NoError(t, problems.Err())
	assert.Equal(t, flextemplate.Metadata{Name: "raw/p", Description: "Flights", Streaming: true, Parameters: []flextemplate.Parameter{
		{Name: "day", Label: "day", HelpText: "The parameter day of the pipeline."},
		{Name: "input", Label: "input", HelpText: "The parameter input of the pipeline.", IsOptional: true},
	}}, c.Template())

	// Its own words go before dorc's.
	p = pipeline(t, `
-- main.py --
-- metadata.json --
{"name": "Flights", "parameters": [{"name": "input", "label": "L", "helpText": "H", "regexes": ["a|b"]}]}
-- pipeline.yaml --
streaming: true
parameters: {input: a}
`)
	c, problems = content.Read(p, nil)
	require.NoError(t, problems.Err())
	assert.Equal(t, flextemplate.Metadata{Name: "Flights", Streaming: true, Parameters: []flextemplate.Parameter{
		{Name: "input", Label: "L", HelpText: "H", Regexes: []string{"a|b"}}}}, c.Template())
}

func TestArguments(t *testing.T) {
	const files = `
-- main.py --
-- metadata.json --
{"name": "x", "parameters": [{"name": "input", "label": "L", "helpText": "H", "regexes": ["gs://.+"]}, {"name": "day", "label": "L", "helpText": "H"}]}
-- pipeline.yaml --
parameters: {input: "gs://${buckets.raw}/x"}
schedule: {cron: "0 3 * * *", parameters: {input: "${bucket}", day: x}}
`
	value := func(name string) (string, error) {
		if name == "bucket" {
			return "gs://b", nil
		}
		return "<" + name + ">", nil
	}
	c, problems := content.Read(pipeline(t, files), nil)
	require.NoError(t, problems.Err())
	standard, scheduled, problems := c.Arguments(value)
	assert.Equal(t, map[string]any{"input": "gs://<buckets.raw>/x"}, standard)
	assert.Equal(t, map[string]any{"input": "gs://b", "day": "x"}, scheduled)
	assert.Empty(t, problems, "the schedule gives what other runs have to")

	_, _, problems = c.Arguments(func(string) (string, error) { return "", errors.New("there is no such thing") })
	require.Len(t, problems, 2)
	assert.Equal(t, "there is no such thing", problems[0].Summary)
	assert.Equal(t, 1, problems[0].Line)
	assert.Equal(t, 2, problems[1].Line)

	// A default that only the schedule replaces is held against the file too.
	_, _, problems = c.Arguments(func(name string) (string, error) {
		if name == "bucket" {
			return "gs://b", nil
		}
		return "\n", nil
	})
	require.Len(t, problems, 1)
	assert.Equal(t, 1, problems[0].Line)
}

// What a file leads to outside its folder is not read.
func TestLinks(t *testing.T) {
	p := pipeline(t, config)
	require.NoError(t, os.Remove(filepath.Join(p.Dir, "orders.sql")))
	require.NoError(t, os.Symlink("/etc/passwd", filepath.Join(p.Dir, "orders.sql")))
	_, problems := content.Read(p, nil)
	assert.ErrorContains(t, problems.Err(), "a query cannot be read")

	require.NoError(t, os.Remove(p.Beam.Config))
	require.NoError(t, os.Symlink("/etc/passwd", p.Beam.Config))
	_, problems = content.Read(p, nil)
	assert.ErrorContains(t, problems.Err(), "config.json: the file cannot be read")
}
