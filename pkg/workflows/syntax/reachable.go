package syntax

import "fmt"

// reachable finds steps that nothing leads to: the one before does not go on, and
// no next names them.
func (c *checker) reachable(s *Subworkflow) {
	reached := map[*Step]bool{}
	var mark func(f *frame, i int)
	// lead follows next; one that leads nowhere is a problem of its own.
	lead := func(f *frame, next string) bool {
		to, i := f.find(next)
		if i >= 0 {
			mark(to, i)
		}
		return i >= 0 || next == "end" || next == "break" || next == "continue"
	}
	mark = func(f *frame, i int) {
		for ; i < len(f.steps) && !reached[f.steps[i]]; i++ {
			s := f.steps[i]
			reached[s] = true
			for _, inner := range f.inner(s) {
				mark(inner, 0)
			}
			if !goesOn(s) {
				return
			}
			if s.Next != "" && lead(f, s.Next) {
				return
			}
		}
	}
	mark(&frame{steps: s.Steps}, 0)

	var report func(steps []*Step)
	report = func(steps []*Step) {
		for i, s := range steps {
			switch {
			case reached[s]:
				for _, inner := range s.lists() {
					report(inner)
				}
			case i == 0 || reached[steps[i-1]]:
				c.problem(s.Position, fmt.Sprintf("step %q is never reached", s.Name), "the step before it does not go on to it, and no next names it", "Take it away, or lead to it with next.")
			}
		}
	}
	report(s.Steps)
}

// goesOn says whether what comes after a step can follow it, its next or the
// next in the list. When in doubt it does.
func goesOn(s *Step) bool {
	switch s.Kind {
	case "return", "raise":
		return false
	case "steps":
		return listGoesOn(s.Steps)
	case "try":
		return stepGoesOn(s.Try.Body) || s.Try.Except != nil && listGoesOn(s.Try.Except.Steps)
	case "switch":
		for _, c := range s.Switch {
			if stepGoesOn(c.Then) {
				return true
			}
			if always, _ := c.Condition.Constant(); always == true {
				return false
			}
		}
	}
	return true
}

// stepGoesOn is goesOn for a step that is the last of its list.
func stepGoesOn(s *Step) bool { return goesOn(s) && s.Next == "" }

func listGoesOn(steps []*Step) bool {
	return len(steps) == 0 || stepGoesOn(steps[len(steps)-1])
}
