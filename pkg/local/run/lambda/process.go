package lambda

import (
	"errors"
	"fmt"
	"os/exec"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// process is a Python process with everything it starts.
type process struct {
	pid int
	// exited is closed when the process ended; ending says how.
	exited chan struct{}
	ending string
	// tooLarge is closed when it was ended because of its memory.
	tooLarge chan struct{}
	limit    int64
	peak     atomic.Int64
	killing  sync.Once
}

// startProcess starts a command in a process group of its own, and watches its memory.
func startProcess(cmd *exec.Cmd, limitMB int) (*process, error) {
	cmd.SysProcAttr = attributes()
	p := &process{exited: make(chan struct{}), tooLarge: make(chan struct{}), limit: int64(limitMB) << 20}
	started := make(chan error)
	go func() {
		// On Linux the kernel ends the process with this thread, so it must live as long.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		if err == nil {
			p.pid = cmd.Process.Pid
		}
		started <- err
		if err != nil {
			return
		}
		p.ending = ending(cmd.Wait())
		p.kill() // what it left behind
		close(p.exited)
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("starting %s: %w", cmd.Path, err)
	}
	go p.watch()
	return p, nil
}

// ending describes the end of a process as Lambda does.
func ending(err error) string {
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		return "Runtime exited without providing a reason"
	}
	if name := signalOf(exit); name != "" {
		return "Runtime exited with error: signal: " + name
	}
	return fmt.Sprintf("Runtime exited with error: exit status %d", exit.ExitCode())
}

// kill ends the process and its group.
func (p *process) kill() {
	killGroup(p.pid)
}

// watch ends the process when it takes more memory than the function has.
func (p *process) watch() {
	ticker := time.NewTicker(memoryInterval)
	defer ticker.Stop()
	for {
		select {
		case <-p.exited:
			return
		case <-ticker.C:
			p.checkMemory()
		}
	}
}

// checkMemory looks at the memory now. It is false when the limit is exceeded.
func (p *process) checkMemory() bool {
	now := residentMemory(p.pid)
	for {
		old := p.peak.Load()
		if now <= old || p.peak.CompareAndSwap(old, now) {
			break
		}
	}
	if p.peak.Load() <= p.limit {
		return true
	}
	p.killing.Do(func() {
		close(p.tooLarge)
		p.kill()
	})
	return false
}

// peakMB is the most memory seen, rounded up, in MB.
func (p *process) peakMB() int { return int((p.peak.Load() + 1<<20 - 1) >> 20) }
