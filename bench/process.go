package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// sample is what one process took.
type sample struct {
	wall, cpu time.Duration
	// peak is the largest resident set in bytes.
	peak int64
}

// errCap says that a command took longer than the cap and was ended.
var errCap = errors.New("it took longer than the cap")

// timed runs a command to its end. What it prints goes to a file, as a pipe
// would make it wait for us; the file's end is shown when the command fails.
func timed(dir string, env []string, limit time.Duration, name string, args ...string) (sample, error) {
	log, err := os.CreateTemp("", "dorc-bench-*.log")
	if err != nil {
		return sample{}, err
	}
	defer os.Remove(log.Name())
	defer log.Close()

	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = dir, env, log, log
	// A group of its own: what the cap ends takes its plugins with it.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	started := time.Now()
	if err := cmd.Start(); err != nil {
		return sample{}, err
	}
	capped := time.AfterFunc(limit, func() { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }) // it may have ended just now
	err = cmd.Wait()
	wall := time.Since(started)
	if !capped.Stop() {
		return sample{wall: wall}, errCap
	}
	if err != nil {
		return sample{}, fmt.Errorf("%s %v: %w\n%s", filepath.Base(name), args, err, tail(log.Name()))
	}
	usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return sample{}, errors.New("this system does not tell what a process used")
	}
	return sample{
		wall: wall,
		cpu:  cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(),
		peak: usage.Maxrss * 1024, // Linux counts in KiB
	}, nil
}

func tail(path string) string {
	data, err := os.ReadFile(path)
	if err != nil {
		return err.Error()
	}
	return string(data[max(0, len(data)-2000):])
}

// environment is the little that every tool gets, so that settings of whoever
// runs the bench do not reach it.
func environment(more ...string) []string {
	env := []string{}
	for _, name := range []string{"PATH", "HOME", "TMPDIR", "USER", "GOGC", "GOMEMLIMIT"} {
		if v, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+v)
		}
	}
	return append(env, more...)
}
