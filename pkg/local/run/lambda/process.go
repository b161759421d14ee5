package lambda

import (
	"errors"
	"fmt"
	"math"
	"os/exec"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dorc-dev/dorc/internal/tool"
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
	program  *Program
	stopping sync.Once
}

// startProcess starts a program in a process group of its own, and watches its memory.
func startProcess(program *Program, limitMB int) (*process, error) {
	cmd := program.Cmd
	cmd.SysProcAttr = tool.Attributes()
	p := &process{exited: make(chan struct{}), tooLarge: make(chan struct{}), limit: int64(limitMB) << 20, program: program}
	if program.Memory != nil {
		p.limit = math.MaxInt64
	}
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
		p.ended(cmd.Wait())
		p.stop() // what it left behind
		tool.KillGroup(p.pid)
		close(p.exited)
	}()
	if err := <-started; err != nil {
		p.stop()
		return nil, fmt.Errorf("starting %s: %w", cmd.Path, err)
	}
	go p.watch()
	return p, nil
}

// ended describes the end of a process as Lambda does.
func (p *process) ended(err error) {
	p.ending = "Runtime exited without providing a reason"
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		return
	}
	if name := signalOf(exit); name != "" {
		p.ending = "Runtime exited with error: signal: " + name
		return
	}
	p.ending = fmt.Sprintf("Runtime exited with error: exit status %d", exit.ExitCode())
	if p.program.Ending == nil {
		return
	}
	reason, outOfMemory := p.program.Ending(exit.ExitCode())
	if reason != "" {
		p.ending = "Runtime exited with error: " + reason
	}
	if outOfMemory {
		p.killing.Do(func() { close(p.tooLarge) })
	}
}

// stop ends what the program has outside of its process group, once.
func (p *process) stop() {
	p.stopping.Do(func() {
		if p.program.Stop != nil {
			p.program.Stop()
		}
	})
}

// lastWords is how long a program that was stopped may take to write what is left of its logs.
const lastWords = 2 * time.Second

// kill ends the process and its group.
func (p *process) kill() {
	if p.program.Stop != nil {
		p.stop()
		select {
		case <-p.exited:
		case <-time.After(lastWords):
		}
	}
	tool.KillGroup(p.pid)
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
	var now int64
	if p.program.Memory != nil {
		now = p.program.Memory()
	} else {
		now = ResidentMemory(p.pid)
	}
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
