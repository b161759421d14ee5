package asl

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"time"
)

// fakeClock is a clock that sleeps in no time. A context's deadline ends a sleep that reaches it.
type fakeClock struct {
	mu     sync.Mutex
	now    time.Time
	sleeps []time.Duration
}

type fakeDeadline struct{}

type fakeLimit struct {
	at     time.Time
	cancel context.CancelCauseFunc
	cause  error
	above  *fakeLimit
}

var start = time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)

func newFakeClock() *fakeClock { return &fakeClock{now: start} }

func (c *fakeClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *fakeClock) Sleep(ctx context.Context, d time.Duration) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	until := c.now.Add(d)
	var first *fakeLimit
	above, _ := ctx.Value(fakeDeadline{}).(*fakeLimit)
	for l := above; l != nil; l = l.above {
		if !l.at.After(until) && (first == nil || l.at.Before(first.at)) {
			first = l
		}
	}
	if first != nil {
		c.now = first.at
		first.cancel(first.cause)
		return ctx.Err()
	}
	c.now = until
	c.sleeps = append(c.sleeps, d)
	return nil
}

func (c *fakeClock) WithTimeout(ctx context.Context, d time.Duration, cause error) (context.Context, context.CancelFunc) {
	above, _ := ctx.Value(fakeDeadline{}).(*fakeLimit)
	inner, cancel := context.WithCancelCause(ctx)
	limit := &fakeLimit{at: c.Now().Add(d), cancel: cancel, cause: cause, above: above}
	return context.WithValue(inner, fakeDeadline{}, limit), func() { cancel(nil) }
}

// fakeTasks answers calls by the function's name.
type fakeTasks struct {
	clock     *fakeClock
	functions map[string]func(input any) (any, error)
	mu        sync.Mutex
	calls     []Call
}

// sleeping is the answer of a function that takes time.
type sleeping time.Duration

func (s sleeping) Error() string { return "sleeps" }

func (f *fakeTasks) Call(ctx context.Context, call Call) (any, error) {
	f.mu.Lock()
	f.calls = append(f.calls, call)
	f.mu.Unlock()
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	name, input := call.Function, call.Arguments
	if call.Resource == LambdaInvoke {
		arguments := call.Arguments.(map[string]any)
		name, _ = arguments["FunctionName"].(string)
		input = arguments["Payload"]
	}
	function := f.functions[name]
	if function == nil {
		return nil, &Error{"Lambda.ResourceNotFoundException", name}
	}
	out, err := function(input)
	var s sleeping
	if errors.As(err, &s) {
		if err := f.clock.Sleep(ctx, time.Duration(s)); err != nil {
			return nil, err
		}
		err = nil
	}
	if err == nil && call.Resource == LambdaInvoke {
		return map[string]any{"Payload": out, "StatusCode": number(200)}, nil
	}
	return out, err
}

func decode(text string) any {
	v, err := Decode([]byte(text))
	if err != nil {
		panic(err)
	}
	return v
}

// functions are those that the tests' definitions name.
func functions() map[string]func(any) (any, error) {
	var mu sync.Mutex
	calls := 0
	return map[string]func(any) (any, error){
		"arn:aws:lambda:eu-west-2:1:function:echo": func(in any) (any, error) { return in, nil },
		"echo": func(in any) (any, error) { return in, nil },
		"add": func(in any) (any, error) {
			n, err := in.(json.Number).Int64()
			return number(n + 1), err
		},
		"bad": func(any) (any, error) { return nil, &Error{"ValueError", `{"errorMessage":"no"}`} },
		"flaky": func(any) (any, error) {
			mu.Lock()
			defer mu.Unlock()
			if calls++; calls < 4 {
				return nil, &Error{"Flaky", ""}
			}
			return "ok", nil
		},
		"slow":  func(any) (any, error) { return "late", sleeping(100 * time.Second) },
		"large": func(any) (any, error) { return string(make([]byte, 300*1024)), nil },
	}
}
