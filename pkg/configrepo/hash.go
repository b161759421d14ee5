package configrepo

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"os"
	"path"
	"path/filepath"
)

// hashFormat begins what is hashed. Change it with the format of what follows,
// so that no new hash equals an old one of another meaning.
const hashFormat = "dorc function 1"

// Hash is the SHA-256 of all that decides about the function's image, in
// hexadecimal digits: the paths, executable bits and contents of its Files, and
// the requirements of its pipeline and its repo. It reads every file anew.
func (f *Function) Hash() (string, error) {
	root, dir, err := f.open()
	if err != nil {
		return "", err
	}
	defer root.Close()
	files, err := f.files(root, dir)
	if err != nil {
		return "", err
	}
	h := sha256.New()
	fmt.Fprintln(h, hashFormat)
	for _, file := range files {
		if err := add(h, root, "file", path.Join(dir, file.Path), file); err != nil {
			return "", err
		}
	}
	for _, above := range []struct{ kind, abs string }{
		{"repo requirements", f.repo.Requirements}, {"pipeline requirements", f.pipeline.Requirements},
	} {
		if above.abs == "" {
			continue
		}
		rel, err := filepath.Rel(f.repo.Root, above.abs)
		if err != nil {
			return "", unreadable(above.abs, err)
		}
		if err := add(h, root, above.kind, filepath.ToSlash(rel), File{Path: requirementsFile, Abs: above.abs}); err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// add writes one line about a file: kind, executable bit, hash of the content,
// and the quoted path, so that no name can look like another line.
func add(h hash.Hash, root *os.Root, kind, p string, file File) error {
	opened, err := root.Open(p)
	if err != nil {
		return unreadable(file.Abs, err)
	}
	defer opened.Close()
	content := sha256.New()
	if _, err := io.Copy(content, opened); err != nil {
		return unreadable(file.Abs, err)
	}
	fmt.Fprintf(h, "%s %t %x %q\n", kind, file.Executable(), content.Sum(nil), file.Path)
	return nil
}
