package launcher

import (
	"fmt"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/dorc-dev/dorc/internal/tree"
)

func (r *reader) transform(n *yaml.Node) Transform {
	var t Transform
	var inputs []*yaml.Node
	var aliases *yaml.Node
	t.Name, _, t.Place = r.stage(n, "transform", map[string]func(*yaml.Node){
		"inputs": func(v *yaml.Node) {
			inputs = r.List(v, "inputs")
			if inputs != nil && len(inputs) == 0 {
				r.Refuse(v, "inputs is empty", "", "Name at least one source or transform.")
			}
		},
	}, map[string]func(*yaml.Node){
		"beamsql": func(n *yaml.Node) {
			r.Object(n, "the transform's parameters", map[string]func(*yaml.Node){
				"sql":          func(v *yaml.Node) { t.SQL = strings.TrimRight(strings.TrimSpace(r.Text(v, "sql")), "; \t\n") },
				"inputs_alias": func(v *yaml.Node) { aliases, t.Aliases = v, r.Texts(v, "inputs_alias") },
			}, "sql")
		},
	}, "inputs")
	for _, input := range inputs {
		name := r.Text(input, "an input")
		t.Inputs = append(t.Inputs, name)
		r.refer(t.Name, name, input)
	}
	switch {
	case aliases == nil:
		t.Aliases = t.Inputs
	case len(t.Aliases) != len(t.Inputs):
		r.Refuse(aliases, "inputs_alias has not one name for each input", fmt.Sprintf("%d inputs, %d aliases", len(t.Inputs), len(t.Aliases)), "")
		return t
	}
	r.unique(n, aliases, t)
	return t
}

// unique refuses two inputs of one name in the SQL.
func (r *reader) unique(transform, aliases *yaml.Node, t Transform) {
	seen := map[string]string{}
	for i, alias := range t.Aliases {
		other, there := seen[alias]
		seen[alias] = t.Inputs[i]
		switch {
		case !there:
		case aliases != nil:
			r.Refuse(aliases, fmt.Sprintf("two inputs have the alias %q", tree.Shorten(alias)), "", "Give each an alias of its own.")
		case other != "":
			r.Refuse(tree.Follow(transform), fmt.Sprintf("%q is an input twice", tree.Shorten(alias)), "the SQL could not tell them apart", "Give them inputs_alias.")
		}
	}
}

// refer remembers that a stage reads another.
func (r *reader) refer(from, to string, at *yaml.Node) {
	if to != "" {
		r.references = append(r.references, reference{from, to, at})
	}
}
