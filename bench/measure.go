package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// key is one case.
type key struct {
	tool  string
	n     int
	phase string
}

// results are the samples of every case. A capped case has one sample, which
// is the cap.
type results struct {
	samples map[key][]sample
	capped  map[key]bool
}

// measure runs every tool at every size. Within a size the tools take turns,
// so that what changes on the machine changes for all.
func measure(o options, work string, tools []*tool) (*results, error) {
	r := &results{samples: map[key][]sample{}, capped: map[key]bool{}}
	given := map[string]bool{} // tools that a smaller size was too much for
	for _, n := range o.sizes {
		rounds := map[*tool]int{}
		for _, t := range tools {
			if t.absent == "" && !given[t.name] && o.wants(t) {
				rounds[t] = o.runs + 1 // the first is the warm-up
			}
		}
		for round := 0; len(rounds) > 0; round++ {
			for _, t := range tools {
				if rounds[t] == 0 {
					delete(rounds, t)
					continue
				}
				rounds[t]--
				fmt.Fprintf(os.Stderr, "%s: %s, %d resources, run %d\n", time.Now().Format(time.TimeOnly), t.name, n, round)
				took, err := onceIn(work, t, n, o.cap)
				if err != nil && !errors.Is(err, errCap) {
					return nil, err
				}
				slow := r.note(t, n, took, err != nil, round == 0, o)
				if slow {
					rounds[t] = 0
				}
				given[t.name] = given[t.name] || err != nil
			}
		}
	}
	return r, nil
}

func (o options) wants(t *tool) bool {
	return o.only == "" || strings.HasPrefix(strings.ToLower(t.name), o.only)
}

// note keeps the samples of a run unless it was a warm-up, and says whether the
// case is too slow to be repeated.
func (r *results) note(t *tool, n int, took map[string]sample, capped, warmUp bool, o options) (slow bool) {
	for _, s := range took {
		slow = slow || s.wall > o.slow
	}
	slow = slow || capped
	for phase, s := range took {
		k := key{t.name, n, phase}
		if !warmUp || slow {
			r.samples[k] = append(r.samples[k], s)
		}
		if capped && s.wall == o.cap {
			r.capped[k] = true
		}
	}
	return slow
}

func onceIn(work string, t *tool, n int, limit time.Duration) (map[string]sample, error) {
	dir := filepath.Join(work, "case")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	took, err := t.once(dir, n, limit)
	return took, errors.Join(err, os.RemoveAll(dir))
}
