package run

import (
	"context"
	"sync"
	"time"
)

// polls ends sleeps early: a workflow that waits for a job or an execution looks at it, sleeps, and looks again. Here a
// sleep is over as soon as something has another state than a workflow saw last, so that a long interval costs nothing.
type polls struct {
	mu sync.Mutex
	// is has the states by what they are of, seen those that were looked at.
	is, seen map[string]string
	// changed is closed when something has changed that was seen.
	changed chan struct{}
}

func newPolls() *polls {
	return &polls{is: map[string]string{}, seen: map[string]string{}, changed: make(chan struct{})}
}

// become notes a state.
func (p *polls) become(what, state string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.is[what] = state
	if seen, ok := p.seen[what]; ok && seen != state {
		close(p.changed)
		p.changed = make(chan struct{})
	}
}

// look notes the state that a workflow was given.
func (p *polls) look(what, state string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.seen[what] = state
}

// news tells whether something is not as it was seen, and how to hear of it.
func (p *polls) news() (bool, <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for what, seen := range p.seen {
		if p.is[what] != seen {
			return true, nil
		}
	}
	return false, p.changed
}

// sleep waits, but not longer than until there are news.
func (p *polls) sleep(ctx context.Context, d time.Duration) error {
	there, changed := p.news()
	if there {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
	case <-changed:
	}
	return nil
}
