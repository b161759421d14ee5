package yamlpipeline

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"gopkg.in/yaml.v3"

	"github.com/dorc-dev/dorc/internal/tree"
)

// mark encloses a parameter's name until the text is escaped. The readers refuse
// files that have it.
const mark = tree.Mark

// Write returns the pipeline as Beam YAML. Texts that Jinja would take for its own
// are escaped, so that Beam reads what the model has.
func Write(p Pipeline) ([]byte, error) {
	document := mapping()
	pipeline := mapping()
	list := &yaml.Node{Kind: yaml.SequenceNode}
	for _, t := range p.Transforms {
		n, err := t.node()
		if err != nil {
			return nil, err
		}
		list.Content = append(list.Content, n)
	}
	put(pipeline, "transforms", list)
	put(document, "pipeline", pipeline)
	if len(p.Providers) > 0 {
		providers := &yaml.Node{Kind: yaml.SequenceNode}
		for _, v := range p.Providers {
			n, err := value(Map{{"type", v.Type}, {"transforms", v.Transforms}, {"config", v.Config}})
			if err != nil {
				return nil, err
			}
			providers.Content = append(providers.Content, n)
		}
		put(document, "providers", providers)
	}
	if bad := binary(document); bad != nil {
		return nil, fmt.Errorf("writing Beam YAML: %q is not text in UTF-8", bad.Value)
	}
	var b bytes.Buffer
	for _, line := range p.Header {
		b.WriteString(comment(line))
	}
	encoder := yaml.NewEncoder(&b)
	encoder.SetIndent(2)
	if err := encoder.Encode(document); err != nil {
		return nil, fmt.Errorf("writing Beam YAML: %w", err)
	}
	return []byte(fill(escape(b.String()))), nil
}

// binary is a scalar that is no text, or nil.
func binary(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.ScalarNode && n.Tag == "!!binary" {
		return n
	}
	for _, c := range n.Content {
		if bad := binary(c); bad != nil {
			return bad
		}
	}
	return nil
}

// comment is a line of a comment. What YAML would take for its end, or does not
// allow, is a space.
func comment(line string) string {
	line = strings.Map(func(r rune) rune {
		if r != '\t' && !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(line, ""))
	return strings.TrimRight("# "+line, " ") + "\n"
}

func (t Transform) node() (*yaml.Node, error) {
	n := mapping()
	put(n, "type", text(t.Type))
	put(n, "name", text(t.Name))
	if len(t.Inputs) == 1 && t.Inputs[0].Tag == "" {
		put(n, "input", text(t.Inputs[0].Transform))
	} else if len(t.Inputs) > 0 {
		inputs := mapping()
		for _, i := range t.Inputs {
			put(inputs, i.Tag, text(i.Transform))
		}
		put(n, "input", inputs)
	}
	if len(t.Config) > 0 {
		config, err := value(t.Config)
		if err != nil {
			return nil, fmt.Errorf("transform %s: %w", t.Name, err)
		}
		put(n, "config", config)
	}
	var lines []string
	for _, c := range t.Comment {
		lines = append(lines, strings.TrimSuffix(comment(c), "\n"))
	}
	n.HeadComment = strings.Join(lines, "\n")
	return n, nil
}

func mapping() *yaml.Node { return &yaml.Node{Kind: yaml.MappingNode} }

func put(n *yaml.Node, key string, v *yaml.Node) { n.Content = append(n.Content, text(key), v) }

// text is a scalar that YAML reads as a text whatever is in it. Several lines are
// written as a block where every reader takes that for the same; what has spaces
// or other signs where they count is written in quotes, in one line.
func text(s string) *yaml.Node {
	n := &yaml.Node{}
	n.SetString(s)
	if n.Style == yaml.LiteralStyle && !plainLines.MatchString(s) || strings.ContainsFunc(s, special) {
		n.Style = yaml.DoubleQuotedStyle
	}
	return n
}

// plainLines is a text whose first line begins, and whose last ends, with a letter
// or sign, with at most one line end behind it.
var plainLines = regexp.MustCompile(`(?s)^[^\s](.*[^\s])?\n?$`)

// special are characters that YAML takes for line ends, or that not every reader
// of YAML prints as they are.
func special(r rune) bool {
	return r == '\r' || r == '\u0085' || r == '\u2028' || r == '\u2029' || r == '\ufeff' || r != mark && r != '\n' && r != '\t' && !unicode.IsPrint(r)
}

func value(v any) (*yaml.Node, error) {
	switch v := v.(type) {
	case string:
		return text(v), nil
	case Parameter:
		return text(string(mark) + string(v) + " | tojson" + string(mark)), nil
	case Map:
		n := mapping()
		for _, item := range v {
			child, err := value(item.Value)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", item.Key, err)
			}
			put(n, item.Key, child)
		}
		return n, nil
	case []any:
		n := &yaml.Node{Kind: yaml.SequenceNode}
		for _, item := range v {
			child, err := value(item)
			if err != nil {
				return nil, err
			}
			n.Content = append(n.Content, child)
		}
		return n, nil
	case bool, int:
		n := &yaml.Node{}
		return n, n.Encode(v)
	}
	return nil, fmt.Errorf("a %T has no form in Beam YAML", v)
}

var jinja = regexp.MustCompile(`\{[{%#]`)

// escape writes the beginnings of Jinja's expressions, statements and comments so
// that Jinja gives them back as they are.
func escape(s string) string { return jinja.ReplaceAllString(s, `{{ '$0' }}`) }

var marked = regexp.MustCompile(string(mark) + `(\w+(?: \| tojson)?)` + string(mark))

func fill(s string) string { return marked.ReplaceAllString(s, "{{ $1 }}") }
