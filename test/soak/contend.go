package main

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"syscall"
	"time"
)

// lockedMessage names who works, and since when.
var lockedMessage = regexp.MustCompile(`stack universal is locked by \S+.* since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d`)

// contend lets applies meet: one works, the second is told who does and ends
// with 3, the third waits its turn. The first is held with SIGSTOP while it has
// the lease, so that they do meet.
func (s *soak) contend() error {
	s.repo.tag++ // there is something to do
	if err := s.repo.write(s.process.repo()); err != nil {
		return err
	}
	first, output := s.command(applyUniversal...)
	started := time.Now()
	if err := first.Start(); err != nil {
		return err
	}
	held := s.hold(first)
	if !held {
		e, err := wait(first, output, started, applyUniversal)
		if err == nil && e.code != 0 {
			err = e.unexpected()
		}
		return err // it was too quick to be met
	}
	meetErr := s.meet(first)
	e, err := wait(first, output, started, applyUniversal)
	switch {
	case meetErr != nil:
		return meetErr
	case err != nil:
		return err
	case e.code != 0:
		return e.unexpected()
	}
	s.report.met++
	return nil
}

// hold stops a process once it has the lease and is not just changing it: others
// would wait for the end of that.
func (s *soak) hold(cmd *exec.Cmd) bool {
	send := func(signal syscall.Signal) { _ = cmd.Process.Signal(signal) } // it may have ended
	deadline := time.Now().Add(time.Minute)
	had := false
	for time.Now().Before(deadline) {
		has := s.leaseText() != ""
		if had && !has {
			return false
		}
		had = has
		if has {
			send(syscall.SIGSTOP)
			time.Sleep(5 * time.Millisecond)
			if s.leaseText() != "" && !s.guarded("universal") {
				return true
			}
			send(syscall.SIGCONT)
		}
		time.Sleep(500 * time.Microsecond)
	}
	return false
}

// guarded says whether a process is just changing the stack's lease or state.
func (s *soak) guarded(stack string) bool {
	f, err := os.Open(s.local(stateRoot, "journals/Pipelines", stack+".guard"))
	if err != nil {
		return true
	}
	defer f.Close()
	return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) != nil //nolint:gosec // a descriptor is small
}

// meet runs the second and the third apply, and lets the first go on.
func (s *soak) meet(first *exec.Cmd) error {
	goOn := func() { _ = first.Process.Signal(syscall.SIGCONT) } // it is stopped, so it is there
	defer goOn()
	second, err := s.run(applyUniversal...)
	if err != nil {
		return err
	}
	if second.code != 3 || !lockedMessage.MatchString(second.output) {
		return fmt.Errorf("the second of two applies must end with 3 and say who has the lock since when: %w", second.unexpected())
	}
	args := append(slices.Clone(applyUniversal), "--lock-timeout", "5m")
	third, output := s.command(args...)
	started := time.Now()
	if err := third.Start(); err != nil {
		return err
	}
	time.Sleep(time.Duration(s.rng.IntN(400)) * time.Millisecond)
	goOn()
	e, err := wait(third, output, started, args)
	if err == nil && e.code != 0 {
		err = e.unexpected()
	}
	return err
}
