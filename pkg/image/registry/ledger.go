package registry

import (
	"context"
	"errors"
	"sync"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// ledger is what this process knows of which blobs are where, and which are on
// their way. It holds no blob.
type ledger struct {
	mu      sync.Mutex
	there   map[place]bool
	jobs    map[place]*job
	sources map[content]*source
	// noMount has the registries that did not take a blob from a repository that had it.
	noMount map[string]bool
}

// place is a blob in a repository; content is a blob anywhere in a registry.
type (
	place struct {
		repo   name.Repository
		digest v1.Hash
	}
	content struct {
		registry string
		digest   v1.Hash
	}
)

// job is a blob on its way to a place; source is the repository of a registry
// that gets or has a blob first. err is set before done is closed.
type (
	job struct {
		done chan struct{}
		err  error
	}
	source struct {
		repo name.Repository
		done chan struct{}
		here bool
	}
)

func newLedger() *ledger {
	return &ledger{
		there:   map[place]bool{},
		jobs:    map[place]*job{},
		sources: map[content]*source{},
		noMount: map[string]bool{},
	}
}

// once brings a blob to a place with work, unless it is there, or another
// goroutine is at it: then it waits for that one.
func (l *ledger) once(ctx context.Context, p place, work func() error) error {
	for {
		l.mu.Lock()
		if l.there[p] {
			l.mu.Unlock()
			return nil
		}
		running := l.jobs[p]
		if running == nil {
			mine := &job{done: make(chan struct{})}
			l.jobs[p] = mine
			l.mu.Unlock()
			l.run(p, mine, work)
			return mine.err
		}
		l.mu.Unlock()
		select {
		case <-running.done:
		case <-ctx.Done():
			return ctx.Err()
		}
		// Another's cancellation is not ours: then it is our turn.
		if running.err != nil && !isCancellation(running.err) {
			return running.err
		}
	}
}

func (l *ledger) run(p place, j *job, work func() error) {
	j.err = errors.New("the upload was given up") // stays when work panics
	defer func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		delete(l.jobs, p)
		l.there[p] = j.err == nil
		close(j.done)
	}()
	j.err = work()
}

// found notes that a repository has a blob, so that others can mount it.
func (l *ledger) found(p place) {
	l.mu.Lock()
	defer l.mu.Unlock()
	key := content{p.repo.RegistryStr(), p.digest}
	if l.sources[key] == nil {
		s := &source{repo: p.repo, done: make(chan struct{}), here: true}
		close(s.done)
		l.sources[key] = s
	}
}

// origin returns the repository from which a blob can be mounted at p. When none
// has the blob but one is getting it, origin waits, unless the registry is known
// not to mount. When none is, p becomes the one: first is true, and the caller
// must call finish.
func (l *ledger) origin(ctx context.Context, p place) (from name.Repository, first bool, finish func(error), err error) {
	key := content{p.repo.RegistryStr(), p.digest}
	for {
		l.mu.Lock()
		s := l.sources[key]
		switch {
		case s == nil:
			mine := &source{repo: p.repo, done: make(chan struct{})}
			l.sources[key] = mine
			l.mu.Unlock()
			return name.Repository{}, true, func(err error) { l.finish(key, mine, err) }, nil
		case l.noMount[key.registry]:
			l.mu.Unlock()
			return name.Repository{}, false, func(error) {}, nil
		case s.here:
			l.mu.Unlock()
			return s.repo, false, func(error) {}, nil
		}
		l.mu.Unlock()
		select {
		case <-s.done:
		case <-ctx.Done():
			return name.Repository{}, false, nil, ctx.Err()
		}
	}
}

func (l *ledger) finish(key content, s *source, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if s.here = err == nil; !s.here {
		delete(l.sources, key)
	}
	close(s.done)
}

func (l *ledger) mountless(registry string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.noMount[registry] = true
}

// forget drops what is known of blobs in a repository, for a registry that says
// that it does not have them after all.
func (l *ledger) forget(repo name.Repository, digests []v1.Hash) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, d := range digests {
		delete(l.there, place{repo, d})
		key := content{repo.RegistryStr(), d}
		if s := l.sources[key]; s != nil && s.here && s.repo == repo {
			delete(l.sources, key)
		}
	}
}

func isCancellation(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}
