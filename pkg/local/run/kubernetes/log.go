package kubernetes

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// lines are what a pod has written, each with the time before it, and whether more can come.
type lines struct {
	mu    sync.Mutex
	all   []string
	ended bool
	// changed is closed, and made anew, at each change.
	changed chan struct{}
}

func newLines() *lines { return &lines{changed: make(chan struct{})} }

func (l *lines) add(line string) { l.change(func() { l.all = append(l.all, line) }) }

func (l *lines) end() { l.change(func() { l.ended = true }) }

func (l *lines) change(do func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	do()
	close(l.changed)
	l.changed = make(chan struct{})
}

// after are the lines from a position on, whether they are the last, and what tells of more.
func (l *lines) after(position int) (more []string, ended bool, changed <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all[position:], l.ended, l.changed
}

// wait waits for the end.
func (l *lines) wait() {
	for {
		_, ended, changed := l.after(0)
		if ended {
			return
		}
		<-changed
	}
}

// log writes a pod's lines, and with follow those that come until it ends
// (https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#get-read-log-of-the-specified-pod).
func (s *Server) log(w http.ResponseWriter, r *http.Request) {
	p := s.find(w, r)
	if p == nil {
		return
	}
	query := r.URL.Query()
	// Kubernetes reads truths as Go does; Python's client says True.
	truth := func(name string) bool {
		v, err := strconv.ParseBool(query.Get(name))
		return err == nil && v
	}
	since := time.Time{}
	if seconds, err := strconv.Atoi(query.Get("sinceSeconds")); err == nil {
		since = time.Now().Add(-time.Duration(seconds) * time.Second)
	}
	position := 0
	if tail, err := strconv.Atoi(query.Get("tailLines")); err == nil {
		have, _, _ := p.lines.after(0)
		position = max(0, len(have)-tail)
	}
	w.Header().Set("Content-Type", "text/plain")
	follow(r.Context(), p.lines, position, truth("follow"), func(line string) bool {
		at, text, _ := strings.Cut(line, " ")
		if written, err := time.Parse(time.RFC3339Nano, at); err == nil && written.Before(since) {
			return true
		}
		if !truth("timestamps") {
			line = text
		}
		_, err := w.Write([]byte(line + "\n"))
		return err == nil
	}, http.NewResponseController(w).Flush)
}

// follow hands on lines from a position on, until the client or the pod is gone.
func follow(ctx context.Context, l *lines, position int, wait bool, write func(string) bool, flush func() error) {
	for {
		more, ended, changed := l.after(position)
		for _, line := range more {
			if !write(line) {
				return
			}
		}
		position += len(more)
		if flush() != nil || ended || !wait {
			return
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return
		}
	}
}
