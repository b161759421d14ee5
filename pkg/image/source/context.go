package source

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/dorc-dev/dorc/pkg/image/dockerfile"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// readContext reads what else the repo's own Dockerfile can see. It is only
// compared: the container engine reads the files itself.
func readContext(s *Snapshot) (problem.List, error) {
	if s.Settings.Builder != Docker {
		return nil, nil
	}
	file, err := dockerfile.Read(s.Repo.Root)
	if err != nil || file == nil {
		return nil, err
	}
	path, err := s.ContextPath()
	if err != nil {
		return nil, err
	}
	inputs, err := file.Inputs(path)
	if err != nil {
		return nil, err
	}
	names, err := inputs.Files(s.Repo.Root)
	if err != nil {
		return nil, err
	}
	known := map[string]bool{}
	for _, f := range s.Files {
		known[f.Path] = true
	}
	for _, name := range names {
		full := filepath.Join(s.Repo.Root, filepath.FromSlash(name))
		if known[full] {
			continue
		}
		info, err := os.Lstat(full)
		if err != nil {
			return nil, err
		}
		f := File{Name: name, Path: full, Executable: info.Mode()&0o111 != 0, open: s.opener(name)}
		if info.Mode()&fs.ModeSymlink != 0 {
			f.Executable, f.open = false, target(full)
		}
		s.Context = append(s.Context, f)
	}
	return readAll(s.Context), nil
}

// target gives the path that a link leads to as its content.
func target(link string) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) {
		to, err := os.Readlink(link)
		return io.NopCloser(strings.NewReader(to)), err
	}
}
