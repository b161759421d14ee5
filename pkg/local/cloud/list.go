package cloud

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// List returns the documents of a type, by ID. A document that is deleted
// meanwhile may be missing.
func (s *Store) List(typ string) ([]*Document, error) {
	files, dir, err := s.files(typ)
	if err != nil {
		return nil, err
	}
	docs := make([]*Document, 0, len(files))
	for _, file := range files {
		doc, err := s.read(filepath.Join(dir, file))
		if errors.Is(err, ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		docs = append(docs, doc)
	}
	slices.SortFunc(docs, func(a, b *Document) int { return strings.Compare(a.ID, b.ID) })
	return docs, nil
}

// IDs returns the IDs of a type that begin with prefix, in order. It reads no
// document unless its ID is too long for a file name.
func (s *Store) IDs(typ, prefix string) ([]string, error) {
	files, dir, err := s.files(typ)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, file := range files {
		id, ok := idOf(file)
		if !ok {
			doc, err := s.read(filepath.Join(dir, file))
			if errors.Is(err, ErrNotFound) {
				continue
			}
			if err != nil {
				return nil, err
			}
			id = doc.ID
		}
		if strings.HasPrefix(id, prefix) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids, nil
}

// files returns the document file names of a type and their folder.
func (s *Store) files(typ string) (names []string, dir string, err error) {
	dir, err = s.folder(typ)
	if err != nil {
		return nil, "", err
	}
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, dir, nil
	}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), suffix) && e.Type().IsRegular() {
			names = append(names, e.Name())
		}
	}
	return names, dir, err
}
