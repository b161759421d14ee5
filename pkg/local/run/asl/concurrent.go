package asl

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
)

func (v *visit) parallel(ctx context.Context, input any) (any, error) {
	branches := v.state.Branches
	return v.each(ctx, len(branches), len(branches), func(ctx context.Context, i int) (any, error) {
		return v.x.machine(ctx, branches[i], input, v.scope.in(v.state.Name, i))
	})
}

func (v *visit) mapItems(ctx context.Context, input any) (any, error) {
	m := v.state.Map
	found, err := m.itemsPath.apply("ItemsPath", input, v.context())
	if err != nil {
		return nil, err
	}
	items, ok := found.([]any)
	if !ok {
		return nil, &Error{ErrRuntime, fmt.Sprintf("Reference path of ItemsPath must point to an array, not %s", brief(found))}
	}
	limit, err := v.concurrency(input)
	if err != nil {
		return nil, err
	}
	return v.each(ctx, len(items), limit, func(ctx context.Context, i int) (any, error) {
		in := v.scope.iteration(v.state.Name, i, items[i])
		value := items[i]
		if m.itemSelector != nil {
			context := v.context()
			context["Map"] = in.item
			var err error
			if value, err = m.itemSelector.fill(input, context); err != nil {
				return nil, err
			}
		}
		return v.x.machine(ctx, m.Processor, value, in)
	})
}

// concurrency is how many iterations run at once: at most 40, as inline Map states have on AWS.
func (v *visit) concurrency(input any) (int, error) {
	n := v.state.Map.maxConcurrency
	if p := v.state.Map.maxConcurrencyPath; p != nil {
		value, _ := p.get(input, v.context())
		number, ok := value.(json.Number)
		i, err := number.Int64()
		if !ok || err != nil || i < 0 {
			return 0, &Error{ErrRuntime, fmt.Sprintf("MaxConcurrencyPath %s must find a whole number, not %s", p.text, brief(value))}
		}
		n = int(min(i, maxInlineMapIterations))
	}
	if n == 0 || n > maxInlineMapIterations {
		n = maxInlineMapIterations
	}
	return n, nil
}

// each runs n pieces of work, at most limit at once, in order. The first failure stops the others and is the result.
func (v *visit) each(ctx context.Context, n, limit int, work func(context.Context, int) (any, error)) (any, error) {
	inner, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	results := make([]any, n)
	var (
		group sync.WaitGroup
		once  sync.Once
		first error
		free  = make(chan struct{}, max(limit, 1))
	)
	for i := range n {
		free <- struct{}{}
		if inner.Err() != nil {
			break
		}
		group.Go(func() {
			defer func() { <-free }()
			out, err := work(inner, i)
			if err != nil {
				once.Do(func() { first = err; stop(errStopped) })
				return
			}
			results[i] = out
		})
	}
	group.Wait()
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	return results, first
}
