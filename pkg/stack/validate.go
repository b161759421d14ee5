package stack

import (
	"context"
	"errors"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/dorc-dev/dorc/pkg/configrepo"
	"github.com/dorc-dev/dorc/pkg/engine"
	"github.com/dorc-dev/dorc/pkg/naming"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// Validation is what Validate looked at.
type Validation struct {
	Environments, Pipelines, Functions int
}

// Validate checks the whole config repo without changing anything and without
// an account: its files, the names that it leads to, and every resource that its
// programs describe against the rules of the cloud's own API.
func (p *Project) Validate(ctx context.Context) (Validation, problem.List) {
	var found problem.List
	var v Validation
	u, err := p.Universal()
	found = append(found, asProblems(err)...)
	repo, err := p.Repo()
	found = append(found, asProblems(err)...)
	environments := p.Environments()
	v.Environments = len(environments)
	var names []naming.Names
	for _, env := range environments {
		if _, err := p.Environment(env); err != nil {
			found = append(found, asProblems(err)...)
		} else if u != nil {
			names = append(names, naming.Names{Project: u.Project, Environment: env, Account: p.Settings.AWSAccount})
		}
	}
	if repo != nil {
		found = append(found, configrepo.Check(repo, names...)...)
	}
	if repo != nil {
		v.Pipelines = len(repo.Pipelines)
		for _, pipeline := range repo.Pipelines {
			v.Functions += len(pipeline.Functions)
		}
	}
	if len(found) > 0 {
		return v, found
	}
	return v, p.checkPrograms(ctx, environments)
}

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
		return problem.List{{Summary: fmt.Sprint(err)}}
	}
}
