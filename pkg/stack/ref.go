package stack

import (
	"context"
	"fmt"
	"strings"

	"github.com/dorc-dev/dorc/pkg/configrepo"
	"github.com/dorc-dev/dorc/pkg/naming"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// Kind is what an instance is.
type Kind string

// The kinds of instances.
const (
	KindUniversal Kind = "universal"
	KindInfra     Kind = "infra"
	KindPipeline  Kind = "pipeline"
)

// Ref names a stack: an instance in an environment.
type Ref struct {
	// Kind is what the instance is.
	Kind Kind
	// Env is the environment; empty for universal.
	Env string
	// Layer and Pipeline are set for pipelines.
	Layer, Pipeline string
	name            string
}

// Name is the stack's name.
func (r Ref) Name() string { return r.name }

// Command is how a person would name the stack to dorc.
func (r Ref) Command() string {
	switch r.Kind {
	case KindPipeline:
		return fmt.Sprintf("%s --layer %s --env %s", r.Pipeline, r.Layer, r.Env)
	case KindInfra:
		return fmt.Sprintf("%s --env %s", strings.TrimSuffix(r.name, "-"+r.Env), r.Env)
	default:
		return r.name
	}
}

// Ref finds the stack of an instance. The layer may be left out when only one
// layer has a pipeline of that name. What is missing or misspelt is a problem.
func (p *Project) Ref(instance, layer, env string) (Ref, error) {
	switch instance {
	case p.Settings.UniversalStackName:
		return p.universalRef(), nil
	case p.Settings.InfraStackName:
		if err := p.checkEnvironment(env, instance); err != nil {
			return Ref{}, err
		}
		return p.infraRef(env), nil
	}
	repo, err := p.Repo()
	if err != nil {
		return Ref{}, err
	}
	pipeline, err := p.findPipeline(repo, instance, layer)
	if err != nil {
		return Ref{}, err
	}
	if err := p.checkEnvironment(env, instance); err != nil {
		return Ref{}, err
	}
	return pipelineRef(pipeline, env), nil
}

// AppliedRef is Ref for what may be gone from the config repo but is still
// applied, so that it can be looked at and destroyed.
func (p *Project) AppliedRef(ctx context.Context, instance, layer, env string) (Ref, error) {
	ref, missing := p.Ref(instance, layer, env)
	if missing == nil || env == "" {
		return ref, missing
	}
	switch {
	case instance == p.Settings.InfraStackName:
		ref = p.infraRef(env)
	case layer != "":
		ref = Ref{Kind: KindPipeline, Env: env, Layer: layer, Pipeline: instance, name: naming.Stack(layer, env, instance)}
	default:
		return Ref{}, missing
	}
	store, err := p.Store(ctx)
	if err != nil {
		return Ref{}, missing
	}
	if there, err := store.Stack(ref.Name()).Begun(ctx); err != nil || !there {
		return Ref{}, missing
	}
	return ref, nil
}

func (p *Project) universalRef() Ref {
	return Ref{Kind: KindUniversal, name: p.Settings.UniversalStackName}
}

func (p *Project) infraRef(env string) Ref {
	return Ref{Kind: KindInfra, Env: env, name: p.Settings.InfraStackName + "-" + env}
}

func pipelineRef(p *configrepo.Pipeline, env string) Ref {
	return Ref{
		Kind: KindPipeline, Env: env, Layer: p.Layer, Pipeline: p.Name,
		name: naming.Stack(p.Layer, env, p.Name),
	}
}

func (p *Project) findPipeline(repo *configrepo.Repo, name, layer string) (*configrepo.Pipeline, error) {
	if layer != "" {
		return repo.Pipeline(layer, name)
	}
	var found []*configrepo.Pipeline
	var names []string
	for _, candidate := range repo.Pipelines {
		names = append(names, candidate.Name)
		if candidate.Name == name {
			found = append(found, candidate)
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		names = append(names, p.Settings.UniversalStackName, p.Settings.InfraStackName)
		return nil, problem.Problem{
			Resource: name,
			Summary:  "there is no such instance",
			Detail:   fmt.Sprintf("an instance is %s, %s, or a pipeline of %s", p.Settings.UniversalStackName, p.Settings.InfraStackName, p.Settings.Relative(p.Settings.ConfigRepoPath)),
			Hint:     didYouMean(problem.Nearest(name, names)),
		}
	default:
		var layers []string
		for _, f := range found {
			layers = append(layers, f.Layer)
		}
		return nil, problem.Problem{
			Resource: name,
			Summary:  "several layers have a pipeline of this name",
			Detail:   "they are: " + strings.Join(layers, ", "),
			Hint:     "say which with --layer (make: layer=…)",
		}
	}
}

// checkEnvironment refuses an environment that has no Pulumi.<env>.yaml.
func (p *Project) checkEnvironment(env, instance string) error {
	known := p.Environments()
	if env == "" {
		return problem.Problem{
			Resource: instance,
			Summary:  "the environment is missing",
			Detail:   "the config repo has: " + strings.Join(known, ", "),
			Hint:     "say which with --env (make: env=…)",
		}
	}
	for _, k := range known {
		if k == env {
			return nil
		}
	}
	return problem.Problem{
		File:    p.Settings.Relative(p.infraConfigPath(env)),
		Summary: fmt.Sprintf("there is no environment %q: this file does not exist", env),
		Detail:  "the config repo has: " + strings.Join(known, ", "),
		Hint:    didYouMean(problem.Nearest(env, known)),
	}
}

func didYouMean(word string) string {
	if word == "" {
		return ""
	}
	return fmt.Sprintf("did you mean %q?", word)
}

// RefOfStack is the instance of a stack by the stack's name.
func (p *Project) RefOfStack(name string) (Ref, error) {
	refs := []Ref{p.universalRef()}
	for _, env := range p.Environments() {
		refs = append(refs, p.infraRef(env))
		levels, err := p.PipelineRefs(env)
		if err != nil {
			return Ref{}, err
		}
		for _, level := range levels {
			refs = append(refs, level...)
		}
	}
	var names []string
	for _, r := range refs {
		if r.Name() == name {
			return r, nil
		}
		names = append(names, r.Name())
	}
	return Ref{}, problem.Problem{
		Resource: "stack " + name,
		Summary:  "the config repo describes no such stack",
		Detail:   "it describes: " + strings.Join(names, ", "),
		Hint:     didYouMean(problem.Nearest(name, names)),
	}
}
