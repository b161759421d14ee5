package rootfs

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/dorc-dev/dorc/internal/lockfile"
)

// contribution is what one layer adds to a part.
type contribution struct {
	layer  unpackedLayer
	record record
}

// contributions are those of the layers that decide the part's content, lowest first.
func contributions(layers []unpackedLayer, p part) (out []contribution, present bool, err error) {
	for _, l := range layers {
		r, found, err := readRecord(l.place(p))
		if err != nil || !found {
			return nil, false, errors.Join(err, fmt.Errorf("the unpacked layer %s is gone", l.diffID))
		}
		if r.Cleared {
			out, present = nil, false
		}
		if present = present || r.Present; r.changes() {
			out = append(out, contribution{l, r})
		}
	}
	for len(out) > 0 && out[0].record.Entries == 0 {
		out = out[1:] // it removes what is not there
	}
	return out, present, nil
}

// combine returns the folder of a part: a layer's own when that is all there is, else a tree of hard links
// to the layers' files. Images with the same layers share it. It is "" when the image does not have the folder.
func combine(ctx context.Context, cache string, layers []unpackedLayer, p part) (string, error) {
	list, present, err := contributions(layers, p)
	if err != nil || !present {
		return "", err
	}
	switch {
	case len(list) == 0: // an empty folder
		for i := len(layers) - 1; ; i-- {
			if r, _, err := readRecord(layers[i].place(p)); err != nil || r.Present {
				return filepath.Join(layers[i].place(p), p.base()), err
			}
		}
	case len(list) == 1:
		return filepath.Join(list[0].layer.place(p), p.base()), nil
	}
	h := sha256.New()
	for _, c := range list {
		_, _ = fmt.Fprintln(h, c.layer.diffID) // a hash takes every write
	}
	folder := filepath.Join(cache, "combined", p.key()+"-"+hex.EncodeToString(h.Sum(nil))[:32])
	tree := filepath.Join(folder, p.base())
	if _, err := os.Stat(folder); err == nil {
		return tree, nil
	}
	unlock, err := lockfile.Lock(ctx, folder+".lock")
	if err != nil {
		return "", err
	}
	defer unlock()
	if _, err := os.Stat(folder); err == nil {
		return tree, nil
	}
	temporary := folder + ".new"
	err = os.RemoveAll(temporary) // of a process that was ended
	for _, c := range list {
		err = errors.Join(err, c.apply(ctx, p, filepath.Join(temporary, p.base())))
	}
	if err == nil {
		err = os.Rename(temporary, folder)
	}
	if err != nil {
		return "", errors.Join(err, os.RemoveAll(temporary))
	}
	return tree, nil
}

// apply puts a layer over those below it.
func (c contribution) apply(ctx context.Context, p part, tree string) error {
	if err := os.MkdirAll(tree, 0o755); err != nil {
		return err
	}
	root, err := os.OpenRoot(tree)
	if err != nil {
		return err
	}
	defer root.Close()
	for _, name := range append(c.record.Whiteouts, c.record.Opaque...) {
		if err := root.RemoveAll(filepath.FromSlash(name)); err != nil {
			return err
		}
	}
	from := filepath.Join(c.layer.place(p), p.base())
	return filepath.WalkDir(from, func(file string, d fs.DirEntry, err error) error {
		if err != nil || file == from {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		name, err := filepath.Rel(from, file)
		if err != nil {
			return err
		}
		return place(root, tree, name, file, d)
	})
}

// place puts one file, link or folder of a layer in place of what is there.
func place(root *os.Root, tree, name, file string, d fs.DirEntry) error {
	old, err := root.Lstat(name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if d.IsDir() {
		if err == nil && old.IsDir() {
			return nil
		}
		if err := root.RemoveAll(name); err != nil {
			return err
		}
		return root.Mkdir(name, 0o755)
	}
	if err == nil {
		if err := root.RemoveAll(name); err != nil {
			return err
		}
	}
	if d.Type()&fs.ModeSymlink != 0 {
		to, err := os.Readlink(file)
		if err != nil {
			return err
		}
		return root.Symlink(to, name)
	}
	// The folders on the way were made by this walk, so that none of them is a link.
	if os.Link(file, filepath.Join(tree, name)) == nil {
		return nil
	}
	return copyFile(root, name, file)
}

// copyFile is for file systems without hard links.
func copyFile(root *os.Root, name, file string) error {
	in, err := os.Open(file)
	if err != nil {
		return err
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return err
	}
	out, err := root.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_EXCL, info.Mode().Perm())
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}
