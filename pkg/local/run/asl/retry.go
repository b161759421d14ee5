package asl

import (
	"math"
	"time"
)

// retrier is an entry of Retry.
type retrier struct {
	errorEquals []string
	// interval is the first wait in seconds, multiplied by backoff after each attempt up to maxDelay (0: no limit).
	interval    float64
	backoff     float64
	maxAttempts int
	maxDelay    float64
	// jitter makes each wait a random part of the whole (FULL).
	jitter bool
}

// catcher is an entry of Catch.
type catcher struct {
	errorEquals []string
	next        string
	resultPath  resultPath
}

// delay is the wait before the retry number n, counted from 1. random gives a number in [0, 1).
func (r retrier) delay(n int, random func() float64) time.Duration {
	seconds := r.interval * math.Pow(r.backoff, float64(n-1))
	if r.maxDelay > 0 {
		seconds = math.Min(seconds, r.maxDelay)
	}
	// A year is far beyond any execution and keeps the conversion from overflowing.
	seconds = math.Min(seconds, 366*24*3600)
	if r.jitter {
		seconds *= random()
	}
	return time.Duration(seconds * float64(time.Second))
}

// retries counts the retries of one visit of a state, per retrier.
type retries struct {
	state *State
	used  []int
}

// next tells whether an error is tried again and after which wait.
func (c *retries) next(e *Error, random func() float64) (time.Duration, bool) {
	if c.used == nil {
		c.used = make([]int, len(c.state.retry))
	}
	for i, r := range c.state.retry {
		if !matches(r.errorEquals, e.Name) {
			continue
		}
		if c.used[i] >= r.maxAttempts {
			return 0, false
		}
		c.used[i]++
		return r.delay(c.used[i], random), true
	}
	return 0, false
}
