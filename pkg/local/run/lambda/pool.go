package lambda

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/google/uuid"
)

// Pool has the environments of one function: warm ones are reused, more are started when all are busy.
type Pool struct {
	function *Function

	mu     sync.Mutex
	warm   []*environment
	busy   map[*environment]bool
	count  int
	closed bool
}

// NewPool makes a pool without environments.
func NewPool(f *Function) *Pool {
	return &Pool{function: f, busy: map[*environment]bool{}}
}

// Invoke runs the handler on an event. The error is a *FunctionError when the invocation failed as one
// does on AWS; when the context ends, the environment is ended and the error is the context's cause.
// emit hears the log lines, from another goroutine, and maybe later ones of a thread that outlives the invocation.
func (p *Pool) Invoke(ctx context.Context, payload []byte, emit func(Line)) (Result, error) {
	id := uuid.NewString()
	for {
		env, err := p.take()
		if err != nil {
			return Result{}, err
		}
		if env == nil {
			return p.cold(ctx, id, payload, emit)
		}
		env.emit.Store(&emit)
		body, usable, err := env.invoke(ctx, id, payload, time.Now().Add(p.function.Timeout))
		err = p.back(env, usable, err)
		if errors.Is(err, errGone) {
			continue // it ended while it was idle, as Lambda's do too
		}
		return Result{Payload: body, RequestID: id}, err
	}
}

// cold starts an environment for an event.
func (p *Pool) cold(ctx context.Context, id string, payload []byte, emit func(Line)) (Result, error) {
	began := time.Now()
	env, err := p.begin(ctx, emit)
	if err != nil {
		return Result{}, err
	}
	err = env.ready(ctx, initLimit)
	deadline := time.Now().Add(p.function.Timeout)
	if errors.Is(err, errInitTimeout) {
		// As on AWS the handler loads again, now within the invocation's own time.
		if err := p.back(env, false, nil); err != nil {
			return Result{}, err
		}
		if env, err = p.restart(ctx, emit); err != nil {
			return Result{}, err
		}
		began, deadline = time.Now(), time.Now().Add(p.function.Timeout)
		if err = env.ready(ctx, p.function.Timeout); errors.Is(err, errInitTimeout) {
			err = env.timedOut(id, began)
		}
	}
	if err != nil {
		return Result{}, p.back(env, false, err)
	}
	body, usable, err := env.invoke(ctx, id, payload, deadline)
	if errors.Is(err, errGone) {
		err = env.crashed(id, began)
	}
	return Result{Payload: body, RequestID: id}, p.back(env, usable, err)
}

// take gives a warm environment, or nil when a new one may be started.
func (p *Pool) take() (*environment, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil, errors.New("the run is over")
	}
	if n := len(p.warm); n > 0 {
		env := p.warm[n-1]
		p.warm = p.warm[:n-1]
		p.busy[env] = true
		return env, nil
	}
	if limit := p.function.ReservedConcurrency; limit >= 0 && p.count >= limit {
		return nil, platformError(ErrThrottled, "", "Rate Exceeded.")
	}
	p.count++
	return nil, nil
}

// begin starts the environment that take allowed.
func (p *Pool) begin(ctx context.Context, emit func(Line)) (*environment, error) {
	env, err := start(ctx, p.function, emit)
	p.mu.Lock()
	defer p.mu.Unlock()
	if err != nil {
		p.count--
		return nil, err
	}
	p.busy[env] = true
	return env, nil
}

// restart starts another environment in place of one that was given back.
func (p *Pool) restart(ctx context.Context, emit func(Line)) (*environment, error) {
	p.mu.Lock()
	p.count++
	p.mu.Unlock()
	return p.begin(ctx, emit)
}

// back takes an environment back, or ends it when it cannot be used again.
func (p *Pool) back(env *environment, usable bool, err error) error {
	p.mu.Lock()
	delete(p.busy, env)
	usable = usable && !p.closed && env.alive()
	if usable {
		p.warm = append(p.warm, env)
	} else {
		p.count--
	}
	p.mu.Unlock()
	if usable {
		return err
	}
	closing := env.close()
	if err != nil {
		return err // the invocation's failure says more than what its environment left behind
	}
	return closing
}

// Close ends every environment and waits for their processes.
func (p *Pool) Close() error {
	p.mu.Lock()
	p.closed = true
	environments := p.warm
	for env := range p.busy {
		environments = append(environments, env)
	}
	p.warm = nil
	p.mu.Unlock()
	var errs []error
	for _, env := range environments {
		errs = append(errs, env.close())
	}
	return errors.Join(errs...)
}
