package engine

import (
	"context"
	"errors"
	"sync"
)

// ParallelStacks is how many stacks are worked on at a time.
const ParallelStacks = 4

// InOrder calls work for everything in a level, several at a time, before it
// goes on to the next level. After a failure the level is finished and later
// ones are left out. It returns all failures.
func InOrder[T any](ctx context.Context, levels [][]T, work func(context.Context, T) error) error {
	for _, level := range levels {
		if err := atATime(ctx, level, work); err != nil {
			return err
		}
	}
	return nil
}

func atATime[T any](ctx context.Context, items []T, work func(context.Context, T) error) error {
	var wg sync.WaitGroup
	slots := make(chan struct{}, ParallelStacks)
	failures := make([]error, len(items))
	for i, item := range items {
		slots <- struct{}{}
		if ctx.Err() != nil {
			break
		}
		wg.Go(func() {
			defer func() { <-slots }()
			failures[i] = work(ctx, item)
		})
	}
	wg.Wait()
	return errors.Join(failures...)
}
