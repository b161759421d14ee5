package dbt

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func manifest(version int, nodes string) string {
	return fmt.Sprintf(`{"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v%d.json", "dbt_version": "1.10.23", "project_name": "weather"}, "nodes": {%s}}`, version, nodes)
}

const nodes = `
"model.weather.days": {"resource_type": "model", "name": "days", "package_name": "weather", "original_file_path": "models/days.sql", "fqn": ["weather", "days"], "config": {"materialized": "table"}, "tags": ["daily"], "depends_on": {"nodes": ["model.weather.clean", "seed.weather.codes", "source.weather.raw.weather", "model.weather.clean"], "macros": ["macro.x"]}},
"model.weather.clean": {"resource_type": "model", "name": "clean", "config": {"materialized": "ephemeral"}, "depends_on": {"nodes": ["model.weather.stg"]}},
"model.weather.stg": {"resource_type": "model", "name": "stg", "config": {"materialized": "view"}},
"seed.weather.codes": {"resource_type": "seed", "name": "codes", "config": {"materialized": "seed"}},
"test.weather.not_null_days": {"resource_type": "test", "name": "not_null_days", "depends_on": {"nodes": ["model.weather.days"]}}`

func TestReadManifest(t *testing.T) {
	for _, version := range []int{10, 11, 12} {
		m, problems := ReadManifest("target/manifest.json", []byte(manifest(version, nodes)))
		require.Empty(t, problems)
		assert.Equal(t, version, m.Schema)
		require.Len(t, m.Nodes, 5)
		days, ok := m.Node("model.weather.days")
		require.True(t, ok)
		assert.Equal(t, Node{ID: "model.weather.days", Kind: Model, Name: "days", Package: "weather", Path: "models/days.sql", Materialized: "table",
			Selector: "fqn:weather.days", Tags: []string{"daily"}, DependsOn: []string{"model.weather.clean", "seed.weather.codes"}}, days)
		clean, _ := m.Node("model.weather.clean")
		assert.False(t, clean.Executed())
		assert.True(t, days.Executed())
		assert.Equal(t, []string{"model.weather.stg", "seed.weather.codes"}, m.Before("model.weather.days", Node.Executed))
		_, ok = m.Node("model.weather.none")
		assert.False(t, ok)
	}
}

func TestBadManifests(t *testing.T) {
	for text, want := range map[string]string{
		"":                       "m.json:1:1: the file is not a manifest of dbt\n  unexpected end of JSON input\n  Write it anew: dbt parse.",
		"{\n  \"nodes\": 3}":     "m.json:2:12: the file is not a manifest of dbt",
		"{\n  \"nodes\": {},, }": "m.json:2:15: the file is not a manifest of dbt",
		"{}":                     "metadata.dbt_schema_version does not say that it is one",
		manifest(9, ""):          "v9 is given, v10 to v12 are read",
		manifest(13, ""):         "v13 is given, v10 to v12 are read",
		manifest(12, `"model.a.b": {"depends_on": {"nodes": ["model.a.c"]}}`): "model.a.b depends on model.a.c, which is not in it",
		manifest(12, `"model.a.b": {"depends_on": {"nodes": ["model.a.c"]}}, "model.a.c": {"depends_on": {"nodes": ["model.a.d"]}}, "model.a.d": {"depends_on": {"nodes": ["model.a.c"]}}`): "model.a.c -> model.a.d -> model.a.c",
	} {
		m, problems := ReadManifest("m.json", []byte(text))
		assert.Nil(t, m)
		assert.ErrorContains(t, problems.Err(), want)
	}
}

func FuzzReadManifest(f *testing.F) {
	f.Add(manifest(12, nodes))
	f.Add(strings.Replace(manifest(12, nodes), "model.weather.stg\"]", "model.weather.days\"]", 1))
	f.Fuzz(func(t *testing.T, text string) {
		m, problems := ReadManifest("m.json", []byte(text))
		if (m == nil) == (len(problems) == 0) {
			t.Fatal("either a manifest or a problem")
		}
	})
}
