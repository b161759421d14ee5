package yamlpipeline

import (
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/dorc-dev/dorc/internal/tree"
)

// nested checks the transforms inside a composite or chain. From are the names
// that they may read besides each other.
func (c *checker) nested(outer *transform, from []string) {
	if outer.transforms == nil && (outer.source == nil || outer.sink == nil) {
		c.Refuse(tree.Follow(outer.node), "there are no transforms", "a pipeline, composite or chain has transforms, or a source and a sink", "Add transforms.")
		return
	}
	var all []*transform
	add := func(n *yaml.Node, implicit bool) *transform {
		t, ok := c.transform(n)
		if !ok {
			return nil
		}
		if implicit && t.explicit {
			c.Refuse(t.node, "a transform in a chain reads the one before it", "it has an input or output of its own", "Remove input and output, or make it a composite.")
			t.inputs, t.outputs = nil, nil
		}
		all = append(all, t)
		return t
	}
	if outer.source != nil {
		add(outer.source, true)
	}
	if outer.transforms != nil {
		items := c.List(outer.transforms, "transforms")
		if len(items) == 0 && tree.Follow(outer.transforms).Kind == yaml.SequenceNode {
			c.Refuse(outer.transforms, "there are no transforms", "", "Add one.")
		}
		for _, n := range items {
			add(n, outer.chain)
		}
	}
	if outer.sink != nil {
		add(outer.sink, true)
	}
	if outer.extra != nil {
		for _, n := range c.List(outer.extra, "extra_transforms") {
			add(n, false)
		}
	}
	s := newScope(c, all, from)
	s.check(outer)
	for _, t := range all {
		if t.kind == "composite" || t.kind == "chain" {
			c.nested(t, inner(t, from))
		}
	}
}

// inner are the names that a composite's transforms may read: its inputs by their
// tags, or those around it when it has none.
func inner(t *transform, from []string) []string {
	if len(t.inputs) == 0 {
		return from
	}
	names := []string{}
	for _, i := range t.inputs {
		if i.tag != "" {
			names = append(names, i.tag)
		}
	}
	if len(names) == 0 {
		names = append(names, "input")
	}
	return names
}

// scope has the transforms that can read each other.
type scope struct {
	c    *checker
	all  []*transform
	from []string
	// byName has a transform under its name and under its type, as Beam does.
	byName map[string][]*transform
}

func newScope(c *checker, all []*transform, from []string) *scope {
	s := &scope{c: c, all: all, from: from, byName: map[string][]*transform{}}
	for _, t := range all {
		s.byName[t.name] = append(s.byName[t.name], t)
		if t.kind != t.name {
			s.byName[t.kind] = append(s.byName[t.kind], t)
		}
	}
	return s
}

func (s *scope) check(outer *transform) {
	first := map[string]*transform{}
	for _, t := range s.all {
		if other := first[t.name]; t.named && other != nil {
			s.c.Refuse(t.node, fmt.Sprintf("two transforms are named %q", tree.Shorten(t.name)), fmt.Sprintf("the other is in line %d", other.node.Line), "Give each a name of its own.")
		} else if t.named {
			first[t.name] = t
		}
	}
	reads := map[*transform][]*transform{}
	consumed := map[string]bool{}
	for _, t := range s.all {
		for _, i := range t.inputs {
			if to := s.find(i, "input"); to != nil {
				reads[t] = append(reads[t], to)
				_, output := split(i.name)
				consumed[fmt.Sprintf("%p.%s", to, output)] = true
			}
		}
	}
	for _, o := range outer.outputs {
		if outer.chain {
			break
		}
		if to := s.find(o, "output"); to != nil {
			_, output := split(o.name)
			consumed[fmt.Sprintf("%p.%s", to, output)] = true
		}
	}
	for _, t := range s.all {
		if t.errors != "" && !isUnfilled(t.errors) && !consumed[fmt.Sprintf("%p.%s", t, t.errors)] {
			s.c.Refuse(t.node, fmt.Sprintf("nothing reads the failed rows of %q", tree.Shorten(t.name)),
				fmt.Sprintf("its error_handling gives them out as %s.%s", tree.Shorten(t.name), tree.Shorten(t.errors)), "Add a transform that reads them.")
		}
	}
	s.cycle(reads)
}

// find is the transform that an input names, or nil: for what stands around the
// scope, and with a problem for what does not exist.
func (s *scope) find(n named, what string) *transform {
	if n.name == "" || isUnfilled(n.name) || slices.Contains(s.from, n.name) {
		return nil
	}
	name := n.name
	found := s.byName[name]
	if len(found) == 0 {
		name, _ = split(n.name)
		found = s.byName[name]
	}
	switch len(found) {
	case 1:
		return found[0]
	case 0:
		names := slices.Clone(s.from)
		for _, t := range s.all {
			names = append(names, t.name)
		}
		s.c.Refuse(n.at, fmt.Sprintf("there is no transform %q for this %s", tree.Shorten(name), what), "there are: "+tree.Shorten(strings.Join(names, ", ")), tree.DidYouMean(name, names))
	default:
		s.c.Refuse(n.at, fmt.Sprintf("%q may be any of %d transforms", tree.Shorten(name), len(found)), "", "Give the transform a name, and use it here.")
	}
	return nil
}

// cycle refuses transforms that read themselves, over others or not.
func (s *scope) cycle(reads map[*transform][]*transform) {
	const inWork, done = 1, 2
	state := map[*transform]int{}
	var visit func(t *transform, way []string) bool
	visit = func(t *transform, way []string) bool {
		state[t] = inWork
		way = append(slices.Clone(way), t.name)
		for _, to := range reads[t] {
			if state[to] == inWork {
				begin := max(slices.Index(way, to.name), 0)
				s.c.Refuse(t.node, "transforms read each other in a circle", strings.Join(append(way[begin:], to.name), " reads "), "Remove one of these inputs.")
				return false
			}
			if state[to] == 0 && !visit(to, way) {
				return false
			}
		}
		state[t] = done
		return true
	}
	for _, t := range s.all {
		if state[t] == 0 && !visit(t, nil) {
			return
		}
	}
}
