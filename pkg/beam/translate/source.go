package translate

import (
	"fmt"
	"time"

	"github.com/dorc-dev/dorc/pkg/beam/launcher"
	"github.com/dorc-dev/dorc/pkg/beam/yamlpipeline"
)

// database is what differs between the databases.
type database struct {
	// transform is Beam's, scheme the JDBC URL's, time the SQL type to compare as.
	transform, scheme, time string
}

var databases = map[string]database{
	"mysql":    {"ReadFromMySql", "mysql", "DATETIME"},
	"postgres": {"ReadFromPostgres", "postgresql", "TIMESTAMP"},
}

// queryRead is a transform that Beam YAML has under the name ReadFromBigQuery too,
// but there in Java and in Python: which one is taken depends on its neighbours,
// and Python's cannot take a query without the columns of its answer.
const queryRead = "ReadQueryFromBigQuery"

func (t *translator) source(s launcher.Source) {
	t.out.Java = true
	if s.Module == "bigquery" {
		t.bigquery(s)
		return
	}
	db := databases[s.Module]
	name := func(what string) string { return variable(s.Profile, what) }
	config := yamlpipeline.Map{
		{Key: "url", Value: t.parameter(Parameter{Name: name("url"), Kind: URL, Profile: s.Profile,
			Help: fmt.Sprintf("jdbc:%s://<host>:<port>/<database> of the profile %s", db.scheme, s.Profile), Pattern: `jdbc:` + db.scheme + `://[^\s]+`}, s.Place)},
		{Key: "username", Value: t.parameter(Parameter{Name: name("username"), Kind: Username, Profile: s.Profile,
			Help: "the user of the profile " + s.Profile, Pattern: `.+`}, s.Place)},
		{Key: "password", Value: t.parameter(Parameter{Name: name("secret"), Kind: Secret, Profile: s.Profile,
			Help:    fmt.Sprintf(`where the password of the profile %s stands: {"name": "<secret>", "project": "<project>"}`, s.Profile),
			Pattern: `\{"name": ?"[A-Za-z0-9_-]+", ?"project": ?"[a-z0-9.:-]+"\}`}, s.Place)},
		{Key: "secret_manager", Value: "GoogleCloudSecretManager"},
		{Key: "query", Value: t.query(s, db.time)},
	}
	t.yaml.Transforms = append(t.yaml.Transforms, yamlpipeline.Transform{Type: db.transform, Name: s.Name, Config: config})
}

func (t *translator) bigquery(s launcher.Source) {
	if t.out.Project != "" && t.out.Project != s.Project {
		t.refuse(s.Place, "the bigquery sources have different projects",
			fmt.Sprintf("%s and %s; Beam YAML runs all queries of a pipeline in the pipeline's own project", t.out.Project, s.Project),
			"Use one project, and name tables with theirs in the queries.")
	}
	t.out.Project = s.Project
	if len(t.yaml.Providers) == 0 {
		t.yaml.Providers = append(t.yaml.Providers, yamlpipeline.Provider{Type: "beamJar",
			Transforms: yamlpipeline.Map{{Key: queryRead, Value: "beam:schematransform:org.apache.beam:bigquery_storage_read:v1"}},
			Config:     yamlpipeline.Map{{Key: "gradle_target", Value: "sdks:java:io:google-cloud-platform:expansion-service:shadowJar"}}})
	}
	t.yaml.Transforms = append(t.yaml.Transforms, yamlpipeline.Transform{Type: queryRead, Name: s.Name,
		Comment: []string{"Runs in the pipeline's project, which must be " + s.Project + "."},
		Config:  yamlpipeline.Map{{Key: "query", Value: t.query(s, "DATETIME")}}})
}

// query is the source's, or the new part of it.
func (t *translator) query(s launcher.Source, timeType string) string {
	i := s.Incremental
	if i == nil {
		return s.Query
	}
	p := t.parameter(Parameter{Name: variable("incremental_from", s.Name), Kind: Incremental,
		Help: fmt.Sprintf("rows of %s with a greater %s are read, such as 2026-01-31 13:00:00", s.Name, i.Column), Pattern: `[0-9]{4}-[0-9]{2}-[0-9]{2}( [0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?)?`}, s.Place)
	q := Question{Parameter: string(p), Seconds: int(i.Ago / time.Second)}
	if i.Ago == 0 {
		for _, sink := range t.p.Sinks {
			if sink.Name == i.Destination {
				q.SQL, q.Project = greatest(sink.Table, i), sink.Table.Project
			}
		}
	}
	t.out.Before = append(t.out.Before, q)
	return fmt.Sprintf("SELECT * FROM (\n%s\n) AS read_wholly\nWHERE CAST(%s AS %s) > CAST('%s' AS %s)", s.Query, i.Column, timeType, p.Within(), timeType)
}

// greatest asks for the greatest value of the column in a table; of an empty table,
// for the first time that every database knows.
func greatest(table launcher.Table, i *launcher.Incremental) string {
	column := fmt.Sprintf("CAST(`%s` AS DATETIME)", i.Column)
	sql := fmt.Sprintf("SELECT IFNULL(FORMAT_DATETIME('%%Y-%%m-%%d %%H:%%M:%%E6S', MAX(%s)), '1000-01-01 00:00:00')\nFROM %s", column, table.SQL())
	if i.Search > 0 {
		sql += fmt.Sprintf("\nWHERE %s >= DATETIME_SUB(CURRENT_DATETIME(), INTERVAL %d MINUTE)", column, int(i.Search/time.Minute))
	}
	return sql
}
