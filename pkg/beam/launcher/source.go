package launcher

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"github.com/dorc-dev/dorc/internal/tree"
)

// maxInDestination is the value of incremental_interval_from by default.
const maxInDestination = "max_value_in_destination"

func (r *reader) source(n *yaml.Node) Source {
	var s Source
	var inc Incremental
	var incremental, given *yaml.Node
	isIncremental := false
	parameters := func(own map[string]func(*yaml.Node), required ...string) func(*yaml.Node) {
		return func(n *yaml.Node) {
			keys := map[string]func(*yaml.Node){
				"query":                     func(v *yaml.Node) { s.Query = r.query(v) },
				"incremental_column":        func(v *yaml.Node) { given, inc.Column = v, r.column(v, "incremental_column") },
				"incremental_interval_from": func(v *yaml.Node) { given, inc.Ago = v, r.interval(v) },
				"destination_sink_name":     func(v *yaml.Node) { given, inc.Destination = v, r.Text(v, "destination_sink_name") },
				"destination_search_range":  func(v *yaml.Node) { given, inc.Search = v, r.searchRange(v) },
			}
			for k, read := range own {
				keys[k] = read
			}
			r.Object(n, "the source's parameters", keys, append([]string{"query"}, required...)...)
		}
	}
	database := parameters(r.connection(&s), "profile")
	s.Name, s.Module, s.Place = r.stage(n, "source", map[string]func(*yaml.Node){
		"incremental": func(v *yaml.Node) { incremental, isIncremental = v, r.Truth(v, "incremental") },
	}, map[string]func(*yaml.Node){
		"mysql":    database,
		"postgres": database,
		"bigquery": parameters(map[string]func(*yaml.Node){
			"project": func(v *yaml.Node) { s.Project = r.project(v) },
		}, "project"),
	})
	switch {
	case !isIncremental && given != nil:
		r.Refuse(given, "the source is not incremental", "this key is for sources with incremental: true", "Add incremental: true beside parameters, or remove the key.")
	case isIncremental:
		s.Incremental = &inc
		if inc.Column == "" {
			r.Refuse(incremental, `an incremental source needs "incremental_column"`, "", "Add it to its parameters.")
		}
		switch {
		case inc.Ago == 0 && inc.Destination == "":
			r.Refuse(incremental, `an incremental source needs "destination_sink_name"`,
				"what is new begins at the greatest value in that sink's table", "Add it to its parameters, or give incremental_interval_from a time such as 1hour.")
		case inc.Ago != 0 && inc.Search != 0:
			r.Refuse(given, "destination_search_range needs "+maxInDestination, "the table is not asked with another incremental_interval_from", "Remove one of the two.")
		}
	}
	return s
}

// connection are the keys of a database's connection. Those that would put it
// into the file are refused.
func (r *reader) connection(s *Source) map[string]func(*yaml.Node) {
	keys := map[string]func(*yaml.Node){"profile": func(n *yaml.Node) {
		s.Profile = r.profile(n)
	}}
	for _, k := range profileKeys {
		keys[k] = func(n *yaml.Node) {
			r.Refuse(n, fmt.Sprintf("%q does not belong into the pipeline's file", k),
				"a connection differs between environments, and a file in a repository is no place for its password",
				"Make a connection profile and name it here: \"profile\": \"<name>\".")
		}
	}
	return keys
}

// query reads SQL, or the path of a file that has it. Semicolons at its end go.
func (r *reader) query(n *yaml.Node) string {
	sql := r.Text(n, "query")
	if strings.HasSuffix(sql, ".sql") && !strings.ContainsAny(sql, " \t\n") {
		data, ok := r.beside(n, sql, "a query")
		if !ok {
			return ""
		}
		sql = string(data)
		if !utf8.ValidString(sql) || strings.ContainsRune(sql, tree.Mark) {
			r.Refuse(n, "the query's file is not text in UTF-8", "", "")
			return ""
		}
	}
	sql = strings.TrimRight(strings.ReplaceAll(sql, "\r\n", "\n"), "; \t\n")
	if strings.TrimSpace(sql) == "" {
		r.Refuse(n, "the query is empty", "", "Write what to read, such as SELECT * FROM orders.")
	}
	return strings.TrimSpace(sql)
}

var columnName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]{0,299}$`)

// column reads the name of a column: letters, digits and underscores, as BigQuery
// allows them without quotes. https://cloud.google.com/bigquery/docs/schemas#column_names
func (r *reader) column(n *yaml.Node, what string) string {
	name := r.Text(n, what)
	if name != "" && !columnName.MatchString(name) {
		r.Refuse(n, fmt.Sprintf("%q is no column's name", tree.Shorten(name)), "letters, digits and underscores, not a digit first, at most 300", "")
		return ""
	}
	return name
}

var projectID = regexp.MustCompile(`^([a-z][a-z0-9.-]*:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$`)

// project reads a Google project's id. https://cloud.google.com/resource-manager/docs/creating-managing-projects
func (r *reader) project(n *yaml.Node) string {
	id := r.Text(n, "project")
	if id != "" && !projectID.MatchString(id) {
		r.Refuse(n, fmt.Sprintf("%q is no project id", tree.Shorten(id)), "6 to 30 small letters, digits and hyphens, a letter first", "")
	}
	return id
}

var (
	intervalForm = regexp.MustCompile(`^([1-9][0-9]{0,5})(min|hour|day)$`)
	units        = map[string]time.Duration{"min": time.Minute, "hour": time.Hour, "day": 24 * time.Hour}
)

// interval reads 15min, 1hour or 120day; 0 is max_value_in_destination.
func (r *reader) interval(n *yaml.Node) time.Duration {
	text := r.Text(n, "incremental_interval_from")
	if text == maxInDestination || text == "" {
		return 0
	}
	return r.duration(n, text, text, maxInDestination+", or a number and min, hour or day, such as 15min")
}

// searchRange reads -15min, -1hour or -120day.
func (r *reader) searchRange(n *yaml.Node) time.Duration {
	text := r.Text(n, "destination_search_range")
	positive, ok := strings.CutPrefix(text, "-")
	if !ok {
		positive = ""
	}
	return r.duration(n, text, positive, "a minus, a number and min, hour or day, such as -7day")
}

func (r *reader) duration(n *yaml.Node, text, positive, form string) time.Duration {
	m := intervalForm.FindStringSubmatch(strings.ToLower(positive))
	if m == nil {
		r.Refuse(n, fmt.Sprintf("%q is no interval", tree.Shorten(text)), "it is "+form, "")
		return 0
	}
	count, _ := strconv.Atoi(m[1]) //nolint:errcheck // at most six digits
	if m[2] == "day" && count > 36500 {
		r.Refuse(n, fmt.Sprintf("%q is too long", tree.Shorten(text)), "at most 36500day", "")
		return 0
	}
	return time.Duration(count) * units[m[2]]
}
