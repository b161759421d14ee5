package execute

import (
	"context"
	"strconv"
	"sync"

	"github.com/dorc-dev/dorc/pkg/workflows/expression"
	"github.com/dorc-dev/dorc/pkg/workflows/syntax"
)

// maxUnhandled is how many errors of branches are reported.
// https://cloud.google.com/workflows/quotas
const maxUnhandled = 100

// group runs the branches of a parallel step.
type group struct {
	*thread
	cancel context.CancelFunc
	slots  chan struct{}
	wait   sync.WaitGroup

	mu sync.Mutex
	// failed are the errors of branches by their order; broken is one that no
	// workflow can catch.
	failed map[int64]any
	names  map[int64]string
	broken error
}

// branches executes a parallel step.
func (t *thread) branches(s *syntax.Step) error {
	p := s.Parallel
	if t.parallel >= syntax.MaxParallelDepth {
		return expression.Faultf(expression.ParallelNestingError, "parallel steps are nested deeper than %d", syntax.MaxParallelDepth)
	}
	limit, err := t.limit(p)
	if err != nil {
		return err
	}
	inner := *t
	inner.parallel++
	ctx, cancel := context.WithCancel(t.ctx)
	defer cancel()
	inner.ctx = ctx
	g := &group{thread: &inner, cancel: cancel, slots: make(chan struct{}, limit), failed: map[int64]any{}, names: map[int64]string{}}
	for i, b := range p.Branches {
		g.start(int64(i), b.Name, newScope(t.scope), p.Shared, b.Steps)
	}
	if p.For != nil {
		err = inner.rounds(p.For, func(round *scope, i int64) (bool, error) {
			g.start(i, strconv.FormatInt(i, 10), round, p.Shared, p.For.Steps)
			return ctx.Err() == nil, nil
		})
	}
	g.wait.Wait()
	if g.broken != nil {
		return g.broken
	}
	if err != nil {
		return err
	}
	return g.unhandled()
}

func (t *thread) limit(p *syntax.Parallel) (int64, error) {
	if p.Limit == nil {
		return syntax.MaxConcurrency, nil
	}
	v, err := t.value(p.Limit)
	if err != nil {
		return 0, err
	}
	n, ok := v.(int64)
	if !ok || n < 1 {
		return 0, expression.Faultf(expression.ValueError, "concurrency_limit must be a positive integer")
	}
	return min(n, syntax.MaxConcurrency), nil
}

// start runs a branch as soon as there is a place for it.
func (g *group) start(i int64, name string, s *scope, shared []string, steps []*syntax.Step) {
	s.branch, s.shared = true, shared
	g.slots <- struct{}{}
	g.wait.Add(1)
	go func() {
		defer g.wait.Done()
		defer func() { <-g.slots }()
		_, err := g.with(s).list(steps)
		if err == nil {
			return
		}
		g.mu.Lock()
		defer g.mu.Unlock()
		if failure, ok := err.(*Failure); ok {
			g.failed[i], g.names[i] = failure.Value, name
		} else if g.broken == nil {
			g.broken = err
			g.cancel()
		}
	}()
}

// unhandled is the error of all branches that failed, in their order, or nil.
// https://cloud.google.com/workflows/docs/reference/syntax/error-types
func (g *group) unhandled() error {
	if len(g.failed) == 0 {
		return nil
	}
	branches := []any{}
	for i := int64(0); len(branches) < len(g.failed) && len(branches) < maxUnhandled; i++ {
		if value, ok := g.failed[i]; ok {
			branches = append(branches, map[string]any{"id": g.names[i], "error": value})
		}
	}
	return &expression.Fault{Value: map[string]any{
		"tags":      []any{expression.UnhandledBranchError},
		"message":   "UnhandledBranchError: one or more branches or rounds met an error that they did not catch",
		"branches":  branches,
		"truncated": len(g.failed) > maxUnhandled,
	}}
}
