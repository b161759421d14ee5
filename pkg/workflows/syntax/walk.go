package syntax

// walk calls f for every step, those inside others too.
func walk(steps []*Step, f func(*Step)) {
	for _, s := range steps {
		f(s)
		for _, inner := range s.lists() {
			walk(inner, f)
		}
	}
}

// lists are the lists of steps directly inside a step. The body of a try and what
// a condition does are lists of one step without a name.
func (s *Step) lists() [][]*Step {
	var all [][]*Step
	if s.Steps != nil {
		all = append(all, s.Steps)
	}
	for _, c := range s.Switch {
		all = append(all, []*Step{c.Then})
	}
	if s.For != nil {
		all = append(all, s.For.Steps)
	}
	if p := s.Parallel; p != nil {
		for _, b := range p.Branches {
			all = append(all, b.Steps)
		}
		if p.For != nil {
			all = append(all, p.For.Steps)
		}
	}
	if t := s.Try; t != nil {
		all = append(all, []*Step{t.Body})
		if t.Except != nil {
			all = append(all, t.Except.Steps)
		}
	}
	return all
}

// loop is the loop of a step, also of a parallel one, or nil.
func (s *Step) loop() *For {
	if s.Parallel != nil {
		return s.Parallel.For
	}
	return s.For
}

// values are what the step itself evaluates, without the steps inside it.
func (s *Step) values() []*Value {
	all := []*Value{s.Raise, s.Return}
	for _, a := range s.Assign {
		all = append(all, a.Value)
	}
	if s.Call != nil {
		all = append(all, s.Call.Arguments)
	}
	for _, c := range s.Switch {
		all = append(all, c.Condition)
	}
	if f := s.loop(); f != nil {
		all = append(all, f.In, f.Range)
	}
	if s.Parallel != nil {
		all = append(all, s.Parallel.Limit)
	}
	if s.Try != nil {
		all = append(all, s.Try.Retry)
	}
	return all
}

// defines are the variables a step gives values to.
func (s *Step) defines() []string {
	var names []string
	for _, a := range s.Assign {
		if a.Target.Whole() {
			names = append(names, a.Target.Name)
		}
	}
	if s.Call != nil && s.Call.Result != "" {
		names = append(names, s.Call.Result)
	}
	if f := s.loop(); f != nil {
		names = append(names, f.Value, f.Index)
	}
	if s.Try != nil && s.Try.Except != nil {
		names = append(names, s.Try.Except.As)
	}
	return names
}
