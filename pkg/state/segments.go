package state

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"sync"
	"time"
)

// segmentEvery is how often a journal's new part goes to the object store at most.
const segmentEvery = time.Second

// segmentSink is a journal of an object store: a write-ahead file on this machine,
// which is what makes a batch durable, and copies of its parts in the store, for
// another machine to recover from. What began in the last second before this
// machine vanished is not among those.
type segmentSink struct {
	st    *Stack
	lease *Lease
	wal   fileSink

	mu       sync.Mutex
	size     int64 // of the write-ahead file
	uploaded int64
	segments int
	err      error

	wake    chan struct{}
	stop    chan struct{}
	stopped chan struct{}
}

func newSegmentSink(st *Stack, l *Lease, h journalHeader) *segmentSink {
	return &segmentSink{
		st: st, lease: l,
		wal:  fileSink{path: filepath.Join(st.walDir(), l.ID()+walSuffix), header: h},
		wake: make(chan struct{}, 1),
	}
}

const walSuffix = ".journal"

// walDir is where this machine's write-ahead files of the stack are.
func (st *Stack) walDir() string {
	// The whole URL: one bucket name may exist behind two endpoints.
	store := fingerprint([]byte(st.store.url))[:16]
	return filepath.Join(st.store.walDir, store, st.name)
}

func (st *Stack) segmentKey(lease string, n int) string {
	return path.Join(st.segmentsDir(), fmt.Sprintf("%s-%06d.jsonl", lease, n))
}

func (st *Stack) foldedKey(lease string) string {
	return path.Join(st.segmentsDir(), lease+foldedSuffix)
}

const foldedSuffix = "-folded.json"

func (s *segmentSink) append(ctx context.Context, batch uint32, payloads [][]byte, begins bool) error {
	if err := s.wal.append(ctx, batch, payloads, begins); err != nil {
		return err
	}
	s.mu.Lock()
	s.size = s.wal.size
	if s.stop == nil {
		s.stop, s.stopped = make(chan struct{}), make(chan struct{})
		go s.uploads()
	}
	s.mu.Unlock()
	select {
	case s.wake <- struct{}{}:
	default:
	}
	return nil
}

func (s *segmentSink) uploads() {
	defer close(s.stopped)
	for {
		select {
		case <-s.stop:
			return
		case <-s.wake:
		}
		// Errors are kept: the next upload has what this one did not bring.
		_ = s.upload(context.Background())
		select {
		case <-s.stop:
			return
		case <-time.After(segmentEvery):
		}
	}
}

// upload copies what the store does not have yet into a new object.
func (s *segmentSink) upload(ctx context.Context) error {
	s.mu.Lock()
	from, to, n := s.uploaded, s.size, s.segments+1
	s.mu.Unlock()
	if from == to {
		return nil
	}
	err := s.uploadPart(ctx, from, to, n)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.err = err
	if err == nil {
		s.uploaded, s.segments = to, n
	}
	return err
}

func (s *segmentSink) uploadPart(ctx context.Context, from, to int64, n int) error {
	part := make([]byte, to-from)
	if _, err := s.wal.f.ReadAt(part, from); err != nil {
		return fileProblem(s.wal.path, "the write-ahead file cannot be read", err)
	}
	if err := s.lease.Verify(ctx); err != nil {
		return err
	}
	key := s.st.segmentKey(s.lease.ID(), n)
	err := s.st.bucket.write(ctx, key, part, condition{absent: true})
	if errors.Is(err, errChanged) {
		// An earlier try may have arrived although its answer did not. If it was
		// shorter, the rest goes into the next part.
		err = s.adopt(ctx, key, part)
	}
	if err != nil {
		return s.st.store.unusable("the journal cannot be written to the store", key, err)
	}
	return nil
}

func (s *segmentSink) adopt(ctx context.Context, key string, part []byte) error {
	there, version, err := s.st.bucket.read(ctx, key)
	if err != nil || bytes.Equal(there, part) {
		return err
	}
	if !bytes.HasPrefix(part, there) {
		return errors.New("another journal has the same name")
	}
	return s.st.bucket.write(ctx, key, part, condition{version: version})
}

// verify looks at the clock only: a request per batch would cost more than the
// write, and before the lease's end nobody takes it.
func (s *segmentSink) verify(ctx context.Context, l *Lease) error { return l.verifyLocal(ctx) }

func (s *segmentSink) folded(ctx context.Context, _ uint32, serial string) error {
	return s.st.sealSegments(ctx, s.lease.ID(), serial)
}

func (s *segmentSink) close() error {
	if s.stop == nil {
		return nil
	}
	close(s.stop)
	<-s.stopped
	// The write-ahead file has it all; a store that cannot be reached now is met
	// again by Fold, which says so.
	_ = s.upload(context.Background())
	return nil
}

func (s *segmentSink) remove(ctx context.Context) error {
	if s.stop == nil {
		return nil
	}
	if err := s.st.removeSegments(ctx, s.lease.ID(), s.segments); err != nil {
		return err
	}
	return s.wal.remove(ctx)
}
