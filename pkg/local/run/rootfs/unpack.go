package rootfs

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// maxUnpacked is the most that an image may hold on Lambda, 10 GB uncompressed
// (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html).
const maxUnpacked = 10 << 30

// unpacker writes a layer's entries below the parts' folders.
type unpacker struct {
	targets []*target
	total   int64
}

// target is a part that is being unpacked, below a root that the operating system does not let it leave.
type target struct {
	part   part
	folder string
	root   *os.Root
	record record
	seen   map[string]bool
	// wanted has, by a name outside of the part, the hard links to it.
	wanted map[string][]string
}

func (u *unpacker) add(p part, folder string) error {
	tree := filepath.Join(folder, p.base())
	if err := os.MkdirAll(tree, 0o755); err != nil {
		return err
	}
	root, err := os.OpenRoot(tree)
	if err != nil {
		return err
	}
	u.targets = append(u.targets, &target{part: p, folder: folder, root: root, seen: map[string]bool{}, wanted: map[string][]string{}})
	return nil
}

func (u *unpacker) close() {
	for _, t := range u.targets {
		_ = t.root.Close() // it was opened to resolve names only
	}
}

// The names of whiteouts.
const (
	whiteout = ".wh."
	opaque   = ".wh..wh..opq"
)

// entry writes one entry to the parts that it is below.
func (u *unpacker) entry(name string, h *tar.Header, content io.Reader) error {
	if strings.HasPrefix(path.Base(name), whiteout) {
		for _, t := range u.targets {
			t.whiteout(name)
		}
		return nil
	}
	var files []io.Writer
	var open []*os.File
	for _, t := range u.targets {
		below, ok := t.part.below(name)
		if !ok {
			continue
		}
		f, err := t.entry(below, h)
		if err != nil {
			return errors.Join(err, closeAll(open))
		}
		if f != nil {
			files, open = append(files, f), append(open, f)
		}
	}
	if len(files) == 0 {
		return nil
	}
	err := u.count(h)
	if err == nil {
		_, err = io.Copy(io.MultiWriter(files...), content)
	}
	return errors.Join(err, closeAll(open))
}

func (u *unpacker) count(h *tar.Header) error {
	if u.total += h.Size; u.total > maxUnpacked {
		return fmt.Errorf("the image is larger than Lambda's limit of 10 GB")
	}
	return nil
}

func closeAll(files []*os.File) (err error) {
	for _, f := range files {
		err = errors.Join(err, f.Close())
	}
	return err
}

// whiteout notes what a whiteout removes of the part in lower layers.
func (t *target) whiteout(name string) {
	folder, base := path.Split(name)
	folder = strings.TrimSuffix(folder, "/")
	if base == opaque {
		below, ok := t.part.below(folder)
		switch {
		case t.part.inside(folder):
			t.record.Cleared = true
		case ok:
			t.record.Opaque = append(t.record.Opaque, below)
		}
		return
	}
	gone := path.Join(folder, strings.TrimPrefix(base, whiteout))
	below, ok := t.part.below(gone)
	switch {
	case t.part.inside(gone):
		t.record.Cleared = true
	case ok:
		t.record.Whiteouts = append(t.record.Whiteouts, below)
	}
}

// entry makes what an entry is. For a file it returns the file to write the content to.
func (t *target) entry(name string, h *tar.Header) (*os.File, error) {
	if name == "." {
		t.record.Present = true
		if h.Typeflag != tar.TypeDir {
			return nil, fmt.Errorf("is not a folder")
		}
		return nil, nil
	}
	t.record.Present = true
	t.record.Entries++
	name = filepath.FromSlash(name)
	if h.Typeflag == tar.TypeDir {
		return nil, t.root.MkdirAll(name, 0o755)
	}
	if t.seen[name] { // an archive may have a name twice; the last one counts
		if err := t.root.Remove(name); err != nil {
			return nil, err
		}
	}
	t.seen[name] = true
	if dir := filepath.Dir(name); dir != "." {
		if err := t.root.MkdirAll(dir, 0o755); err != nil {
			return nil, err
		}
	}
	switch h.Typeflag {
	case tar.TypeReg:
		return t.create(name, h)
	case tar.TypeSymlink:
		return nil, t.symlink(name, h.Linkname)
	case tar.TypeLink:
		return nil, t.link(name, h.Linkname)
	}
	return nil, fmt.Errorf("is neither a file, a folder nor a link (type %q)", h.Typeflag)
}

// create makes a file, read-only as on Lambda: other images share it.
func (t *target) create(name string, h *tar.Header) (*os.File, error) {
	mode := fs.FileMode(0o444) | h.FileInfo().Mode()&0o111
	return t.root.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_EXCL, mode)
}

// finish writes what each layer has of the parts.
func (u *unpacker) finish() error {
	for _, t := range u.targets {
		for name := range t.wanted {
			return fmt.Errorf("%s: is a hard link to %s, which the layer does not have", t.wanted[name][0], name)
		}
		if err := t.record.write(t.folder); err != nil {
			return err
		}
	}
	return nil
}
