package yamlpipeline

import (
	"fmt"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/dorc-dev/dorc/internal/tree"
)

// Summary is what a checked pipeline has.
type Summary struct {
	// Transforms are counted without composites and chains.
	Transforms int
	// Template says that the file has Jinja statements: what it becomes is known
	// only when it starts, and nothing was checked.
	Template bool
}

// checker checks one file.
type checker struct {
	tree.File
	summary Summary
	// offered are the types of the file's providers; included says that there are
	// more, in files that were not read.
	offered  map[string]bool
	included bool
}

// Check reads a Beam YAML pipeline and finds transforms that Beam YAML does not
// have, inputs that do not exist, circles, names that are there twice, and keys
// that are missing or cannot be. The error is a problem.List. The rules are those
// of apache_beam.yaml in the version BeamVersion; Beam checks more when it runs.
func Check(file string, data []byte) (Summary, error) {
	c := &checker{File: tree.File{Name: file}, offered: map[string]bool{}}
	text, whole := unfilled(string(data))
	if !whole {
		return Summary{Template: true}, nil
	}
	root := c.Read([]byte(text))
	if root == nil {
		if len(c.Problems) == 0 {
			c.Refuse(nil, "the file is empty", "a Beam YAML file has a pipeline", "")
		}
		return Summary{}, c.Problems.Err()
	}
	var pipeline *yaml.Node
	c.Object(root, "the file", map[string]func(*yaml.Node){
		"pipeline":  func(n *yaml.Node) { pipeline = n },
		"providers": c.providers,
		"options":   func(n *yaml.Node) { c.Mapping(n, "options") },
		"tests":     func(n *yaml.Node) { c.List(n, "tests") },
	}, "pipeline")
	if pipeline != nil {
		c.pipeline(pipeline)
	}
	return c.summary, c.Problems.Err()
}

func (c *checker) providers(n *yaml.Node) {
	for _, p := range c.List(n, "providers") {
		entries, _ := c.Mapping(p, "the provider")
		there := map[string]bool{}
		for _, e := range entries {
			there[e.Name] = true
		}
		if there["include"] {
			c.included = true
			c.Object(p, "the provider", map[string]func(*yaml.Node){"include": func(v *yaml.Node) { c.Text(v, "include") }})
			continue
		}
		c.Object(p, "the provider", map[string]func(*yaml.Node){
			"type":   func(v *yaml.Node) { c.Text(v, "type") },
			"config": func(v *yaml.Node) { c.Mapping(v, "config") },
			"transforms": func(v *yaml.Node) {
				offered, _ := c.Mapping(v, "transforms")
				for _, e := range offered {
					c.offered[e.Name] = true
				}
			},
		}, "type", "transforms", "config")
	}
}

// pipeline checks the outermost composite or chain.
func (c *checker) pipeline(n *yaml.Node) {
	var t transform
	chain := false
	ignore := func(*yaml.Node) {}
	c.Object(n, "the pipeline", map[string]func(*yaml.Node){
		"type": func(v *yaml.Node) {
			switch c.Text(v, "type") {
			case "chain":
				chain = true
			case "composite", "":
			default:
				c.Refuse(v, fmt.Sprintf("a pipeline's type is composite or chain, not %s", tree.Describe(v)), "", "")
			}
		},
		"windowing": ignore, "resource_hints": ignore,
		"transforms":       func(v *yaml.Node) { t.transforms = v },
		"extra_transforms": func(v *yaml.Node) { t.extra = v },
		"source":           func(v *yaml.Node) { t.source = v },
		"sink":             func(v *yaml.Node) { t.sink = v },
	})
	t.node, t.chain = n, chain
	c.nested(&t, nil)
}

// transform is one as the file has it.
type transform struct {
	node *yaml.Node
	// kind is the key type, name the key name or the kind; named says that the
	// file has the key.
	kind, name string
	named      bool
	chain      bool
	inputs     []named
	outputs    []named
	// explicit says that the key input or output is there.
	explicit                        bool
	transforms, extra, source, sink *yaml.Node
	config                          *yaml.Node
	// errors is the name of the output with rows that failed.
	errors string
}

// named is a transform's name where the file has it. The tag is its key, or "".
type named struct {
	tag, name string
	at        *yaml.Node
}

func (c *checker) transform(n *yaml.Node) (*transform, bool) {
	t := &transform{node: tree.Follow(n)}
	entries, ok := c.Mapping(n, "the transform")
	if !ok {
		return nil, false
	}
	var kind *yaml.Node
	for _, e := range entries {
		if e.Name == "type" {
			kind, t.kind = e.Value, c.Text(e.Value, "type")
		}
	}
	keys := map[string]func(*yaml.Node){
		"type":           func(*yaml.Node) {},
		"name":           func(v *yaml.Node) { t.name, t.named = c.Text(v, "name"), true },
		"input":          func(v *yaml.Node) { t.explicit = true; t.inputs = c.names(v, "input", true) },
		"output":         func(v *yaml.Node) { t.explicit = true; t.outputs = c.names(v, "output", false) },
		"windowing":      func(*yaml.Node) {},
		"resource_hints": func(v *yaml.Node) { c.Mapping(v, "resource_hints") },
	}
	nests := t.kind == "composite" || t.kind == "chain"
	if nests {
		t.chain = t.kind == "chain"
		keys["transforms"] = func(v *yaml.Node) { t.transforms = v }
		keys["source"] = func(v *yaml.Node) { t.source = v }
		keys["sink"] = func(v *yaml.Node) { t.sink = v }
		if t.chain {
			keys["extra_transforms"] = func(v *yaml.Node) { t.extra = v }
		}
	} else {
		keys["config"] = func(v *yaml.Node) { t.config = v }
		keys["output_schema"] = func(v *yaml.Node) { c.Mapping(v, "output_schema") }
	}
	c.Object(n, "the transform", keys, "type")
	if !t.named {
		t.name = t.kind
	}
	if !nests {
		c.summary.Transforms++
		c.kind(t, kind)
	}
	return t, true
}

// names reads an input or output: a name, a list (inputs only), or names with tags.
func (c *checker) names(n *yaml.Node, what string, list bool) []named {
	v := tree.Follow(n)
	switch {
	case v.Kind == yaml.SequenceNode && list:
		var all []named
		for _, item := range v.Content {
			all = append(all, named{"", c.Text(item, "an "+what), item})
		}
		return all
	case v.Kind == yaml.MappingNode:
		var all []named
		entries, _ := c.Mapping(n, what)
		for _, e := range entries {
			all = append(all, named{e.Name, c.Text(e.Value, "the "+what+" "+tree.Shorten(e.Name)), e.Value})
		}
		return all
	default:
		if name := c.Text(n, what); name != "" {
			return []named{{"", name, n}}
		}
		return nil
	}
}

// split takes the name of an output from the end of an input.
func split(input string) (transform, output string) {
	if i := strings.LastIndexByte(input, '.'); i >= 0 {
		return input[:i], input[i+1:]
	}
	return input, ""
}

// MaxSize of a file in bytes.
const MaxSize = tree.MaxSize
