package launcher

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dorc-dev/dorc/internal/tree"
)

// graph holds the references between stages against the stages there are.
func (r *reader) graph() {
	reads := map[string][]reference{}
	sinks := map[string]bool{}
	for _, s := range r.pipeline.Sinks {
		sinks[s.Name] = true
	}
	var readable []string
	for name := range r.names {
		if !sinks[name] {
			readable = append(readable, name)
		}
	}
	slices.Sort(readable)
	for _, ref := range r.references {
		switch {
		case sinks[ref.to]:
			r.Refuse(ref.at, fmt.Sprintf("%q is a sink and cannot be read", tree.Shorten(ref.to)), "", "Name a source or a transform.")
		case r.names[ref.to] == nil:
			r.Refuse(ref.at, fmt.Sprintf("there is no source or transform %q", tree.Shorten(ref.to)),
				"there are: "+tree.Shorten(strings.Join(readable, ", ")), tree.DidYouMean(ref.to, readable))
		default:
			reads[ref.from] = append(reads[ref.from], ref)
		}
	}
	r.cycle(reads)
	r.unread(reads)
	if len(r.Problems) == 0 {
		for what, empty := range map[string]bool{"sources": len(r.pipeline.Sources) == 0, "sinks": len(r.pipeline.Sinks) == 0} {
			if empty {
				r.Refuse(nil, "the pipeline has no "+what, "it reads at least one source and writes at least one sink", "")
			}
		}
	}
}

// cycle refuses transforms that read themselves, over others or not.
func (r *reader) cycle(reads map[string][]reference) {
	const inWork, done = 1, 2
	state := map[string]int{}
	var way []string
	var visit func(name string) bool
	visit = func(name string) bool {
		state[name] = inWork
		way = append(way, name)
		for _, ref := range reads[name] {
			switch state[ref.to] {
			case inWork:
				round := append(slices.Clone(way[slices.Index(way, ref.to):]), ref.to)
				r.Refuse(ref.at, "transforms read each other in a circle", strings.Join(round, " reads "), "Remove one of these inputs.")
				return false
			case 0:
				if !visit(ref.to) {
					return false
				}
			}
		}
		state[name] = done
		way = way[:len(way)-1]
		return true
	}
	for _, t := range r.pipeline.Transforms {
		if state[t.Name] == 0 && !visit(t.Name) {
			return
		}
	}
}

// unread warns of stages whose rows go nowhere.
func (r *reader) unread(reads map[string][]reference) {
	read := map[string]bool{}
	for _, refs := range reads {
		for _, ref := range refs {
			read[ref.to] = true
		}
	}
	warn := func(name string, at Place) {
		if name != "" && !read[name] {
			r.warn(at, fmt.Sprintf("nothing reads %q", tree.Shorten(name)), "its rows are made and thrown away", "Use it as an input, or remove it.")
		}
	}
	for _, s := range r.pipeline.Sources {
		warn(s.Name, s.Place)
	}
	for _, t := range r.pipeline.Transforms {
		warn(t.Name, t.Place)
	}
}
