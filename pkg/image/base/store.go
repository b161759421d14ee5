package base

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// store writes files' contents into a folder, under names of its own: those of an
// image may be none that this machine could have.
type store struct {
	dir  string
	next int
}

func (s *store) put(content io.Reader) (name, sum string, err error) {
	name = fmt.Sprintf("%06d", s.next)
	s.next++
	f, err := os.OpenFile(filepath.Join(s.dir, name), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return "", "", err
	}
	h := sha256.New()
	_, err = io.Copy(io.MultiWriter(f, h), content)
	return name, hex.EncodeToString(h.Sum(nil)), errors.Join(err, f.Close())
}

// clear takes away what was written, so that all can be written anew.
func (s *store) clear() error {
	for ; s.next > 0; s.next-- {
		if err := os.Remove(filepath.Join(s.dir, fmt.Sprintf("%06d", s.next-1))); err != nil {
			return err
		}
	}
	return nil
}
