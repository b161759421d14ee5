package cloud

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// encode renders a document for people: indented, keys in order, secrets sealed.
func (s *Store) encode(doc *Document) ([]byte, error) {
	sealed := *doc
	if len(doc.Secrets) > 0 {
		var err error
		if sealed, err = s.seal(doc); err != nil {
			return nil, err
		}
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(sealed); err != nil {
		return nil, fmt.Errorf("%s %s: %w", doc.Type, doc.ID, err)
	}
	return b.Bytes(), nil
}

// read decodes the document at path and opens its secrets.
func (s *Store) read(path string) (*Document, error) {
	data, err := os.ReadFile(path) //nolint:gosec // a path of the store
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	doc := &Document{}
	if err := json.Unmarshal(data, doc); err != nil {
		return nil, &CorruptError{Path: path, Err: err}
	}
	if want, err := s.path(doc.Type, doc.ID); err != nil || want != path {
		return nil, &CorruptError{Path: path, Err: fmt.Errorf("it says that it is %s %q", doc.Type, doc.ID)}
	}
	if len(doc.Secrets) > 0 {
		if err := s.unseal(doc); err != nil {
			return nil, &CorruptError{Path: path, Err: err}
		}
	}
	return doc, nil
}
