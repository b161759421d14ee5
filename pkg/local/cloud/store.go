package cloud

import (
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/rogpeppe/go-internal/lockedfile"
)

// Store holds the documents of a local cloud. Its methods may be called at the
// same time, also by several processes.
type Store struct {
	layout Layout
	key    keyring
	now    func() time.Time
}

// Open opens the local cloud in dir and makes it when it is not there.
func Open(dir string) (*Store, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	s := &Store{layout: Layout{Dir: abs}, now: time.Now}
	s.key.path = filepath.Join(abs, "key")
	for _, d := range []string{s.layout.Resources(), s.temporary(), s.locks()} {
		if err := s.makeFolder(d); err != nil {
			return nil, fmt.Errorf("opening the local cloud: %w", err)
		}
	}
	if err := s.sweep(); err != nil {
		return nil, fmt.Errorf("opening the local cloud: %w", err)
	}
	return s, nil
}

// Layout says where the parts of this local cloud are.
func (s *Store) Layout() Layout { return s.layout }

// Create stores a new document and sets its times. When a document of its type
// and ID is there already, nothing changes and the error is ErrExists; of two
// that create at once, one gets it.
func (s *Store) Create(doc *Document) error {
	path, err := s.path(doc.Type, doc.ID)
	if err != nil {
		return err
	}
	if _, err := os.Lstat(path); err == nil {
		return ErrExists // spares the write; the link below decides a race
	}
	doc.Created = s.now().UTC()
	doc.Modified = doc.Created
	return s.put(doc, path, func(staged string) error {
		err := os.Link(staged, path)
		if errors.Is(err, fs.ErrExist) {
			err = ErrExists
		}
		return errors.Join(err, os.Remove(staged))
	})
}

// Update replaces a document and sets Modified; Created stays as it is stored.
// It fails with ErrNotFound when there is none.
func (s *Store) Update(doc *Document) error {
	path, err := s.path(doc.Type, doc.ID)
	if err != nil {
		return err
	}
	// Without the lock, a deletion between look and rename would be undone.
	unlock, err := s.lock(path)
	if err != nil {
		return err
	}
	defer unlock()
	old, err := s.read(path)
	if err != nil {
		return err
	}
	doc.Created, doc.Modified = old.Created, s.now().UTC()
	return s.put(doc, path, func(staged string) error {
		if err := os.Rename(staged, path); err != nil {
			return errors.Join(err, os.Remove(staged))
		}
		return nil
	})
}

// Get returns a document with its secrets in clear, or ErrNotFound.
func (s *Store) Get(typ, id string) (*Document, error) {
	path, err := s.path(typ, id)
	if err != nil {
		return nil, err
	}
	return s.read(path)
}

// Has reports whether there is a document, without reading it.
func (s *Store) Has(typ, id string) (bool, error) {
	path, err := s.path(typ, id)
	if err != nil {
		return false, err
	}
	_, err = os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// Delete removes a document, durably, or fails with ErrNotFound.
func (s *Store) Delete(typ, id string) error {
	path, err := s.path(typ, id)
	if err != nil {
		return err
	}
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		return ErrNotFound
	}
	unlock, err := s.lock(path)
	if err != nil {
		return err
	}
	defer unlock()
	if err := os.Remove(path); errors.Is(err, fs.ErrNotExist) {
		return ErrNotFound
	} else if err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// put stages the document, moves it to its place, and makes that durable.
func (s *Store) put(doc *Document, path string, place func(staged string) error) error {
	data, err := s.encode(doc)
	if err != nil {
		return err
	}
	if err := s.makeFolder(filepath.Dir(path)); err != nil {
		return err
	}
	staged, err := s.stage(data)
	if err != nil {
		return err
	}
	if err := place(staged); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

func (s *Store) locks() string { return filepath.Join(s.layout.Dir, "locks") }

// lock excludes other changes of a document. Documents share 64 lock files: as
// many as there are documents would be litter, one would be a queue.
func (s *Store) lock(path string) (unlock func(), err error) {
	h := fnv.New32a()
	_, _ = h.Write([]byte(path)) // a hash does not fail
	file := filepath.Join(s.locks(), fmt.Sprintf("%02x", h.Sum32()%64))
	unlock, err = lockedfile.MutexAt(file).Lock()
	if errors.Is(err, fs.ErrNotExist) { // someone removed the folder while we run
		if err := s.makeFolder(s.locks()); err != nil {
			return nil, err
		}
		unlock, err = lockedfile.MutexAt(file).Lock()
	}
	return unlock, err
}
