package process

import (
	"context"
	"os"
	"time"
)

// family are the processes of a program: its process group, what bears its mark, and what
// these have started, also when it has left both. Who was seen once stays a member.
type family struct {
	head  int
	mark  string
	known map[int]string // when each was started, by its number
}

// newFamily is that of a program that has just been started: its number is its group's.
func newFamily(head int, mark string) *family {
	f := &family{head: head, mark: mark, known: map[int]string{}}
	if head > 0 {
		f.known[head] = Started(head)
	}
	return f
}

// lookPause is how far apart a family is looked at that is ending.
const lookPause = 50 * time.Millisecond

// look finds the members that live.
func (f *family) look() []entry {
	all := table(f.mark)
	in := map[int]bool{}
	for _, e := range all {
		if e.pid <= 1 || e.pid == os.Getpid() {
			continue // whoever runs dorc in a program of dorc's bears its mark
		}
		started, known := f.known[e.pid]
		in[e.pid] = known && started == e.started || e.marked || f.head > 0 && e.group == f.head
	}
	// Children may come before their parents in the table.
	for more := true; more; {
		more = false
		for _, e := range all {
			if !in[e.pid] && in[e.parent] && e.pid != os.Getpid() {
				in[e.pid], more = true, true
			}
		}
	}
	var out []entry
	for _, e := range all {
		if in[e.pid] {
			f.known[e.pid] = e.started
			if !e.dead {
				out = append(out, e)
			}
		}
	}
	return out
}

// end asks each member to end, and waits for them until one of the channels says that it is enough.
// It returns how many it has asked.
func (f *family) end(over <-chan time.Time, now <-chan struct{}) int {
	asked := map[int]bool{}
	for {
		left := f.look()
		if len(left) == 0 {
			return len(asked)
		}
		for _, e := range left {
			if !asked[e.pid] {
				asked[e.pid] = true
				ask(e.pid)
			}
		}
		select {
		case <-over:
			return len(asked)
		case <-now:
			return len(asked)
		case <-time.After(lookPause):
		}
	}
}

// maxKill is how long it is tried to kill all: one process can start another meanwhile, and one that waits for
// a disk cannot end.
const maxKill = 2 * time.Second

// kill ends all members at once.
func (f *family) kill() {
	for deadline := time.Now().Add(maxKill); time.Now().Before(deadline); time.Sleep(lookPause) {
		left := f.look()
		if len(left) == 0 {
			return
		}
		for _, e := range left {
			kill(e.pid)
		}
	}
}

// Sweep ends the processes of this user whose mark begins as the one given, and what they have started: those
// of a program whose runner was killed. They are asked first, and have some time. It returns how many there were.
func Sweep(ctx context.Context, mark string, grace time.Duration) int {
	f := newFamily(0, mark)
	over := time.NewTimer(grace)
	defer over.Stop()
	asked := f.end(over.C, ctx.Done())
	if asked > 0 {
		f.kill()
	}
	return asked
}
