package rootfs

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/dorc-dev/dorc/internal/lockfile"
)

// unpackedLayer is a layer with its place in the cache:
//
//	<cache>/<digest>/<part>/part.json   what the layer has of the part
//	<cache>/<digest>/<part>/<folder>/   its files
//	<cache>/<digest>/pythons.json       the folders of Python packages in the layer
type unpackedLayer struct {
	layer  v1.Layer
	diffID v1.Hash
	folder string
}

func (l unpackedLayer) place(p part) string { return filepath.Join(l.folder, p.key()) }

// missing are the parts that are not in the cache yet.
func (l unpackedLayer) missing(parts []part) (out []part, err error) {
	for _, p := range parts {
		_, found, err := readRecord(l.place(p))
		if err != nil {
			return nil, err
		}
		if !found {
			out = append(out, p)
		}
	}
	return out, nil
}

// unpack makes the parts that are missing, in one pass over the layer. They appear when they are complete.
func (l unpackedLayer) unpack(ctx context.Context, parts []part) error {
	if missing, err := l.missing(parts); err != nil || len(missing) == 0 {
		return err
	}
	unlock, err := lockfile.Lock(ctx, l.folder+".lock")
	if err != nil {
		return err
	}
	defer unlock()
	missing, err := l.missing(parts)
	if err != nil || len(missing) == 0 {
		return err
	}
	if err := sweep(l.folder); err != nil {
		return err
	}
	if err := l.unpackTo(ctx, missing); err != nil {
		return errors.Join(fmt.Errorf("layer %s: %w", l.diffID, err), sweep(l.folder))
	}
	for _, p := range missing {
		if err := os.Rename(l.temporary(p), l.place(p)); err != nil {
			return errors.Join(err, sweep(l.folder))
		}
	}
	return nil
}

const unfinished = "unpacking-"

func (l unpackedLayer) temporary(p part) string { return filepath.Join(l.folder, unfinished+p.key()) }

// sweep removes what an ended process left half unpacked. The caller has the lock.
func sweep(folder string) error {
	left, err := filepath.Glob(filepath.Join(folder, unfinished+"*"))
	for _, f := range left {
		err = errors.Join(err, os.RemoveAll(f))
	}
	return err
}

func (l unpackedLayer) unpackTo(ctx context.Context, parts []part) error {
	u := &unpacker{}
	defer u.close()
	for _, p := range parts {
		if err := u.add(p, l.temporary(p)); err != nil {
			return err
		}
	}
	if err := l.read(ctx, u.entry); err != nil {
		return err
	}
	if u.linksOutside() {
		if err := l.read(ctx, u.outside); err != nil {
			return err
		}
	}
	return u.finish()
}

// read hands each entry to a function, and checks that the layer has the digest that its image names.
func (l unpackedLayer) read(ctx context.Context, entry func(name string, h *tar.Header, content io.Reader) error) error {
	content, err := l.layer.Uncompressed()
	if err != nil {
		return err
	}
	defer content.Close()
	sum := sha256.New()
	all := io.TeeReader(content, sum)
	archive := tar.NewReader(all)
	for {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		name, err := cleanName(header)
		if err == nil {
			err = entry(name, header, archive)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", header.Name, err)
		}
	}
	if _, err := io.Copy(io.Discard, all); err != nil {
		return err
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != l.diffID.Hex {
		return fmt.Errorf("its content is damaged: the digest is sha256:%s", got)
	}
	return nil
}
