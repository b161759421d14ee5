package syntax

import (
	"fmt"
	"slices"
)

// frame is a list of steps and what is around it.
type frame struct {
	steps  []*Step
	parent *frame
	// loop is the body of a for; branch that of a parallel step, which no jump
	// leaves.
	loop, branch bool
	// depth counts the parallel steps around it.
	depth int
}

// inner are the frames of the lists inside a step.
func (f *frame) inner(s *Step) []*frame {
	var all []*frame
	for _, list := range s.lists() {
		depth := f.depth
		if s.Parallel != nil {
			depth++
		}
		all = append(all, &frame{list, f, s.loop() != nil, s.Parallel != nil, depth})
	}
	return all
}

// find is the frame and index of the step that a jump from this frame leads to.
func (f *frame) find(name string) (*frame, int) {
	for at := f; at != nil; at = at.parent {
		if i := slices.IndexFunc(at.steps, func(s *Step) bool { return s.Name == name && name != "" }); i >= 0 {
			return at, i
		}
		if at.branch {
			break
		}
	}
	return nil, -1
}

// visible are the names that a jump from this frame can have.
func (f *frame) visible() []string {
	names := []string{"end"}
	for at := f; at != nil; at = at.parent {
		for _, s := range at.steps {
			if s.Name != "" {
				names = append(names, s.Name)
			}
		}
		if at.loop {
			names = append(names, "break", "continue")
		}
		if at.branch {
			break
		}
	}
	return names
}

// around is the nearest frame around, itself too, that a loop or branch begins.
func (f *frame) around() *frame {
	for ; f != nil && !f.loop && !f.branch; f = f.parent {
	}
	return f
}

// jumps checks where next leads, and what may not be in a parallel step.
func (c *checker) jumps(s *Subworkflow) {
	elsewhere := map[string]int{}
	walk(s.Steps, func(s *Step) { elsewhere[s.Name] = s.Line })
	var visit func(f *frame)
	visit = func(f *frame) {
		for _, s := range f.steps {
			if s.Next != "" {
				c.jump(f, s, elsewhere)
			}
			if s.Kind == "return" && f.depth > 0 {
				c.problem(s.Position, "return cannot be in a parallel step",
					"https://cloud.google.com/workflows/docs/reference/syntax/parallel-steps", "Assign to a shared variable, and return after the parallel step.")
			}
			if s.Parallel != nil && f.depth >= MaxParallelDepth {
				c.problem(s.Position, "parallel steps are nested too deeply", fmt.Sprintf("Workflows allows %d levels (%s)", MaxParallelDepth, quotas), "")
			}
			for _, inner := range f.inner(s) {
				visit(inner)
			}
		}
	}
	visit(&frame{steps: s.Steps})
}

func (c *checker) jump(f *frame, s *Step, elsewhere map[string]int) {
	around := f.around()
	switch s.Next {
	case "end":
		if f.depth > 0 {
			c.problem(s.NextPosition, "end cannot be in a parallel step", "its branches and rounds run at the same time", "Write continue to end this one.")
		}
		return
	case "continue":
		if around == nil {
			c.problem(s.NextPosition, "continue is not in a loop", "", "")
		}
		return
	case "break":
		switch {
		case around == nil:
			c.problem(s.NextPosition, "break is not in a loop", "", "")
		case around.branch:
			c.problem(s.NextPosition, "break cannot end a parallel step", "its branches and rounds run at the same time", "Write continue to end this one.")
		}
		return
	}
	if _, i := f.find(s.Next); i >= 0 {
		return
	}
	if line, ok := elsewhere[s.Next]; ok {
		c.problem(s.NextPosition, fmt.Sprintf("next leads into other steps: %q", s.Next),
			fmt.Sprintf("the step of line %d is in a list that is not around this one, or outside of the parallel step", line),
			"Jump within a list of steps, or to one around it.")
		return
	}
	c.unknown(s.NextPosition, "step", s.Next, f.visible(), "possible: ")
}
