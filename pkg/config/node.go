package config

import (
	"regexp"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// resolve follows an alias to what it stands for.
func resolve(n *yaml.Node) *yaml.Node {
	for n.Kind == yaml.AliasNode && n.Alias != nil {
		n = n.Alias
	}
	return n
}

func isNull(n *yaml.Node) bool {
	n = resolve(n)
	return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null"
}

func isString(n *yaml.Node) bool {
	n = resolve(n)
	return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!str"
}

// below is a key of a mapping with its value; nil when n has none of that name.
func below(n *yaml.Node, name string) (key, value *yaml.Node) {
	if n = resolve(n); n.Kind != yaml.MappingNode {
		return nil, nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == name {
			return n.Content[i], n.Content[i+1]
		}
	}
	return nil, nil
}

// isSecure says that n is a value as Pulumi keeps secrets: {secure: <ciphertext>}.
func isSecure(n *yaml.Node) bool {
	n = resolve(n)
	return n.Kind == yaml.MappingNode && len(n.Content) == 2 && n.Content[0].Value == "secure" && isString(n.Content[1])
}

// kindOf names what a value is, never the value.
func kindOf(n *yaml.Node) string {
	n = resolve(n)
	switch {
	case isSecure(n):
		return "a secret"
	case n.Kind == yaml.MappingNode:
		return "a mapping"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	}
	switch n.ShortTag() {
	case "!!str":
		return "a text"
	case "!!int", "!!float":
		return "a number"
	case "!!bool":
		return "true or false"
	case "!!null":
		return "empty"
	case "!!timestamp":
		return "a date"
	default:
		return "something else"
	}
}

var syntaxLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?`)

// syntax is a problem for text that is not YAML. The parser's own words are kept
// where they repeat nothing of the file.
func (d *document) syntax(err error) problem.Problem {
	p := problem.Problem{File: d.file, Summary: "not YAML", Hint: "see docs/configuration.md for the format"}
	m := syntaxLine.FindStringSubmatch(err.Error())
	if m == nil {
		return p
	}
	p.Line, _ = strconv.Atoi(m[1])
	detail := strings.TrimPrefix(err.Error(), m[0])
	if !strings.ContainsAny(detail, "'\"`\n") {
		p.Detail = detail
	}
	return p
}

func contains(list []string, s string) bool {
	for _, l := range list {
		if l == s {
			return true
		}
	}
	return false
}

func quote(s string) string { return strconv.Quote(s) }
