package main

import (
	"fmt"
	"time"
)

// phases are what is measured of every tool, in order.
var phases = []string{"apply", "no-op", "destroy"}

// tool is something that provisions resources.
type tool struct {
	name, version string
	// absent says why the tool is not measured, or is empty.
	absent string
	// set makes a project of n resources in an empty folder.
	set func(dir string, n int) (*project, error)
}

// project is a folder in which a tool works.
type project struct {
	// phase runs one of phases.
	phase func(name string, limit time.Duration) (sample, error)
	// check says whether this many of the tool's resources exist. Default: it is trusted.
	check func(n int) error
	close func()
}

// once makes a project in dir and runs the phases until one exceeds the cap.
func (t *tool) once(dir string, n int, limit time.Duration) (map[string]sample, error) {
	p, err := t.set(dir, n)
	if err != nil {
		return nil, fmt.Errorf("%s, %d resources: %w", t.name, n, err)
	}
	if p.close != nil {
		defer p.close()
	}
	took := map[string]sample{}
	for _, phase := range phases {
		s, err := p.phase(phase, limit)
		if err == errCap {
			took[phase] = sample{wall: limit}
			return took, errCap
		}
		if err != nil {
			return nil, fmt.Errorf("%s, %d resources, %s: %w", t.name, n, phase, err)
		}
		took[phase] = s
		want := n
		if phase == "destroy" {
			want = 0
		}
		if p.check == nil {
			continue
		}
		if err := p.check(want); err != nil {
			return nil, fmt.Errorf("%s, %d resources, after %s: %w", t.name, n, phase, err)
		}
	}
	return took, nil
}
