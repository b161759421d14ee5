package dbt

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"strings"
	"unicode/utf8"
)

func compare(a, b string) int { return cmp.Compare(a, b) }

// selector selects one node: by its whole path, since two packages may have a model
// of one name. Source: https://docs.getdbt.com/reference/node-selection/methods#fqn
func selector(name string, fqn []string) string {
	if len(fqn) == 0 {
		return name
	}
	return "fqn:" + strings.Join(fqn, ".")
}

// isNode says whether an ID is of something that stands among the nodes; sources,
// exposures, metrics and the like stand elsewhere.
func isNode(id string) bool {
	kind, _, _ := strings.Cut(id, ".")
	switch kind {
	case Model, Test, Seed, Snapshot, "analysis", "operation":
		return true
	}
	return false
}

// circle is a way by which a node leads back to itself, or "".
func (m *Manifest) circle() string {
	done, on := map[string]bool{}, map[string]bool{}
	var way []string
	var follow func(id string) string
	follow = func(id string) string {
		if on[id] {
			for way[0] != id {
				way = way[1:]
			}
			return strings.Join(append(way, id), " -> ")
		}
		if done[id] {
			return ""
		}
		on[id], way = true, append(way, id)
		node, _ := m.Node(id)
		for _, before := range node.DependsOn {
			if found := follow(before); found != "" {
				return found
			}
		}
		on[id], done[id], way = false, true, way[:len(way)-1]
		return ""
	}
	for _, n := range m.Nodes {
		if found := follow(n.ID); found != "" {
			return found
		}
	}
	return ""
}

// place is where JSON stops being what is expected, or 0.
func place(data []byte, err error) (line, column int) {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	offset := int64(-1)
	switch {
	case errors.As(err, &syntax):
		offset = syntax.Offset
	case errors.As(err, &kind):
		offset = kind.Offset
	}
	if offset < 0 {
		return 0, 0
	}
	before := data[:min(max(int(offset)-1, 0), len(data))]
	return bytes.Count(before, []byte("\n")) + 1, utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:]) + 1
}
