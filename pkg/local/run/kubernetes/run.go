package kubernetes

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/dorc-dev/dorc/pkg/local/run/process"
)

// start enters a pod and runs it beside.
func (s *Server) start(p *pod) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := p.namespace + "/" + p.name
	if s.pods[key] != nil {
		return errTaken
	}
	var ctx context.Context
	ctx, p.cancel = context.WithCancel(s.ctx)
	s.pods[key] = p
	s.running.Go(func() {
		defer p.cancel()
		defer p.lines.end()
		s.run(ctx, p)
	})
	return nil
}

// stop ends a pod's process and waits for it.
func (p *pod) stop() {
	p.cancel()
	p.lines.wait()
}

// run makes a pod's program ready and runs it to its end.
func (s *Server) run(ctx context.Context, p *pod) {
	program, err := s.options.Prepare(ctx, p.container, func(line string) { s.say(p, line) })
	if err != nil {
		// The reason that Airflow takes as final.
		p.become(func() { p.waiting, p.message = "ErrImagePull", err.Error() })
		return
	}
	p.become(func() { p.phase, p.started = running, time.Now() })
	ending, err := process.Run(ctx, program, nil, func(line string) { s.say(p, line) })
	if program.Close != nil {
		if closed := program.Close(); closed != nil {
			s.say(p, closed.Error())
		}
	}
	if err != nil {
		ending = err.Error()
		s.say(p, ending)
	}
	p.become(func() {
		p.phase, p.ended, p.exit, p.message = succeeded, time.Now(), 0, ending
		if ending != "" {
			p.phase, p.exit = failed, exitCode(ending)
		}
	})
}

// exitCode is that of "exit code 3"; 137 when a signal ended the program, as a container's.
func exitCode(ending string) int {
	if n, err := strconv.Atoi(strings.TrimPrefix(ending, "exit code ")); err == nil {
		return n
	}
	return 137
}

func (p *pod) become(change func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change()
}

// say keeps a line for who reads the pod's log.
func (s *Server) say(p *pod, line string) {
	p.lines.add(fmt.Sprintf("%s %s", time.Now().UTC().Format(time.RFC3339Nano), line))
	if s.options.Log != nil {
		s.options.Log(p.name, line)
	}
}
