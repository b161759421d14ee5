package definition

// graph is how the functions of one pipeline follow each other.
type graph struct {
	functions []Function
	// byName is the index of each function.
	byName map[string]int
	// before counts how many name a function as their next; handler is set for
	// those that some on_failure names.
	before  []int
	handler []bool
}

// newGraph ignores names that do not exist; they are reported elsewhere.
func newGraph(functions []Function) *graph {
	g := &graph{
		functions: functions,
		byName:    make(map[string]int, len(functions)),
		before:    make([]int, len(functions)),
		handler:   make([]bool, len(functions)),
	}
	for i, f := range functions {
		if _, twice := g.byName[f.Name]; !twice {
			g.byName[f.Name] = i
		}
	}
	for i := range functions {
		if next := g.next(i); next >= 0 {
			g.before[next]++
		}
		if handler := g.onFailure(i); handler >= 0 {
			g.handler[handler] = true
		}
	}
	return g
}

// next is the index of what follows function i in this pipeline, or -1.
func (g *graph) next(i int) int {
	if n := g.functions[i].Next; n != nil && n.Function != "" {
		return g.index(n.Function)
	}
	return -1
}

// onFailure is the index of the handler of function i, or -1.
func (g *graph) onFailure(i int) int {
	if name := g.functions[i].OnFailure; name != "" {
		return g.index(name)
	}
	return -1
}

func (g *graph) index(name string) int {
	if i, ok := g.byName[name]; ok {
		return i
	}
	return -1
}

// walk follows next from i to the end, or until it comes to a function again.
func (g *graph) walk(i int) []int {
	var chain []int
	for seen := map[int]bool{}; i >= 0 && !seen[i]; i = g.next(i) {
		seen[i] = true
		chain = append(chain, i)
	}
	return chain
}

// starts are the functions that nothing comes before and that handle no failure.
func (g *graph) starts() []int {
	var starts []int
	for i := range g.functions {
		if g.before[i] == 0 && !g.handler[i] {
			starts = append(starts, i)
		}
	}
	return starts
}

// main is the longest chain of those that begin at a start, the first in the
// file when two are equal. It is empty when there is no start.
func (g *graph) main() []int {
	var longest []int
	for _, start := range g.starts() {
		if chain := g.walk(start); len(chain) > len(longest) {
			longest = chain
		}
	}
	return longest
}

// cycle finds functions that lead back to themselves over next and on_failure,
// in the order of the way, or nil.
func (g *graph) cycle() []int {
	const (
		unseen = iota
		onWay
		done
	)
	state := make([]int, len(g.functions))
	var way []int
	var visit func(i int) []int
	visit = func(i int) []int {
		if i < 0 || state[i] == done {
			return nil
		}
		if state[i] == onWay {
			for k, j := range way {
				if j == i {
					return way[k:]
				}
			}
		}
		state[i] = onWay
		way = append(way, i)
		for _, j := range []int{g.next(i), g.onFailure(i)} {
			if found := visit(j); found != nil {
				return found
			}
		}
		way = way[:len(way)-1]
		state[i] = done
		return nil
	}
	for i := range g.functions {
		if found := visit(i); found != nil {
			return found
		}
	}
	return nil
}

// inOrder sorts functions as they run, those that the chain does not reach last
// and in the order of the file.
func inOrder(functions []Function) []Function {
	g := newGraph(functions)
	ordered := make([]Function, 0, len(functions))
	placed := make([]bool, len(functions))
	for _, i := range g.main() {
		placed[i] = true
		ordered = append(ordered, functions[i])
	}
	for i, f := range functions {
		if !placed[i] {
			ordered = append(ordered, f)
		}
	}
	return ordered
}
