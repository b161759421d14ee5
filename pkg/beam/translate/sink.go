package translate

import (
	"fmt"
	"strings"

	"github.com/dorc-dev/dorc/pkg/beam/launcher"
	"github.com/dorc-dev/dorc/pkg/beam/yamlpipeline"
)

var dispositions = map[launcher.Mode]string{launcher.Replace: "WRITE_TRUNCATE", launcher.Append: "WRITE_APPEND", launcher.Merge: "WRITE_TRUNCATE"}

// stagingSuffix of the table that a merge writes first, beside its own.
const stagingSuffix = "_dorc_staging"

func (t *translator) sink(s launcher.Sink) {
	table, create := s.Table, "CREATE_NEVER"
	if s.Create {
		create = "CREATE_IF_NEEDED"
	}
	if s.Mode == launcher.Merge {
		table.Name += stagingSuffix
		create = "CREATE_IF_NEEDED"
		t.merge(s, table)
	}
	inputs := []yamlpipeline.Input{{Transform: s.Input}}
	config := yamlpipeline.Map{{Key: "table", Value: table.String()}, {Key: "create_disposition", Value: create}, {Key: "write_disposition", Value: dispositions[s.Mode]}}
	load := s.Mode != launcher.Merge && (s.Partitioning != "" || len(s.Clustering) > 0)
	if !load && len(s.Schema.Fields) == 0 {
		t.out.Java = true
		t.yaml.Transforms = append(t.yaml.Transforms, yamlpipeline.Transform{Type: "WriteToBigQuery", Name: s.Name, Inputs: inputs, Config: config})
		return
	}
	if load {
		config = append(config, yamlpipeline.Item{Key: "additional_bq_parameters", Value: tableOptions(s)})
	}
	switch {
	case len(s.Schema.Fields) > 0:
		config = append(config, yamlpipeline.Item{Key: "schema", Value: yamlpipeline.Map{{Key: "fields", Value: fields(s.Schema.Fields)}}})
	case create == "CREATE_IF_NEEDED":
		config = append(config, yamlpipeline.Item{Key: "schema", Value: "SCHEMA_AUTODETECT"})
	}
	t.yaml.Transforms = append(t.yaml.Transforms, yamlpipeline.Transform{Type: "PyTransform", Name: s.Name, Inputs: inputs,
		Comment: []string{"Beam YAML's WriteToBigQuery has no schema, partitioning or clustering; Beam's Python connector has."},
		Config: yamlpipeline.Map{{Key: "constructor", Value: "__callable__"},
			{Key: "kwargs", Value: append(yamlpipeline.Map{{Key: "source", Value: loader}}, config...)}}})
}

// loader writes rows by load jobs. Its keyword arguments are those of Beam's
// WriteToBigQuery, which takes dictionaries and no rows.
const loader = `import datetime
import apache_beam as beam
from apache_beam.io.gcp.bigquery import WriteToBigQuery
from apache_beam.utils.timestamp import Timestamp

def plain(value):
  if hasattr(value, '_asdict'):
    value = value._asdict()
  if isinstance(value, dict):
    return {k: plain(v) for k, v in value.items()}
  if isinstance(value, (list, tuple)):
    return [plain(v) for v in value]
  if isinstance(value, Timestamp):
    value = value.to_utc_datetime()
  if isinstance(value, datetime.datetime):
    # Without its offset, UTC, since a DATETIME takes none and a TIMESTAMP needs none.
    if value.tzinfo:
      value = value.astimezone(datetime.timezone.utc).replace(tzinfo=None)
    return value.isoformat()
  return value

def load(rows, **options):
  result = (
      rows
      | 'ToDictionaries' >> beam.Map(lambda row: plain(row))
      | WriteToBigQuery(method='FILE_LOADS', **options))
  return {'loads': result.destination_load_jobid_pairs}
`

// tableOptions are BigQuery's words for how a table is stored.
// https://cloud.google.com/bigquery/docs/reference/rest/v2/Job#jobconfigurationload
func tableOptions(s launcher.Sink) yamlpipeline.Map {
	var m yamlpipeline.Map
	if s.Partitioning != "" {
		m = append(m, yamlpipeline.Item{Key: "timePartitioning", Value: yamlpipeline.Map{{Key: "type", Value: s.Partitioning}, {Key: "field", Value: s.PartitioningField}}})
	}
	if len(s.Clustering) > 0 {
		columns := make([]any, 0, len(s.Clustering))
		for _, c := range s.Clustering {
			columns = append(columns, c)
		}
		m = append(m, yamlpipeline.Item{Key: "clustering", Value: yamlpipeline.Map{{Key: "fields", Value: columns}}})
	}
	return m
}

func fields(all []launcher.Field) []any {
	var list []any
	for _, f := range all {
		mode := f.Mode
		if mode == "" {
			mode = "NULLABLE"
		}
		m := yamlpipeline.Map{{Key: "name", Value: f.Name}, {Key: "type", Value: f.Type}, {Key: "mode", Value: mode}}
		if len(f.Fields) > 0 {
			m = append(m, yamlpipeline.Item{Key: "fields", Value: fields(f.Fields)})
		}
		list = append(list, m)
	}
	return list
}

// merge replaces, in one transaction, the rows of the table whose keys came again,
// and adds all that came. Columns are matched by name.
func (t *translator) merge(s launcher.Sink, staging launcher.Table) {
	statement := Statement{Sink: s.Name, Project: s.Table.Project}
	remove := make([]string, 0, len(s.MergeKeys))
	for _, k := range s.MergeKeys {
		remove = append(remove, fmt.Sprintf("present.`%s` = came.`%s`", k, k))
	}
	condition := fmt.Sprintf("EXISTS (\n  SELECT 1 FROM %s AS came WHERE %s)", staging.SQL(), strings.Join(remove, " AND "))
	if source := t.p.Sources[0]; len(s.MergeKeys) == 1 && s.MergeKeys[0] == s.PartitioningField && source.Incremental != nil &&
		source.Incremental.Ago > 0 && source.Incremental.Column == s.MergeKeys[0] {
		// The time itself is the key: everything since then came again.
		from := variable("incremental_from", source.Name)
		statement.Parameters = []string{from}
		condition = fmt.Sprintf("CAST(present.`%s` AS DATETIME) > CAST(@%s AS DATETIME)", s.MergeKeys[0], from)
	}
	statement.SQL = fmt.Sprintf("DECLARE names STRING DEFAULT (\n"+
		"  SELECT STRING_AGG(FORMAT('`%%s`', column_name), ', ' ORDER BY ordinal_position)\n"+
		"  FROM `%s.%s`.INFORMATION_SCHEMA.COLUMNS WHERE table_name = '%s');\n"+
		"BEGIN TRANSACTION;\n"+
		"DELETE FROM %s AS present WHERE %s;\n"+
		"EXECUTE IMMEDIATE FORMAT('INSERT INTO %s (%%s) SELECT %%s FROM %s', names, names);\n"+
		"COMMIT TRANSACTION;\n"+
		"DROP TABLE %s;",
		staging.Project, staging.Dataset, staging.Name, s.Table.SQL(), condition, s.Table.SQL(), staging.SQL(), staging.SQL())
	t.out.After = append(t.out.After, statement)
}
