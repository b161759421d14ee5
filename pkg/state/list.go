package state

import (
	"context"
	"errors"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/encoding"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"golang.org/x/sync/errgroup"
)

// Summary describes a stack for a list.
type Summary struct {
	// Name is the stack's name.
	Name string `json:"name"`
	// Updated is when the state was last written.
	Updated time.Time `json:"updated"`
	// Resources is how many resources the state has, without the stack itself.
	Resources int `json:"resources"`
	// Pending is how many operations did not end.
	Pending int `json:"pending"`
	// Target is where the stack lives, "" when it was never noted.
	Target string `json:"target"`
	// Tags are all its tags.
	Tags map[string]string `json:"tags"`
	// Lock is who works on the stack now, or nil.
	Lock *LockInfo `json:"lock,omitempty"`
	// Journal says that an operation runs, or ended without folding its journal.
	Journal bool `json:"journal"`
	// Damaged says why the state cannot be read, "" when it can.
	Damaged string `json:"damaged,omitempty"`
}

// Stacks lists the stacks by name. A damaged one is in the list and says so.
func (s *Store) Stacks(ctx context.Context) ([]Summary, error) {
	files, err := s.bucket.list(ctx, stacksDir+"/")
	if err != nil {
		return nil, s.unusable("the stacks cannot be listed", stacksDir, err)
	}
	var names []string
	for _, f := range files {
		if name, ok := stackOf(path.Base(f.key)); ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	names = slices.Compact(names)
	found := make([]*Summary, len(names))
	var group errgroup.Group
	group.SetLimit(listParallel)
	for i, name := range names {
		group.Go(func() (err error) {
			found[i], err = s.Stack(name).summary(ctx)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	var summaries []Summary
	for _, s := range found {
		if s != nil {
			summaries = append(summaries, *s)
		}
	}
	return summaries, nil
}

// listParallel is how many stacks are looked at at a time: in an object store
// each takes a few requests.
const listParallel = 32

// stackOf is the stack that a file among the states belongs to.
func stackOf(file string) (string, bool) {
	file = strings.TrimSuffix(strings.TrimSuffix(file, encoding.GZIPExt), encoding.ZSTDExt)
	name, ok := strings.CutSuffix(file, ".json")
	if !ok {
		// Tags are written before the first state.
		name, ok = strings.CutSuffix(file, ".pulumi-tags")
	}
	return name, ok && checkName(name) == nil
}

// brief is the part of a state file that a list shows.
type brief struct {
	Version    int
	Checkpoint struct {
		Latest struct {
			Manifest  struct{ Time time.Time }
			Resources []struct {
				Type tokens.Type
			}
			PendingOperations []struct{} `json:"pending_operations"`
		}
	}
}

// summary is nil for a stack to which nothing was ever done.
func (st *Stack) summary(ctx context.Context) (*Summary, error) {
	s := &Summary{Name: st.name}
	key, _, err := st.find(ctx)
	if err != nil {
		return s, err
	}
	if s.Journal, err = st.HasJournal(ctx); err != nil {
		return s, err
	}
	var b brief
	data, _, err := st.bucket.read(ctx, key)
	switch {
	case errors.Is(err, errNotFound) && !s.Journal:
		return nil, nil
	case errors.Is(err, errNotFound):
		// The first run ended early: all that there is is its journal.
	case err != nil:
		return s, st.store.unusable("the state cannot be read", key, err)
	default:
		m := encoding.Compress(encoding.JSON, encoding.DetectCompression(data))
		if err := m.Unmarshal(data, &b); err != nil {
			s.Damaged = err.Error()
		}
	}
	latest := b.Checkpoint.Latest
	s.Updated, s.Pending = latest.Manifest.Time, len(latest.PendingOperations)
	for _, r := range latest.Resources {
		if r.Type != tokens.RootStackType {
			s.Resources++
		}
	}
	if s.Tags, err = st.Tags(ctx); err != nil {
		return s, err
	}
	s.Target = s.Tags[TagTarget]
	locks, err := st.Locks(ctx)
	if err != nil {
		return s, err
	}
	for _, l := range locks {
		// Who left a lease behind and is gone does not work on the stack.
		if !l.Gone {
			s.Lock = &l
			break
		}
	}
	return s, nil
}

// HasJournal says that an operation runs, or ended without folding its journal.
func (st *Stack) HasJournal(ctx context.Context) (bool, error) {
	var files []object
	var err error
	if _, ok := st.bucket.(dirBucket); ok {
		files, err = st.bucket.variants(ctx, st.journalKey(), "")
	} else {
		files, err = st.bucket.list(ctx, st.segmentsDir()+"/")
	}
	if err != nil {
		return false, st.store.unusable("the journals cannot be listed", journalsDir, err)
	}
	return len(files) > 0, nil
}
