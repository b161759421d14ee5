package launcher

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/dorc-dev/dorc/internal/tree"
)

// maxClustering is how many columns a table is clustered by at most.
// https://cloud.google.com/bigquery/docs/clustered-tables#limitations
const maxClustering = 4

func (r *reader) sink(n *yaml.Node) Sink {
	s := Sink{Mode: Replace}
	var input, mergeKeys, partitioning *yaml.Node
	s.Name, _, s.Place = r.stage(n, "sink", map[string]func(*yaml.Node){
		"input": func(v *yaml.Node) { input, s.Input = v, r.Text(v, "input") },
		"mode": func(v *yaml.Node) {
			s.Mode = Mode(r.oneOf(v, "mode", string(Replace), string(Append), string(Merge)))
		},
		"merge_keys": func(v *yaml.Node) {
			mergeKeys = v
			for _, item := range r.List(v, "merge_keys") {
				s.MergeKeys = append(s.MergeKeys, r.column(item, "a merge key"))
			}
		},
	}, map[string]func(*yaml.Node){
		"bigquery": func(n *yaml.Node) {
			r.Object(n, "the sink's parameters", map[string]func(*yaml.Node){
				"table":  func(v *yaml.Node) { s.Table = r.table(v) },
				"schema": func(v *yaml.Node) { s.Schema = r.schema(v) },
				"create_disposition": func(v *yaml.Node) {
					s.Create = r.oneOf(v, "create_disposition", "CREATE_IF_NEEDED", "CREATE_NEVER") == "CREATE_IF_NEEDED"
				},
				"partitioning": func(v *yaml.Node) {
					partitioning = v
					s.Partitioning = strings.ToUpper(r.oneOf(v, "partitioning", "HOUR", "DAY", "MONTH", "YEAR"))
				},
				"partitioning_field": func(v *yaml.Node) { partitioning, s.PartitioningField = v, r.column(v, "partitioning_field") },
				"clustering":         func(v *yaml.Node) { s.Clustering = r.clustering(v) },
			}, "table")
		},
	}, "input")
	r.refer(s.Name, s.Input, input)
	switch {
	case s.Mode == Merge && len(s.MergeKeys) == 0:
		r.Refuse(tree.Follow(n), `mode merge needs "merge_keys"`, "", "Name the columns by which a row replaces another.")
	case s.Mode != Merge && mergeKeys != nil:
		r.Refuse(mergeKeys, "merge_keys is for mode merge", "this sink's mode is "+string(s.Mode), "Remove it, or set the mode.")
	}
	if partitioning != nil && (s.Partitioning == "") != (s.PartitioningField == "") {
		r.Refuse(partitioning, "partitioning and partitioning_field belong together", "", "Give both or none.")
	}
	r.columns(n, s)
	if s.Schema.FromTable && s.Create {
		r.Refuse(tree.Follow(n), "the schema of a table that may not exist", "schema is get_from_table, create_disposition CREATE_IF_NEEDED", "Give the schema, or create the table first.")
	}
	return s
}

// columns holds the columns that a sink names against its schema, when it has one.
func (r *reader) columns(n *yaml.Node, s Sink) {
	types := map[string]string{}
	for _, f := range s.Schema.Fields {
		types[f.Name] = f.Type
	}
	if len(types) == 0 {
		return
	}
	for _, c := range slices.Concat(s.MergeKeys, s.Clustering, []string{s.PartitioningField}) {
		if c != "" && types[c] == "" {
			r.Refuse(tree.Follow(n), fmt.Sprintf("the schema has no column %q", c), "", tree.DidYouMean(c, sortedKeys(types)))
		}
	}
	if t := types[s.PartitioningField]; t != "" && !slices.Contains([]string{"DATE", "DATETIME", "TIMESTAMP"}, t) {
		r.Refuse(tree.Follow(n), fmt.Sprintf("a table cannot be partitioned by %s", s.PartitioningField),
			"it is "+t+"; partitioning needs DATE, DATETIME or TIMESTAMP", "")
	}
}

// oneOf reads one of a few words, whatever the case of its letters, and gives it
// as it is in the list.
func (r *reader) oneOf(n *yaml.Node, what string, words ...string) string {
	text := r.Text(n, what)
	for _, w := range words {
		if strings.EqualFold(w, text) {
			return w
		}
	}
	if text != "" {
		r.Refuse(n, fmt.Sprintf("%s is %q", what, tree.Shorten(text)), "it must be one of "+strings.Join(words, ", "), tree.DidYouMean(strings.ToUpper(text), words))
	}
	return ""
}

func (r *reader) clustering(n *yaml.Node) []string {
	var all []string
	for _, c := range strings.Split(r.Text(n, "clustering"), ",") {
		c = strings.TrimSpace(c)
		if !columnName.MatchString(c) {
			r.Refuse(n, fmt.Sprintf("%q is no column's name", tree.Shorten(c)), "clustering is columns with commas between them", "")
			return nil
		}
		all = append(all, c)
	}
	if len(all) > maxClustering {
		r.Refuse(n, "too many clustering columns", fmt.Sprintf("%d, BigQuery allows %d", len(all), maxClustering), "")
	}
	return all
}

// tableForm is project:dataset.table with the characters that BigQuery allows and
// that need no care in SQL. https://cloud.google.com/bigquery/docs/tables#table_naming
var tableForm = regexp.MustCompile(`^([^:]+(?::[^:]+)?):([A-Za-z0-9_]{1,1000})\.([A-Za-z0-9_-]{1,1000})$`)

func (r *reader) table(n *yaml.Node) Table {
	text := r.Text(n, "table")
	m := tableForm.FindStringSubmatch(text)
	if text != "" && (m == nil || !projectID.MatchString(m[1])) {
		r.Refuse(n, fmt.Sprintf("%q is no table", tree.Shorten(text)), "it is <project>:<dataset>.<table>", "For example my-project:sales.orders.")
		return Table{}
	}
	if m == nil {
		return Table{}
	}
	return Table{m[1], m[2], m[3]}
}
