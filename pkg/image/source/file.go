package source

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// TaskRoot is where Lambda's Python images have the code.
const TaskRoot = "/var/task"

// Linux's limits of a name and of a path in bytes, the path with its final NUL.
// Source: https://man7.org/linux/man-pages/man3/pathconf.3.html
const (
	maxName = 255
	maxPath = 4096
)

// ErrChanged says that a file is not what it was when its hash was taken.
var ErrChanged = errors.New("the file has changed since it was read first")

// File is one file of an image, as it was when it was read.
type File struct {
	// Name is the path below TaskRoot, with slashes.
	Name string
	// Path is the file on this machine, for messages.
	Path string
	// Executable is the one bit of the mode that git keeps too.
	Executable bool
	// Size is in bytes.
	Size int64
	// Hash is the SHA-256 of the content.
	Hash [sha256.Size]byte

	open func() (io.ReadCloser, error)
}

// read takes the file's size and hash.
func (f *File) read() *problem.Problem {
	if why := badName(f.Name); why != "" {
		return &problem.Problem{
			File:    problem.Shown(f.Path),
			Summary: "an image cannot have a file of this name",
			Detail:  fmt.Sprintf("%q: %s", f.Name, why),
			Hint:    "Rename the file, or let git ignore it.",
		}
	}
	h := sha256.New()
	err := func() error {
		r, err := f.open()
		if err != nil {
			return err
		}
		defer r.Close()
		f.Size, err = io.Copy(h, r)
		return err
	}()
	if err != nil {
		return &problem.Problem{
			File: problem.Shown(f.Path), Summary: "the file cannot be read", Detail: err.Error(),
			Hint: "Make it readable, or let git ignore it.",
		}
	}
	h.Sum(f.Hash[:0])
	return nil
}

// CopyTo writes the content to w, and fails with ErrChanged when it is not the
// content whose hash was taken. Nothing beyond the first size is written.
func (f File) CopyTo(w io.Writer) error {
	r, err := f.open()
	if err != nil {
		return err
	}
	defer r.Close()
	h := sha256.New()
	n, err := io.Copy(io.MultiWriter(w, h), io.LimitReader(r, f.Size))
	if err != nil {
		return err
	}
	more, err := io.CopyN(io.Discard, r, 1)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if n != f.Size || more != 0 || [sha256.Size]byte(h.Sum(nil)) != f.Hash {
		return fmt.Errorf("%s: %w", f.Path, ErrChanged)
	}
	return nil
}

// badName says why an image cannot have a file of this name, or "".
func badName(name string) string {
	if !utf8.ValidString(name) {
		return "it is not UTF-8"
	}
	if strings.ContainsFunc(name, unicode.IsControl) {
		return "it has a control character"
	}
	for part := range strings.SplitSeq(name, "/") {
		if len(part) > maxName {
			return fmt.Sprintf("%q has %d bytes, Linux allows %d", part, len(part), maxName)
		}
	}
	if length := len(TaskRoot) + 1 + len(name) + 1; length > maxPath {
		return fmt.Sprintf("its path in the image has %d bytes, Linux allows %d", length-1, maxPath-1)
	}
	return ""
}
