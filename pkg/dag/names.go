package dag

import (
	"fmt"
	"regexp"

	"gopkg.in/yaml.v3"

	"github.com/dorc-dev/dorc/internal/tree"
)

// nameRule is what something may be called.
type nameRule struct {
	pattern *regexp.Regexp
	// most is how many characters there may be.
	most int
	// words is the rule for people, with its source.
	words string
}

var (
	// airflowName is that of DAGs and tasks: validate_key of Airflow. That a name begins
	// with a letter or a digit keeps files of that name in sight.
	airflowName = nameRule{regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.-]*$`), 250,
		"letters, digits, -, _ and ., at most 250 (Airflow)"}
	// relationName is that of tables and views. BigQuery allows more, such as spaces.
	relationName = nameRule{regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_-]*$`), 250,
		"letters, digits, - and _, at most 250 (https://cloud.google.com/bigquery/docs/tables#table_naming)"}
	routineName = nameRule{regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`), 250,
		"letters, digits and _, no digit first, at most 250 (https://cloud.google.com/bigquery/docs/routines-intro)"}
	datasetName = nameRule{regexp.MustCompile(`^[A-Za-z0-9_]+$`), 1024,
		"letters, digits and _, at most 1024 (https://cloud.google.com/bigquery/docs/datasets#dataset-naming)"}
	projectName = nameRule{regexp.MustCompile(`^([a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$`), 100,
		"a Google project's id: 6 to 30 lower case letters, digits and -, a letter first"}
	columnName = nameRule{regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`), 300,
		"letters, digits and _, no digit first, at most 300 (https://cloud.google.com/bigquery/docs/schemas#column_names)"}
	dottedClass = nameRule{regexp.MustCompile(`^[A-Za-z_]\w*(\.[A-Za-z_]\w*)+$`), 500,
		"a class with its module, such as airflow.operators.empty.EmptyOperator"}
)

const identifierRule = "letters, digits and _, no digit first"

// isIdentifier reports whether Python, Jinja and BigQuery take a word for a name.
func isIdentifier(s string) bool { return columnName.refuses(s) == "" }

// refuses is the rule that a name breaks, or "".
func (rule nameRule) refuses(name string) string {
	if len(name) <= rule.most && rule.pattern.MatchString(name) {
		return ""
	}
	return rule.words
}

// name reads a name.
func (r *reader) name(n *yaml.Node, what string, rule nameRule) string {
	name := r.Text(n, what)
	if name != "" {
		if why := rule.refuses(name); why != "" {
			r.Refuse(n, fmt.Sprintf("%q cannot be the %s", tree.Shorten(name), what), why, "")
		}
	}
	return name
}
