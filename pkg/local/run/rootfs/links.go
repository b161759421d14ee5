package rootfs

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// symlink makes a link whose target stays in the part, absolute targets included. Others are refused: on the host
// they would lead to the host's files.
func (t *target) symlink(name, to string) error {
	full := to
	if !path.IsAbs(to) {
		full = path.Join("/"+string(t.part), path.Dir(filepath.ToSlash(name)), to)
	}
	inside, ok := t.part.below(strings.TrimPrefix(path.Clean(full), "/"))
	if !ok {
		return fmt.Errorf("is a link to %s, outside of /%s", to, t.part)
	}
	relative, err := filepath.Rel(filepath.Dir(name), filepath.FromSlash(inside))
	if err != nil {
		return err
	}
	return t.root.Symlink(relative, name)
}

// link makes a hard link. One to a file outside of the part gets that file's content afterwards: installers that link
// packages from their cache leave such.
func (t *target) link(name, to string) error {
	if slices.Contains(strings.Split(to, "/"), "..") {
		return fmt.Errorf("is a hard link to the unsafe path %s", to)
	}
	clean := strings.TrimPrefix(path.Clean("/"+to), "/")
	inside, ok := t.part.below(clean)
	if ok {
		return t.root.Link(filepath.FromSlash(inside), name)
	}
	t.wanted[clean] = append(t.wanted[clean], name)
	return nil
}

// linksOutside tells whether links wait for the content of files outside of their parts.
func (u *unpacker) linksOutside() bool {
	return slices.ContainsFunc(u.targets, func(t *target) bool { return len(t.wanted) > 0 })
}

// outside writes an entry's content to the links that wait for it.
func (u *unpacker) outside(name string, h *tar.Header, content io.Reader) error {
	if h.Typeflag != tar.TypeReg {
		return nil
	}
	var files []io.Writer
	var open []*os.File
	for _, t := range u.targets {
		for _, link := range t.wanted[name] {
			f, err := t.create(link, h)
			if err != nil {
				return errors.Join(err, closeAll(open))
			}
			files, open = append(files, f), append(open, f)
		}
		delete(t.wanted, name)
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
