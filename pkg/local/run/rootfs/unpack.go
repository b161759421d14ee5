package rootfs

import (
	"archive/tar"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/rogpeppe/go-internal/lockedfile"
)

// maxUnpacked is the most that an image may hold on Lambda, 10 GB uncompressed
// (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html).
const maxUnpacked = 10 << 30

// Unpack unpacks the image's task root below cache, once per digest, and returns its folder.
// Whiteouts of upper layers are applied; links and names that lead out of the folder are refused.
func (i *Image) Unpack(ctx context.Context, cache string) (string, error) {
	target := unpackedFolder(cache, i.Digest)
	if Unpacked(cache, i.Digest) {
		return target, nil
	}
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return "", err
	}
	unlock, err := lockedfile.MutexAt(target + ".lock").Lock()
	if err != nil {
		return "", err
	}
	defer unlock()
	if Unpacked(cache, i.Digest) {
		return target, nil
	}
	temporary, err := os.MkdirTemp(cache, "unpacking-")
	if err != nil {
		return "", err
	}
	if err := i.unpackTo(ctx, temporary); err != nil {
		return "", errors.Join(fmt.Errorf("unpacking image %s: %w", i.Digest, err), os.RemoveAll(temporary))
	}
	if err := os.Chmod(temporary, 0o755); err != nil {
		return "", err
	}
	if err := os.Rename(temporary, target); err != nil {
		return "", errors.Join(err, os.RemoveAll(temporary))
	}
	return target, nil
}

func (i *Image) unpackTo(ctx context.Context, folder string) error {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return err
	}
	defer root.Close()
	flat := mutate.Extract(i.image)
	defer flat.Close()
	u := &unpacker{root: root, prefix: strings.TrimPrefix(i.TaskRoot, "/")}
	archive := tar.NewReader(flat)
	for {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			// Extract ends the archive also when it fails, and says so only after the archive's end.
			_, err := io.Copy(io.Discard, flat)
			return err
		}
		if err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := u.entry(header, archive); err != nil {
			return fmt.Errorf("%s: %w", header.Name, err)
		}
	}
}

// unpacker writes entries below a root that the operating system does not let them leave.
type unpacker struct {
	root   *os.Root
	prefix string
	total  int64
}

// entry writes one entry when it is below the task root.
func (u *unpacker) entry(h *tar.Header, content io.Reader) error {
	name, ok := u.below(h.Name)
	if !ok {
		return nil
	}
	switch h.Typeflag {
	case tar.TypeDir:
		if name == "." {
			return nil
		}
		return u.root.MkdirAll(name, 0o755)
	case tar.TypeReg:
		return u.file(name, h, content)
	case tar.TypeSymlink:
		return u.symlink(name, h.Linkname)
	case tar.TypeLink:
		source, ok := u.below(h.Linkname)
		if !ok {
			return fmt.Errorf("is a hard link to %s, outside of the task root", h.Linkname)
		}
		return u.root.Link(source, name)
	}
	return fmt.Errorf("is neither a file, a folder nor a link (type %q)", h.Typeflag)
}

// below returns an entry's name relative to the task root, and false for names outside of it.
func (u *unpacker) below(name string) (string, bool) {
	clean := strings.TrimPrefix(path.Clean("/"+name), "/")
	if clean == u.prefix || u.prefix == "" {
		return cmp.Or(strings.TrimPrefix(clean, u.prefix), "."), true
	}
	rest, ok := strings.CutPrefix(clean, u.prefix+"/")
	return filepath.FromSlash(rest), ok
}

func (u *unpacker) parents(name string) error {
	if dir := filepath.Dir(name); dir != "." {
		return u.root.MkdirAll(dir, 0o755)
	}
	return nil
}

func (u *unpacker) file(name string, h *tar.Header, content io.Reader) error {
	if u.total += h.Size; u.total > maxUnpacked {
		return fmt.Errorf("the image is larger than Lambda's limit of 10 GB")
	}
	if err := u.parents(name); err != nil {
		return err
	}
	mode := fs.FileMode(0o644) | h.FileInfo().Mode()&0o111
	f, err := u.root.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, content)
	return errors.Join(err, f.Close())
}

// symlink makes a link whose target stays in the task root, absolute targets included.
func (u *unpacker) symlink(name, target string) error {
	from := path.Dir("/" + u.prefix + "/" + filepath.ToSlash(name))
	full := target
	if !path.IsAbs(target) {
		full = path.Join(from, target)
	}
	inside, ok := u.below(full)
	if !ok {
		return fmt.Errorf("is a link to %s, outside of the task root", target)
	}
	relative, err := filepath.Rel(filepath.Dir(name), inside)
	if err != nil {
		return err
	}
	if err := u.parents(name); err != nil {
		return err
	}
	return u.root.Symlink(relative, name)
}
