package image

import (
	"context"
	"fmt"
	"io"
	"os"
	"path"

	"github.com/dorc-dev/dorc/pkg/image/layer"
	"github.com/dorc-dev/dorc/pkg/image/python"
	"github.com/dorc-dev/dorc/pkg/image/source"
)

// Packages returns the Install of the standard builder: it installs what the
// requirement files name, and what Dataflow needs, for the Python of the base image.
func Packages(installer *python.Installer) Install {
	return func(ctx context.Context, r Request) ([]layer.Entry, error) {
		contents, err := r.Snapshot.Requirements.Contents()
		if err != nil {
			return nil, err
		}
		requirements := python.Requirements{Files: contents, Folder: r.Snapshot.Repo.Shown()}
		for _, root := range r.Snapshot.Requirements.Roots {
			requirements.Roots = append(requirements.Roots, python.Root{Path: root, Kind: python.Kind(path.Base(root))})
		}
		glibc := ""
		switch {
		case r.Snapshot.Kind == source.KindDbt:
			if err := dbtRequirements(r, &requirements); err != nil {
				return nil, err
			}
			glibc = dbtGlibc
		case r.Snapshot.Kind.Beam():
			requirements.More = []python.Needed{beamRequirement(r)}
		}
		of := *installer
		of.Progress = r.Say
		packages, err := of.Packages(ctx, r.Snapshot.Owner(), requirements, python.Target{
			Version: r.Base.Python.Version, Platform: "linux/amd64", Glibc: glibc,
			Interpreter: r.Base.Python.Interpreter, SitePackages: r.Base.Python.SitePackages, Scripts: r.Base.Python.Scripts,
		})
		if err != nil {
			return nil, err
		}
		entries := make([]layer.Entry, 0, len(packages.Files))
		for _, f := range packages.Files {
			entries = append(entries, layer.Entry{
				Name: f.Name, Executable: f.Executable, Size: f.Size, Hash: f.Hash, CopyTo: copyOf(f.Path, f.Size),
			})
		}
		return entries, nil
	}
}

// copyOf copies a file that must have its size still.
func copyOf(file string, size int64) func(io.Writer) error {
	return func(w io.Writer) error {
		f, err := os.Open(file)
		if err != nil {
			return err
		}
		defer f.Close()
		if n, err := io.Copy(w, f); err != nil {
			return err
		} else if n != size {
			return fmt.Errorf("%s in the cache has %d bytes, not %d: remove the folder of the cache", file, n, size)
		}
		return nil
	}
}
