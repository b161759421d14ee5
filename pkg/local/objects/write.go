package objects

import (
	"errors"
	"io"
	"os"
	"time"
)

// Writer takes the bytes of a new object. They are not an object before Commit.
type Writer struct {
	store *Store
	space *space
	name  string
	file  *os.File
	sums  sums
	// Size is how many bytes were written.
	Size int64
}

// Create begins an object in a bucket. Its bytes come in without the store's lock: they take as long as their sender
// likes. Commit or Abort ends the writer. The error is ErrNoBucket.
func (s *Store) Create(bucket string) (*Writer, error) {
	s.mu.Lock()
	folders, err := s.open(bucket)
	s.mu.Unlock()
	if err != nil {
		return nil, err
	}
	w := &Writer{store: s, space: folders, name: "incoming/" + randomID(), sums: newSums()}
	if err = folders.meta.MkdirAll("incoming", 0o755); err == nil {
		w.file, err = folders.meta.OpenFile(w.name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	}
	if err != nil {
		folders.close()
		return nil, err
	}
	return w, nil
}

// Write takes the next bytes.
func (w *Writer) Write(p []byte) (int, error) {
	n, err := w.file.Write(p)
	w.Size += int64(n)
	_, _ = w.sums.writer().Write(p[:n]) // a hash takes every write
	return n, err
}

// MD5 is the sum of what was written so far, in hexadecimal digits.
func (w *Writer) MD5() string { return w.sums.hex() }

// CRC32C is the other sum, in base64.
func (w *Writer) CRC32C() string { return w.sums.base64() }

// Abort forgets what was written.
func (w *Writer) Abort() error {
	defer w.space.close()
	return join(w.file.Close(), ignoreMissing(w.space.meta.Remove(w.name)))
}

// Commit makes an object of what was written, as a new version where the bucket keeps them. check, if set, sees the
// present object, or nil, and can refuse the new one. The error is check's, or ErrKey.
func (w *Writer) Commit(key string, about Attributes, check func(present *Object) error) (o Object, err error) {
	defer w.space.close()
	if err = w.file.Close(); err == nil {
		w.store.mu.Lock()
		defer w.store.mu.Unlock()
		err = w.store.exclusive(w.space.bucket.Name, check, func() error {
			o, err = w.commit(key, about, check)
			return err
		})
	}
	if err != nil {
		err = join(err, ignoreMissing(w.space.meta.Remove(w.name)))
	}
	return o, err
}

func (w *Writer) commit(key string, about Attributes, check func(*Object) error) (Object, error) {
	s := w.space
	before, old, err := s.latest(key)
	exists := err == nil
	if err != nil && !errors.Is(err, ErrNotFound) {
		return Object{}, err
	}
	if check != nil {
		present := &before
		if !exists {
			present = nil
		}
		if err := check(present); err != nil {
			return Object{}, err
		}
	}
	now := w.store.now().Truncate(time.Microsecond)
	if exists && !now.After(before.Modified) {
		now = before.Modified.Truncate(time.Microsecond).Add(time.Microsecond)
	}
	o := Object{Key: key, Size: w.Size, MD5: w.sums.hex(), CRC32C: w.sums.base64(), Attributes: about}
	if s.bucket.Versioned {
		if err := s.archive(key, old, before, exists); err != nil {
			return Object{}, err
		}
		o.VersionID = newVersionID(now)
	}
	file, err := s.place(key)
	if err != nil {
		return Object{}, err
	}
	if err := moveAcross(s.meta, w.name, s.objects, file); err != nil {
		return Object{}, err
	}
	if err := s.objects.Chtimes(file, now, now); err != nil {
		return Object{}, err
	}
	written, err := s.objects.Lstat(file)
	if err != nil {
		return Object{}, err
	}
	o.Modified = written.ModTime()
	return o, s.writeJSON(currentMeta(key), o)
}

// Put writes an object whose bytes are at hand.
func (s *Store) Put(bucket, key string, about Attributes, content io.Reader) (Object, error) {
	w, err := s.Create(bucket)
	if err != nil {
		return Object{}, err
	}
	if _, err := io.Copy(w, content); err != nil {
		return Object{}, join(err, w.Abort())
	}
	return w.Commit(key, about, nil)
}

// Change changes an object's attributes; its bytes stay. The error may be change's.
func (s *Store) Change(bucket, key string, change func(*Object) error) (o Object, err error) {
	err = s.within(bucket, func(folders *space) error {
		if o, _, err = folders.latest(key); err != nil {
			return err
		}
		if err := change(&o); err != nil {
			return err
		}
		o.Changes, o.Changed = o.Changes+1, s.now().UTC().Round(0)
		return folders.writeJSON(currentMeta(key), o)
	})
	return o, err
}

// moveAcross renames a file from one root into another. Both are folders of the bucket space, below
// one directory, and neither path has parts that lead elsewhere: place and find looked at each.
func moveAcross(from *os.Root, source string, to *os.Root, target string) error {
	return os.Rename(from.Name()+"/"+source, to.Name()+"/"+target)
}
