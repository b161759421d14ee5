package config

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// topLevelKeys are the keys of Pulumi's stack configuration that dorc reads.
var topLevelKeys = []string{"config", "encryptionsalt", "secretsprovider", "encryptedkey"}

// document is a Pulumi.<stack>.yaml with the places of its keys. It is read
// with the parser that Pulumi uses, so that both see the same values.
type document struct {
	file string
	// root is the document's mapping, or nil when the file is empty.
	root *yaml.Node
	// config are the pairs below the key config, in their order.
	config []pair
}

// pair is a key and its value in a mapping.
type pair struct {
	key, value *yaml.Node
	// namespace and name are the parts of a configuration key.
	namespace, name string
}

// parseDocument reads the structure of the file and refuses what Pulumi would
// refuse, with a place. It looks at no configuration value.
func parseDocument(data []byte, shown string) (*document, error) {
	d := &document{file: shown}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var node, second yaml.Node
	if err := decoder.Decode(&node); errors.Is(err, io.EOF) {
		return d, nil
	} else if err != nil {
		return nil, d.syntax(err)
	}
	if err := decoder.Decode(&second); !errors.Is(err, io.EOF) {
		if err != nil {
			return nil, d.syntax(err)
		}
		return nil, d.problem(&second, "a second document in one file", "Pulumi reads the first one only", "remove the line ---")
	}
	if len(node.Content) == 0 || isNull(node.Content[0]) {
		return d, nil
	}
	d.root = resolve(node.Content[0])
	if d.root.Kind != yaml.MappingNode {
		return nil, d.problem(d.root, "not a stack configuration", "the file is "+kindOf(d.root), "start it with a line config:")
	}
	top, problems := d.pairs(d.root)
	for _, p := range top {
		switch {
		case p.key.Value == "config":
			problems = append(problems, d.readConfig(p.value)...)
		case p.key.Value == "environment":
			problems = append(problems, d.problem(p.key, "environment stands outside config",
				"at the top level it is Pulumi's ESC, a service that dorc does not use", "move it below config:"))
		case !contains(topLevelKeys, p.key.Value):
			problems = append(problems, d.problem(p.key, "unknown key "+quote(p.key.Value), "", topLevelHint(p.key.Value)))
		case p.key.Value != "config" && !isString(p.value) && !isNull(p.value):
			problems = append(problems, d.problem(p.value, p.key.Value+" is not a text", "it is "+kindOf(p.value), "dorc config set --secret writes it"))
		}
	}
	return d, problems.Err()
}

func topLevelHint(key string) string {
	for _, known := range append(universalKeys(), environmentKeys()...) {
		if known == key {
			return "move it below config:"
		}
	}
	if near := problem.Nearest(key, topLevelKeys); near != "" {
		return "did you mean " + near + "?"
	}
	return "dorc's keys stand below config:"
}

// readConfig reads the keys below config.
func (d *document) readConfig(n *yaml.Node) problem.List {
	if isNull(n) {
		return nil
	}
	n = resolve(n)
	if n.Kind != yaml.MappingNode {
		return problem.List{d.problem(n, "config is not a mapping", "it is "+kindOf(n), "write one key: value a line below config:")}
	}
	pairs, problems := d.pairs(n)
	seen := map[string]int{}
	for i := range pairs {
		p := &pairs[i]
		var ok bool
		if p.namespace, p.name, ok = splitKey(p.key.Value); !ok {
			problems = append(problems, d.problem(p.key, "not a configuration key", quote(p.key.Value)+" is neither name nor namespace:name", "use one colon at most"))
			continue
		}
		full := p.namespace + ":" + p.name
		if line := seen[full]; line != 0 && p.key.Value != p.name {
			problems = append(problems, d.problem(p.key, "key "+quote(p.name)+" is given twice", "with and without its namespace", "keep one of them"))
		}
		seen[full] = p.key.Line
	}
	d.config = pairs
	return problems
}

// splitKey reads name, namespace:name or namespace:config:name, as Pulumi does.
func splitKey(key string) (namespace, name string, ok bool) {
	parts := strings.Split(key, ":")
	switch {
	case key == "" || parts[len(parts)-1] == "":
		return "", "", false
	case len(parts) == 1:
		return ProjectName, key, true
	case len(parts) == 2 && parts[0] != "":
		return parts[0], parts[1], true
	case len(parts) == 3 && parts[0] != "" && parts[1] == "config":
		return parts[0], parts[2], true
	default:
		return "", "", false
	}
}

// pairs are the pairs of a mapping; keys that are given twice, merged in or no
// texts are refused.
func (d *document) pairs(n *yaml.Node) ([]pair, problem.List) {
	var (
		pairs    []pair
		problems problem.List
		seen     = map[string]bool{}
	)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		switch {
		case key.Tag == "!!merge":
			problems = append(problems, d.problem(key, "merge keys are not read here", "", "write the keys out"))
		case key.Kind != yaml.ScalarNode || key.ShortTag() != "!!str":
			problems = append(problems, d.problem(key, "a key that is not a text", "it is "+kindOf(key), "put it in quotes"))
		case seen[key.Value]:
			problems = append(problems, d.problem(key, "key "+quote(key.Value)+" is given twice", "", "keep one of them"))
		default:
			seen[key.Value] = true
			pairs = append(pairs, pair{key: key, value: n.Content[i+1]})
		}
	}
	return pairs, problems
}

func (d *document) problem(n *yaml.Node, summary, detail, hint string) problem.Problem {
	return problem.Problem{File: d.file, Line: n.Line, Column: n.Column, Summary: summary, Detail: detail, Hint: hint}
}
