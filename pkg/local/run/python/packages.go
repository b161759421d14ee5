package python

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// Package is an installed Python package.
type Package struct {
	// Name is normalised, as "python-dateutil"
	// (https://packaging.python.org/en/latest/specifications/name-normalization/).
	Name string
	// Version is as the package says it, as "2.9.0".
	Version string
}

func (p Package) String() string { return p.Name + "==" + p.Version }

var (
	validName    = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	validVersion = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9.!+_-]*$`)
	runs         = regexp.MustCompile(`[-_.]+`)
	compiled     = regexp.MustCompile(`\.so(\.\d+)*$`)
)

// Installed lists the packages of a folder by their *.dist-info, sorted by name. pip itself is left out.
func Installed(folder string) ([]Package, error) {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	all, err := fs.Glob(root.FS(), "*.dist-info")
	if err != nil {
		return nil, err
	}
	var out []Package
	for _, name := range all {
		p, err := metadata(root, name)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if p.Name != "pip" {
			out = append(out, p)
		}
	}
	slices.SortFunc(out, func(a, b Package) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.Version, b.Version))
	})
	return out, nil
}

// metadata reads name and version, which are headers at the top of METADATA
// (https://packaging.python.org/en/latest/specifications/core-metadata/).
func metadata(root *os.Root, folder string) (p Package, err error) {
	f, err := root.Open(folder + "/METADATA")
	if err != nil {
		return p, err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() && lines.Text() != "" && (p.Name == "" || p.Version == "") {
		key, value, _ := strings.Cut(lines.Text(), ":")
		switch strings.ToLower(key) {
		case "name":
			p.Name = strings.ToLower(runs.ReplaceAllString(strings.TrimSpace(value), "-"))
		case "version":
			p.Version = strings.TrimSpace(value)
		}
	}
	if err := lines.Err(); err != nil {
		return p, err
	}
	if !validName.MatchString(p.Name) || !validVersion.MatchString(p.Version) {
		return p, fmt.Errorf("METADATA has no valid name and version: %q and %q", p.Name, p.Version)
	}
	return p, nil
}

// Compiled names a compiled file of a folder, relative to it, or is "" when there is none: only Python files then, which
// run on any system.
func Compiled(folder string) (found string, err error) {
	stop := errors.New("found")
	err = filepath.WalkDir(folder, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !compiled.MatchString(d.Name()) {
			return err
		}
		if found, err = filepath.Rel(folder, file); err != nil {
			return err
		}
		return stop
	})
	if errors.Is(err, stop) {
		err = nil
	}
	return filepath.ToSlash(found), err
}
