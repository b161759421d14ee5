package state

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// sink is where a journal's batches go.
type sink interface {
	// append makes a batch durable. A batch that begins something is refused
	// unless there is also room for its end.
	append(ctx context.Context, batch uint32, payloads [][]byte, begins bool) error
	// verify says whether what was appended counts, that is, the lease was ours.
	verify(ctx context.Context, l *Lease) error
	// folded makes durable what the journal is about to be folded into.
	folded(ctx context.Context, batch uint32, serial string) error
	close() error
	// remove forgets the journal.
	remove(ctx context.Context) error
}

func (st *Stack) newSink(l *Lease, h journalHeader) sink {
	if b, ok := st.bucket.(dirBucket); ok {
		return &fileSink{path: b.path(st.journalKey()), header: h}
	}
	return newSegmentSink(st, l, h)
}

// fileSink appends to a file that it makes at the first batch.
type fileSink struct {
	path   string
	header journalHeader
	f      *os.File
	size   int64
	// reserved is up to where the disk has promised room.
	reserved int64
	buf      []byte
}

func (s *fileSink) append(_ context.Context, batch uint32, payloads [][]byte, begins bool) error {
	s.buf = s.buf[:0]
	if s.f == nil {
		if err := s.create(); err != nil {
			return s.failed(err)
		}
	}
	if s.size == 0 {
		header, err := json.Marshal(s.header)
		if err != nil {
			return err
		}
		s.buf = appendRecord(s.buf, record{batch: batch, kind: kindHeader, payload: header})
	}
	for i, p := range payloads {
		s.buf = appendRecord(s.buf, record{batch: batch, kind: kindEntry, last: i == len(payloads)-1, payload: p})
	}
	if end := s.size + int64(len(s.buf)); begins && s.reserved < end+reserveAhead {
		if err := reserve(s.f, s.size, end-s.size+2*reserveAhead); err != nil {
			return s.failed(err)
		}
		s.reserved = end + 2*reserveAhead
	}
	return s.flush()
}

// create makes the file and its name durable.
func (s *fileSink) create() error {
	if err := os.MkdirAll(filepath.Dir(s.path), 0o755); err != nil {
		return err
	}
	f, err := os.OpenFile(s.path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	if err := syncDir(filepath.Dir(s.path)); err != nil {
		return errors.Join(err, f.Close(), removeFile(s.path))
	}
	s.f = f
	return nil
}

// flush writes buf and syncs. A write that fails is cut off again, so that what
// follows starts at a record.
func (s *fileSink) flush() error {
	_, err := s.f.WriteAt(s.buf, s.size)
	if err == nil {
		err = s.f.Sync()
	}
	if err != nil {
		s.reserved = 0
		return s.failed(errors.Join(err, s.f.Truncate(s.size)))
	}
	s.size += int64(len(s.buf))
	return nil
}

// reserveAhead is the room that is kept for the ends of what has begun: a full
// disk must be met by a begin, before the provider is called, not by its end. It
// is enough for 16 parallel steps with 16 kB each.
const reserveAhead = 256 << 10

func (s *fileSink) failed(err error) error {
	if errors.Is(err, fs.ErrExist) {
		return fileProblem(s.path, "an earlier operation left its journal; run `dorc state recover` first", err)
	}
	return fileProblem(s.path, "the journal cannot be written", err)
}

func (s *fileSink) verify(ctx context.Context, l *Lease) error { return l.Verify(ctx) }

func (s *fileSink) folded(_ context.Context, batch uint32, serial string) error {
	if s.f == nil {
		return nil
	}
	trailer, err := json.Marshal(journalTrailer{Folded: serial})
	if err != nil {
		return err
	}
	s.buf = appendRecord(s.buf[:0], record{batch: batch, kind: kindTrailer, last: true, payload: trailer})
	return s.flush()
}

// close keeps the file open for folded; remove closes it.
func (s *fileSink) close() error { return nil }

func (s *fileSink) remove(context.Context) error {
	if s.f == nil {
		return nil
	}
	err := errors.Join(s.f.Close(), removeFile(s.path))
	s.f = nil
	if err != nil {
		return fileProblem(s.path, "the folded journal cannot be removed", err)
	}
	return nil
}
