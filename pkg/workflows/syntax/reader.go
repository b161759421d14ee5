package syntax

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dorc-dev/dorc/pkg/problem"
	"github.com/dorc-dev/dorc/pkg/workflows/expression"
	"gopkg.in/yaml.v3"
)

// reader turns YAML nodes into a Workflow and collects problems.
type reader struct {
	file     string
	lines    []string
	problems problem.List
	nodes    int
	depth    int
	origin   map[*expression.Expression]*yaml.Node
}

func positionOf(n *yaml.Node) Position { return Position{n.Line, n.Column} }

func (r *reader) problem(at Position, summary, detail, hint string) {
	if len(r.problems) < maxProblems {
		r.problems = append(r.problems, problem.Problem{File: r.file, Line: at.Line, Column: at.Column,
			Summary: summary, Detail: detail, Hint: hint})
	}
}

// resolve follows an alias.
func (r *reader) resolve(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

// enter begins to read a node inside another, or returns nil when there are too
// many or they are too deep; leave ends it.
func (r *reader) enter(n *yaml.Node) *yaml.Node {
	n = r.resolve(n)
	r.nodes++
	switch {
	case r.nodes == maxNodes:
		r.problem(positionOf(n), "the definition is too large", fmt.Sprintf("at most %d YAML nodes are read, counting what aliases repeat", maxNodes), "")
	case r.nodes < maxNodes && r.depth == maxDepth:
		r.problem(positionOf(n), "the YAML is nested too deeply", fmt.Sprintf("at most %d levels are read", maxDepth), "Use subworkflows.")
	case r.nodes < maxNodes:
		r.depth++
		return n
	}
	return nil
}

func (r *reader) leave() { r.depth-- }

type pair struct {
	name       string
	key, value *yaml.Node
}

// pairs are the entries of a mapping; keys that are there twice are problems.
func (r *reader) pairs(n *yaml.Node) []pair {
	var all []pair
	seen := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if key.Kind != yaml.ScalarNode {
			r.problem(positionOf(key), "a key is not a text", "", "")
			continue
		}
		if line, twice := seen[key.Value]; twice {
			r.problem(positionOf(key), fmt.Sprintf("%q is there twice", key.Value), fmt.Sprintf("first in line %d", line), "Take one away.")
			continue
		}
		seen[key.Value] = key.Line
		all = append(all, pair{key.Value, key, value})
	}
	return all
}

// mapping reads the entries of a node that must be a mapping with known keys. ok
// is false when it is something else.
func (r *reader) mapping(n *yaml.Node, what string, known ...string) (fields map[string]pair, ok bool) {
	n = r.resolve(n)
	if n.Kind != yaml.MappingNode {
		r.problem(positionOf(n), what+" is not a map", "found: "+kindOf(n), "Write it as keys with values: "+strings.Join(known, ", ")+".")
		return nil, false
	}
	fields = map[string]pair{}
	for _, p := range r.pairs(n) {
		if slices.Contains(known, p.name) {
			fields[p.name] = p
		} else {
			r.unknown(positionOf(p.key), "key", p.name, known, "known keys: ")
			fields[mistyped] = p
		}
	}
	return fields, true
}

// mistyped is in the fields of a mapping that has unknown keys: what seems to be
// missing is then most likely there, and not told.
const mistyped = ""

// missing is the problem of a mapping that lacks something.
func (r *reader) missing(fields map[string]pair, at Position, summary, detail, hint string) {
	if _, maybe := fields[mistyped]; !maybe {
		r.problem(at, summary, detail, hint)
	}
}

// unknown is the problem of a name that is none of the candidates.
func (r *reader) unknown(at Position, what, name string, candidates []string, list string) {
	if len(r.problems) >= maxProblems {
		return // The nearest word among many is slow to find.
	}
	detail, hint := "", ""
	if len(candidates) > 0 && len(candidates) <= 12 {
		sorted := slices.Clone(candidates)
		slices.Sort(sorted)
		detail = list + strings.Join(slices.Compact(sorted), ", ")
	}
	if near := problem.Nearest(name, candidates); near != "" {
		hint = fmt.Sprintf("Did you mean %q?", near)
	}
	r.problem(at, fmt.Sprintf("unknown %s %q", what, name), detail, hint)
}

func kindOf(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a map"
	case yaml.SequenceNode:
		return "a list"
	}
	if n.ShortTag() == "!!null" {
		return "nothing"
	}
	return fmt.Sprintf("%.40q", n.Value)
}

// name reads a scalar that is a name.
func (r *reader) name(p pair, what string) string {
	n := r.resolve(p.value)
	if n.Kind != yaml.ScalarNode || n.Value == "" {
		r.problem(positionOf(n), what+" is not a name", "found: "+kindOf(n), "")
		return ""
	}
	return n.Value
}

// list reads a node that must be a list.
func (r *reader) list(n *yaml.Node, what string) []*yaml.Node {
	n = r.resolve(n)
	if n.Kind != yaml.SequenceNode {
		r.problem(positionOf(n), what+" is not a list", "found: "+kindOf(n), "Begin each entry with a dash.")
		return nil
	}
	return n.Content
}
