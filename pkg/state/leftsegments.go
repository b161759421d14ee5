package state

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// sealSegments makes durable what the journal of a lease is about to be folded into.
func (st *Stack) sealSegments(ctx context.Context, lease, serial string) error {
	data, err := json.Marshal(journalTrailer{Folded: serial})
	if err != nil {
		return err
	}
	key := st.foldedKey(lease)
	if err := st.bucket.write(ctx, key, data, condition{}); err != nil {
		return st.store.unusable("the journal cannot be written to the store", key, err)
	}
	return nil
}

// removeSegments removes the last segment first and the seal at the end, so that
// what a crash leaves can still be told.
func (st *Stack) removeSegments(ctx context.Context, lease string, segments int) error {
	keys := make([]string, 0, segments+1)
	for n := segments; n > 0; n-- {
		keys = append(keys, st.segmentKey(lease, n))
	}
	for _, key := range append(keys, st.foldedKey(lease)) {
		if err := st.bucket.remove(ctx, key); err != nil {
			return st.store.unusable("the folded journal cannot be removed", key, err)
		}
	}
	return nil
}

// leftLease is what the store and this machine have of one lease's journal.
type leftLease struct {
	segments []string
	folded   string
	data     []byte
	wal      string
}

func (st *Stack) leftSegments(ctx context.Context) ([]*leftJournal, error) {
	leases := map[string]*leftLease{}
	get := func(id string) *leftLease {
		if leases[id] == nil {
			leases[id] = &leftLease{}
		}
		return leases[id]
	}
	files, err := st.bucket.list(ctx, st.segmentsDir()+"/")
	if err != nil {
		return nil, st.store.unusable("the journals cannot be listed", st.segmentsDir(), err)
	}
	for _, f := range files {
		name := path.Base(f.key)
		id, _, ok := strings.Cut(name, "-")
		if !ok {
			continue
		}
		data, _, err := st.bucket.read(ctx, f.key)
		if err != nil {
			return nil, st.store.unusable("the journal of an earlier operation cannot be read", f.key, err)
		}
		l := get(id)
		if strings.HasSuffix(name, foldedSuffix) {
			var t journalTrailer
			if err := json.Unmarshal(data, &t); err != nil {
				return nil, st.store.unusable("the end of an earlier journal cannot be read", f.key, err)
			}
			l.folded = t.Folded
			continue
		}
		l.segments = append(l.segments, f.key)
		// After a gap nothing can be used.
		if f.key == st.segmentKey(id, len(l.segments)) {
			l.data = append(l.data, data...)
		}
	}
	wals, err := filepath.Glob(filepath.Join(globEscape(st.walDir()), "*"+walSuffix))
	if err != nil {
		return nil, err
	}
	for _, wal := range wals {
		get(strings.TrimSuffix(filepath.Base(wal), walSuffix)).wal = wal
	}
	var left []*leftJournal
	for id, l := range leases {
		j, err := st.leftOf(id, l)
		if err != nil {
			return nil, err
		}
		left = append(left, j)
	}
	slices.SortFunc(left, func(a, b *leftJournal) int { return a.header.When.Compare(b.header.When) })
	return left, nil
}

func globEscape(dir string) string {
	return strings.NewReplacer("*", "\\*", "?", "\\?", "[", "\\[", "\\", "\\\\").Replace(dir)
}

// leftOf takes the longer of what the store has and what this machine has.
func (st *Stack) leftOf(id string, l *leftLease) (*leftJournal, error) {
	j, data := readJournal(l.data), l.data
	if len(l.segments) > 0 && len(l.segments) != lastNumber(l.segments) && j.corrupt == nil {
		j.corrupt = &corruption{int64(len(l.data)), "a part of the journal is missing"}
	}
	place := st.bucket.location(path.Join(st.segmentsDir(), id+"-*"))
	if l.wal != "" {
		local, err := os.ReadFile(l.wal)
		if err != nil {
			return nil, fileProblem(l.wal, "the write-ahead file cannot be read", err)
		}
		if w := readJournal(local); w.good >= j.good {
			j, data, place = w, local, l.wal
		}
	}
	j.folded = l.folded
	return &leftJournal{
		journalFile: j, place: place, local: len(l.segments) == 0,
		seal:   func(ctx context.Context, serial string) error { return st.sealSegments(ctx, id, serial) },
		remove: func(ctx context.Context) error { return st.removeLeft(ctx, id, l) },
		setAside: func(ctx context.Context, suffix string) (string, error) {
			key := fmt.Sprintf("%s.%s-%s", st.journalKey(), suffix, st.store.now().UTC().Format("20060102T150405Z"))
			if err := st.bucket.write(ctx, key, data, condition{}); err != nil {
				return "", st.store.unusable("the journal cannot be set aside", key, err)
			}
			return st.bucket.location(key), st.removeLeft(ctx, id, l)
		},
	}, nil
}

func lastNumber(segments []string) int {
	var n int
	_, number, _ := strings.Cut(path.Base(segments[len(segments)-1]), "-")
	if _, err := fmt.Sscanf(number, "%06d.jsonl", &n); err != nil {
		return -1
	}
	return n
}

func (st *Stack) removeLeft(ctx context.Context, id string, l *leftLease) error {
	err := st.removeSegments(ctx, id, max(len(l.segments), lastOrZero(l.segments)))
	if l.wal != "" {
		err = errors.Join(err, removeFile(l.wal))
	}
	return err
}

func lastOrZero(segments []string) int {
	if len(segments) == 0 {
		return 0
	}
	return lastNumber(segments)
}
