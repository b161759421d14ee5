package definition

import (
	"fmt"
	"strings"
)

// chain checks how the functions follow each other: one start, one end, nothing
// twice, and handlers of failures beside the chain.
func (v *validator) chain() {
	g := newGraph(v.pipeline.Functions)
	if !v.targets(g) {
		return
	}
	if cycle := g.cycle(); cycle != nil {
		v.refuseCycle(g, cycle)
		return
	}
	v.handlers(g)
	v.oneChain(g)
}

// targets refuses names in next and on_failure that no function has.
func (v *validator) targets(g *graph) bool {
	all := make([]string, len(g.functions))
	for i, f := range g.functions {
		all[i] = f.Name
	}
	sound := true
	unknown := func(path, name string) {
		hint := didYouMean(name, all)
		if hint == "" {
			hint = "Functions of this pipeline: " + strings.Join(all, ", ")
		}
		v.refuse(path, fmt.Sprintf("there is no function %q", shorten(name)), "", hint)
		sound = false
	}
	for i, f := range g.functions {
		path := item("functions", i)
		if f.Next != nil && f.Next.Function != "" && g.next(i) < 0 {
			unknown(v.nextPath(path), f.Next.Function)
		}
		if f.OnFailure != "" && g.onFailure(i) < 0 {
			unknown(field(path, "on_failure"), f.OnFailure)
		}
	}
	return sound
}

// nextPath is where the name of the next function stands: next has a short and a long form.
func (v *validator) nextPath(path string) string {
	if long := field(path, "next.function"); v.source.Has(long) {
		return long
	}
	return field(path, "next")
}

func (v *validator) refuseCycle(g *graph, cycle []int) {
	way := make([]string, 0, len(cycle)+1)
	for _, i := range cycle {
		way = append(way, g.functions[i].Name)
	}
	last := cycle[len(cycle)-1]
	path := item("functions", last)
	if g.next(last) == cycle[0] {
		path = v.nextPath(path)
	} else {
		path = field(path, "on_failure")
	}
	v.refuse(path, "the functions run in a circle", strings.Join(append(way, way[0]), " -> "),
		"Let the last function have no next and no on_failure that leads back.")
}

// handlers refuses a handler that is a step of the chain or names a next: the
// execution fails after a handler, so nothing can follow.
func (v *validator) handlers(g *graph) {
	for i, f := range g.functions {
		if !g.handler[i] {
			continue
		}
		path := item("functions", i)
		if f.Next != nil {
			v.refuse(field(path, "next"), fmt.Sprintf("%q handles a failure and has a next", f.Name),
				"the execution fails after its handler, so nothing runs next", "Remove next.")
		}
		if g.before[i] > 0 {
			v.refuse(field(path, "name"), fmt.Sprintf("%q is a step and handles a failure", f.Name),
				"it stands in a next and in an on_failure", "Use two functions.")
		}
	}
}

// oneChain refuses functions that the chain from the first to the last does not have.
func (v *validator) oneChain(g *graph) {
	main := g.main()
	if len(main) == 0 {
		return
	}
	inMain := make([]bool, len(g.functions))
	for _, i := range main {
		inMain[i] = true
	}
	first, last := g.functions[main[0]].Name, g.functions[main[len(main)-1]].Name
	for _, start := range g.starts() {
		if inMain[start] {
			continue
		}
		name := g.functions[start].Name
		chain := g.walk(start)
		end := chain[len(chain)-1]
		if inMain[end] {
			v.refuse(field(item("functions", start), "name"), fmt.Sprintf("more than one start: %q and %q", first, name),
				fmt.Sprintf("no function has %q as its next, so it is never reached", name),
				fmt.Sprintf("Name it in the next of the function before it: next: %s", name))
			continue
		}
		v.refuse(field(item("functions", end), "name"),
			fmt.Sprintf("more than one end: %q and %q", last, g.functions[end].Name),
			fmt.Sprintf("%q and what follows it is never reached from %q", name, first),
			fmt.Sprintf("Name it in the next of the function before it: next: %s", name))
	}
}
