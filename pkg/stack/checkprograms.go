package stack

import (
	"context"
	"errors"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/dorc-dev/dorc/pkg/engine"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// checkPrograms runs every stack's program against the local cloud's rules as if
// nothing existed. Each sees the outputs of those before it.
func (p *Project) checkPrograms(ctx context.Context, environments []string) problem.List {
	providers, err := p.localProviders()
	if err != nil {
		return asProblems(err)
	}
	e := &engine.Engine{Providers: providers}
	outputs := map[string]resource.PropertyMap{}
	var found problem.List
	check := func(r Ref) {
		s, err := p.Stack(ctx, r, true)
		if err != nil {
			found = append(found, asProblems(err)...)
			return
		}
		own, problems := e.Check(ctx, s, outputs)
		outputs[r.Name()] = own
		found = append(found, problems...)
	}
	check(p.universalRef())
	for _, env := range environments {
		check(p.infraRef(env))
		levels, err := p.PipelineRefs(env)
		if err != nil {
			return append(found, asProblems(err)...)
		}
		for _, level := range levels {
			for _, r := range level {
				check(r)
			}
		}
	}
	return found
}

func asProblems(err error) problem.List {
	var list problem.List
	var one problem.Problem
	switch {
	case err == nil:
		return nil
	case errors.As(err, &list):
		return list
	case errors.As(err, &one):
		return problem.List{one}
	default:
		return problem.List{{Summary: err.Error()}}
	}
}
