package definition

// Chain is the pipeline of a folder without a list of functions: they run one
// after the other in the order given.
func Chain(names []string) []Function {
	functions := make([]Function, len(names))
	for i, name := range names {
		functions[i] = Function{Name: name}
		functions[i].fillDefaults()
		if i+1 < len(names) {
			functions[i].Next = &Next{Function: names[i+1]}
		}
	}
	return functions
}

func (p *Pipeline) fillDefaults(standard Kind) {
	if p.Kind == "" {
		p.Kind = standard
	}
	if p.Kind == KindDataflow {
		p.fillDataflowDefaults()
	}
	if p.Schedule != nil {
		p.Schedule.FillDefaults()
	}
	for i := range p.Functions {
		p.Functions[i].fillDefaults()
	}
}

func (f *Function) fillDefaults() {
	if f.Timeout == 0 {
		f.Timeout = DefaultTimeout
	}
	if f.Memory == 0 {
		f.Memory = DefaultMemory
	}
	if f.Retry != nil {
		f.Retry.fillDefaults()
	}
}

func (r *Retry) fillDefaults() {
	if r.MaxAttempts == nil {
		attempts := DefaultMaxAttempts
		r.MaxAttempts = &attempts
	}
	if r.IntervalSeconds == 0 {
		r.IntervalSeconds = DefaultIntervalSeconds
	}
	if r.BackoffRate == 0 {
		r.BackoffRate = DefaultBackoffRate
	}
	if len(r.ErrorEquals) == 0 {
		r.ErrorEquals = []string{ErrorAll}
	}
}
