package dag

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/dorc-dev/dorc/internal/tree"
	"github.com/dorc-dev/dorc/pkg/airflow"
)

// textsOf reads as Jinja what Airflow renders of an operator's arguments: its template
// fields; of an operator that is not known, every text.
func (t *taskReader) textsOf(arguments *yaml.Node, operator *airflow.Operator) {
	if arguments == nil {
		return
	}
	m := tree.Follow(arguments)
	if m.Kind != yaml.MappingNode {
		return
	}
	for i := 0; i+1 < len(m.Content); i += 2 {
		key, value := m.Content[i].Value, m.Content[i+1]
		if operator == nil {
			t.allTexts(value)
			continue
		}
		if slices.Contains(operator.TemplateFields, key) && !t.isFile(value, operator) {
			t.allTexts(value)
		}
	}
}

// allTexts reads every text in a value.
func (t *taskReader) allTexts(n *yaml.Node) {
	v := tree.Follow(n)
	switch v.Kind {
	case yaml.ScalarNode:
		t.template(v)
	case yaml.MappingNode:
		for i := 1; i < len(v.Content); i += 2 {
			t.allTexts(v.Content[i])
		}
	case yaml.SequenceNode:
		for _, item := range v.Content {
			t.allTexts(item)
		}
	}
}

// isFile reports a value that Airflow takes for the name of a template, by its ending,
// and refuses one that is not there.
func (t *taskReader) isFile(n *yaml.Node, operator *airflow.Operator) bool {
	v := tree.Follow(n)
	if v.Kind == yaml.SequenceNode { // Airflow looks at each
		for _, one := range v.Content {
			if !t.isFile(one, operator) {
				t.allTexts(one)
			}
		}
		return true
	}
	if v.Kind != yaml.ScalarNode || v.Tag != "!!str" || !slices.ContainsFunc(operator.TemplateExt, func(ext string) bool { return strings.HasSuffix(v.Value, ext) }) {
		return false
	}
	if slices.ContainsFunc(t.dag.SQL, func(f SQLFile) bool { return f.Path == v.Value }) {
		t.used[v.Value] = true
		return true
	}
	t.Refuse(n, fmt.Sprintf("Airflow would read the file %q", tree.Shorten(v.Value)), fmt.Sprintf("a text that ends in %s is the name of a template, and %s has no such file", path.Ext(v.Value), t.shown(SQLFolder)),
		"Put it there and write its name as sql/<name>.sql, or let the text end in a space.")
	return true
}
