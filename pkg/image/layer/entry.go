package layer

import (
	"archive/tar"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"time"
)

// Entry is one file of a layer.
type Entry struct {
	// Name is the path in the image, with slashes and without the first one.
	// Example: "var/task/lambda.py".
	Name string
	// Executable makes the mode 0755 instead of 0644.
	Executable bool
	// Size is in bytes.
	Size int64
	// Hash is the SHA-256 of the content.
	Hash [32]byte
	// CopyTo writes exactly Size bytes.
	CopyTo func(io.Writer) error
	// Link makes it a symbolic link that leads there; it has no content then. Default:
	// it is a file.
	Link string
}

// Created is the time of every file and of every image: the same input must give
// the same digest at any time.
var Created = time.Unix(0, 0).UTC()

// writeTar writes sorted entries after all of their folders, owned by root,
// without times, with the modes 0755 and 0644.
func writeTar(w io.Writer, entries []Entry) error {
	t := tar.NewWriter(w)
	for _, folder := range folders(entries) {
		if err := t.WriteHeader(header(folder+"/", tar.TypeDir, 0o755, 0)); err != nil {
			return err
		}
	}
	for i, e := range entries {
		if i > 0 && entries[i-1].Name == e.Name {
			return fmt.Errorf("the file %s is in the layer twice", e.Name)
		}
		if e.Link != "" {
			link := header(e.Name, tar.TypeSymlink, 0o777, 0)
			link.Linkname = e.Link
			if err := t.WriteHeader(link); err != nil {
				return err
			}
			continue
		}
		mode := int64(0o644)
		if e.Executable {
			mode = 0o755
		}
		if err := t.WriteHeader(header(e.Name, tar.TypeReg, mode, e.Size)); err != nil {
			return err
		}
		if err := e.CopyTo(t); err != nil {
			return err
		}
	}
	return t.Close()
}

// sorted are the entries in name order.
func sorted(entries []Entry) []Entry {
	entries = slices.Clone(entries)
	slices.SortFunc(entries, func(a, b Entry) int { return strings.Compare(a.Name, b.Name) })
	return entries
}

func header(name string, kind byte, mode, size int64) *tar.Header {
	return &tar.Header{Name: name, Typeflag: kind, Mode: mode, Size: size, ModTime: Created}
}

// folders are all folders of the layer, each after the one that it is in.
func folders(entries []Entry) []string {
	seen := map[string]bool{}
	for _, e := range entries {
		for dir := path.Dir(e.Name); dir != "." && !seen[dir]; dir = path.Dir(dir) {
			seen[dir] = true
		}
	}
	all := make([]string, 0, len(seen))
	for dir := range seen {
		all = append(all, dir)
	}
	slices.Sort(all)
	return all
}
