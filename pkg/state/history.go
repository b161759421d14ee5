package state

import (
	"context"
	"fmt"
	"path"
	"strings"
	"time"

	"github.com/pulumi/pulumi/pkg/v3/backend"
	"github.com/pulumi/pulumi/sdk/v3/go/common/encoding"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// AddHistory records an operation, with a copy of the state after it, and adds a
// backup, as the stock CLI does after each update. It needs the stack's lease to
// be held through this Store. A stack without state has no copy.
func (st *Stack) AddHistory(ctx context.Context, info backend.UpdateInfo) error {
	return st.fenced(ctx, func() error {
		now := st.store.now().UnixNano()
		key, exists, err := st.find(ctx)
		if err != nil {
			return err
		}
		suffix := strings.TrimPrefix(key, strings.TrimSuffix(st.stateKey(), "json")) // json or json.gz
		prefix := path.Join(st.historyDir(), fmt.Sprintf("%s-%d", st.name, now))
		entry := prefix + ".history." + suffix
		data, err := marshalerFor(key).Marshal(&info)
		if err != nil {
			return err
		}
		if err := st.bucket.write(ctx, entry, data, condition{}); err != nil {
			return st.store.unusable("the history cannot be written", entry, err)
		}
		if !exists {
			return nil
		}
		backup := path.Join(st.backupDir(), fmt.Sprintf("%s.%d.%s", st.name, now, suffix))
		for _, dst := range []string{prefix + ".checkpoint." + suffix, backup} {
			if err := st.bucket.copy(ctx, dst, key); err != nil {
				return st.store.unusable("the copy of the state cannot be written", dst, err)
			}
		}
		return nil
	})
}

// fenced runs a write while the lease is ours.
func (st *Stack) fenced(ctx context.Context, write func() error) error {
	st.mu.Lock()
	lease := st.held
	st.mu.Unlock()
	if lease == nil {
		return fmt.Errorf("stack %s: a write without a lease", st.name)
	}
	return st.bucket.guarded(ctx, st.guardKey(), func() error {
		if err := lease.verifyRemote(ctx); err != nil {
			return err
		}
		return write()
	})
}

// Page selects a part of a list. The zero value is all of it.
type Page struct {
	// Size is how many there are on a page; 0 is all.
	Size int
	// Number counts from 1; 0 is the first.
	Number int
}

// Entry is one operation of the history.
type Entry struct {
	backend.UpdateInfo
	// Checkpoint is where the state after it lies.
	Checkpoint string
}

// Duration is how long the operation took, in full seconds.
func (e Entry) Duration() time.Duration {
	return time.Duration(e.EndTime-e.StartTime) * time.Second
}

// History lists operations, the newest first, also those of the stock CLI.
func (st *Stack) History(ctx context.Context, p Page) ([]Entry, error) {
	if err := checkName(st.name); err != nil {
		return nil, err
	}
	files, err := st.bucket.list(ctx, st.historyDir()+"/")
	if err != nil {
		return nil, st.store.unusable("the history cannot be listed", st.historyDir(), err)
	}
	var keys []string
	for i := len(files) - 1; i >= 0; i-- {
		if strings.Contains(files[i].key, ".history.json") {
			keys = append(keys, files[i].key)
		}
	}
	if p.Size > 0 {
		from := min(max(p.Number-1, 0)*p.Size, len(keys))
		keys = keys[from:min(from+p.Size, len(keys))]
	}
	entries := make([]Entry, len(keys))
	for i, key := range keys {
		data, _, err := st.bucket.read(ctx, key)
		if err != nil {
			return nil, st.store.unusable("the history cannot be read", key, err)
		}
		m := encoding.Compress(encoding.JSON, encoding.DetectCompression(data))
		if err := m.Unmarshal(data, &entries[i].UpdateInfo); err != nil {
			return nil, problem.Problem{
				File: st.bucket.location(key), Summary: "the entry of the history is damaged", Detail: err.Error(),
				Hint: "remove that file; nothing else depends on it",
			}
		}
		entries[i].Checkpoint = st.bucket.location(strings.Replace(key, ".history.", ".checkpoint.", 1))
	}
	return entries, nil
}
