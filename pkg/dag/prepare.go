package dag

import (
	"fmt"

	"gopkg.in/yaml.v3"

	"github.com/dorc-dev/dorc/internal/tree"
)

// plainTags are those that YAML itself gives to values.
var plainTags = map[string]bool{
	"!!str": true, "!!int": true, "!!float": true, "!!bool": true, "!!null": true, "!!timestamp": true,
	"!!seq": true, "!!map": true, "!!merge": true, "": true,
}

// prepare refuses tags, but for those of values, wherever they stand, and writes out
// merge keys (<<), which DOP's files may have.
func (r *reader) prepare(root *yaml.Node) bool {
	before := len(r.Problems)
	seen := map[*yaml.Node]bool{}
	var walk func(n *yaml.Node)
	walk = func(n *yaml.Node) {
		n = tree.Follow(n)
		if n == nil || seen[n] {
			return
		}
		seen[n] = true
		switch tag := n.ShortTag(); {
		case plainTags[tag], tag == timedeltaTag, tag == datetimeTag, tag == dateTag:
		case isPython(n):
			r.Refuse(n, fmt.Sprintf("the tag %q is not read", tree.Shorten(tag)),
				"nothing of Python is executed; datetime.timedelta, datetime.datetime and datetime.date are understood", "Write the value itself.")
		default:
			r.Refuse(n, fmt.Sprintf("the tag %q is not read", tree.Shorten(tag)), "", "Write the value without it.")
		}
		for _, c := range n.Content {
			walk(c)
		}
		if n.Kind == yaml.MappingNode {
			r.merge(n)
		}
	}
	walk(root)
	return len(r.Problems) == before
}

// merge replaces the merge keys of a mapping by what they stand for. Its own keys
// win, and of several mappings the first.
func (r *reader) merge(n *yaml.Node) {
	has := map[string]bool{}
	merged := false
	for i := 0; i+1 < len(n.Content); i += 2 {
		if key := n.Content[i]; key.Tag == "!!merge" {
			merged = true
		} else {
			has[key.Value] = true
		}
	}
	if !merged {
		return
	}
	var content []*yaml.Node
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], tree.Follow(n.Content[i+1])
		if key.Tag != "!!merge" {
			content = append(content, key, n.Content[i+1])
			continue
		}
		from := []*yaml.Node{value}
		if value.Kind == yaml.SequenceNode {
			from = value.Content
		}
		for _, m := range from {
			m = tree.Follow(m)
			if m.Kind != yaml.MappingNode {
				r.Refuse(key, "only a mapping can be merged", "this is "+tree.Describe(m), "Name one by an alias: <<: *name")
				return
			}
			for j := 0; j+1 < len(m.Content); j += 2 {
				if name := m.Content[j].Value; !has[name] {
					has[name] = true
					content = append(content, m.Content[j], m.Content[j+1])
				}
			}
		}
	}
	n.Content = content
}
