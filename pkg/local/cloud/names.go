package cloud

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
)

const (
	// suffix ends every document's file name.
	suffix = ".json"
	// longest is the longest escaped ID that is used whole; common file systems
	// allow 255 bytes in a name.
	longest = 200
	// kept is how much of a longer escaped ID stays readable.
	kept = 160
	// cut parts the readable start from the hash. url.PathEscape never leaves a
	// comma, so no whole ID looks like a shortened one.
	cut = ","
)

var token = regexp.MustCompile(`^([A-Za-z][\w-]*):([A-Za-z][\w-]*)/([A-Za-z][\w-]*):[A-Za-z][\w-]*$`)

// folder is where documents of a type are: <provider>/<module>/<type>.
func (s *Store) folder(typ string) (string, error) {
	m := token.FindStringSubmatch(typ)
	if m == nil {
		return "", fmt.Errorf("%q is not a resource type such as aws:lambda/function:Function", typ)
	}
	return filepath.Join(s.layout.Resources(), m[1], m[2], m[3]), nil
}

// path is the file of a document.
func (s *Store) path(typ, id string) (string, error) {
	dir, err := s.folder(typ)
	if err != nil {
		return "", err
	}
	if id == "" {
		return "", fmt.Errorf("a resource of type %s needs an ID", typ)
	}
	return filepath.Join(dir, fileName(id)), nil
}

// fileName escapes an ID so that it is one safe path element, and shortens it
// when it is too long for a file system.
func fileName(id string) string {
	escaped := url.PathEscape(id)
	if len(escaped) <= longest {
		return escaped + suffix
	}
	sum := sha256.Sum256([]byte(id))
	return escaped[:kept] + cut + hex.EncodeToString(sum[:8]) + suffix
}

// idOf gives the ID that a file name stands for; ok is false when the name is
// shortened, so that only the document knows it.
func idOf(file string) (id string, ok bool) {
	escaped := strings.TrimSuffix(file, suffix)
	if strings.Contains(escaped, cut) {
		return "", false
	}
	id, err := url.PathUnescape(escaped)
	return id, err == nil
}
