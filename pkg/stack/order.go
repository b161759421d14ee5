package stack

import (
	"context"
	"slices"
	"strings"

	"github.com/dorc-dev/dorc/pkg/engine"
	"github.com/dorc-dev/dorc/pkg/problem"
	"github.com/dorc-dev/dorc/pkg/state"
)

// PipelineRefs are the pipelines of an environment in the order in which they
// are applied: those of one level do not depend on each other.
func (p *Project) PipelineRefs(env string) ([][]Ref, error) {
	repo, err := p.Repo()
	if err != nil {
		return nil, err
	}
	var levels [][]Ref
	for _, level := range repo.Order() {
		var refs []Ref
		for _, pipeline := range level {
			refs = append(refs, pipelineRef(pipeline, env))
		}
		levels = append(levels, refs)
	}
	return levels, nil
}

// Applied are the stacks in the state store, by name.
func (p *Project) Applied(ctx context.Context, store *state.Store) (map[string]Ref, error) {
	summaries, err := store.Stacks(ctx)
	if err != nil {
		return nil, err
	}
	applied := map[string]Ref{}
	for _, s := range summaries {
		applied[s.Name] = Ref{
			Kind: Kind(s.Tags[engine.TagKind]), Env: s.Tags[engine.TagEnvironment],
			Layer: s.Tags[TagLayer], Pipeline: s.Tags[TagPipeline], name: s.Name,
		}
	}
	return applied, nil
}

// DestroyOrder is what must be destroyed to destroy the stack, in order, the
// stack itself last. An environment takes its pipelines with it, as the state
// has them: also those that the config repo no longer has. Any other stack that
// is still in use is refused.
func (p *Project) DestroyOrder(ctx context.Context, e *engine.Engine, target Ref, only bool) ([][]Ref, error) {
	applied, err := p.Applied(ctx, e.Store)
	if err != nil {
		return nil, err
	}
	users := map[string][]string{}
	for name := range applied {
		references, err := e.References(ctx, name)
		if err != nil {
			return nil, err
		}
		for _, used := range references {
			users[used] = append(users[used], name)
		}
	}
	if len(users[target.Name()]) > 0 && (target.Kind != KindInfra || only) {
		return nil, inUse(target, users[target.Name()])
	}
	return destroyLevels(applied, users, target), nil
}

func inUse(target Ref, users []string) error {
	slices.Sort(users)
	return problem.Problem{
		Resource: "stack " + target.Name(),
		Summary:  "other stacks use it",
		Detail:   "they are: " + strings.Join(users, ", "),
		Hint:     "destroy them first; an environment takes its pipelines with it",
	}
}

// destroyLevels puts every stack behind those that use it.
func destroyLevels(applied map[string]Ref, users map[string][]string, target Ref) [][]Ref {
	depth := map[string]int{}
	var visit func(name string, d int)
	visit = func(name string, d int) {
		// A reference in a circle cannot come from dorc; the bound keeps a strange state from looping.
		if known, ok := depth[name]; (ok && known >= d) || d > len(applied) {
			return
		}
		depth[name] = d
		for _, user := range users[name] {
			visit(user, d+1)
		}
	}
	visit(target.Name(), 0)
	levels := make([][]Ref, slices.Max(mapValues(depth))+1)
	for name, d := range depth {
		ref, ok := applied[name]
		if !ok {
			ref = target
		}
		i := len(levels) - 1 - d
		levels[i] = append(levels[i], ref)
	}
	for _, level := range levels {
		slices.SortFunc(level, func(a, b Ref) int { return strings.Compare(a.name, b.name) })
	}
	return levels
}

func mapValues(m map[string]int) []int {
	var values []int
	for _, v := range m {
		values = append(values, v)
	}
	return values
}
