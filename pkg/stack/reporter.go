package stack

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/dorc-dev/dorc/pkg/image/registry"
)

// reporter turns what happens to the parts of images into lines for people: at
// most a few a second for each repository.
type reporter struct {
	mutex sync.Mutex
	to    []func(repositoryURL, line string)
	last  map[string]time.Time
}

// between is the shortest time between two lines about uploads to a repository.
const between = 250 * time.Millisecond

// add adds a hearer.
func (r *reporter) add(hear func(repositoryURL, line string)) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.to = append(r.to, hear)
}

// event hears of a blob.
func (r *reporter) event(e registry.Event) {
	line := describe(e)
	if line == "" {
		return
	}
	r.mutex.Lock()
	if r.last == nil {
		r.last = map[string]time.Time{}
	}
	now := time.Now()
	if e.State == registry.Uploading && now.Sub(r.last[e.Repository]) < between {
		r.mutex.Unlock()
		return
	}
	r.last[e.Repository] = now
	to := r.to
	r.mutex.Unlock()
	for _, hear := range to {
		hear(e.Repository, line)
	}
}

// describe is the line for an event, or "" when nobody need know.
func describe(e registry.Event) string {
	switch e.State {
	case registry.Uploading:
		return fmt.Sprintf("pushing %s: %s of %s", short(e.Digest), megabytes(e.Complete), megabytes(e.Size))
	case registry.Done:
		return fmt.Sprintf("pushed %s (%s)", short(e.Digest), megabytes(e.Size))
	case registry.Retrying:
		return fmt.Sprintf("try %d failed, trying again: %s", e.Attempt, e.Reason)
	case registry.Kept:
		return e.Reason
	default:
		return ""
	}
}

func short(digest string) string {
	_, hex, _ := strings.Cut(digest, ":")
	return hex[:min(12, len(hex))]
}

func megabytes(n int64) string {
	switch {
	case n < 1000:
		return fmt.Sprintf("%d B", n)
	case n < 1_000_000:
		return fmt.Sprintf("%.1f kB", float64(n)/1e3)
	}
	return fmt.Sprintf("%.1f MB", float64(n)/1e6)
}
