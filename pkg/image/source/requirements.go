package source

import (
	"bytes"
	"cmp"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// The files that say which Python packages are needed. In one folder the first
// of them counts; a lock file counts together with its pyproject.toml.
const (
	requirementsFile = "requirements.txt"
	projectFile      = "pyproject.toml"
	lockFile         = "uv.lock"
)

// Requirements are the Python packages of an image.
type Requirements struct {
	// Roots are what is installed, in this order: the repo's, the pipeline's, the
	// function's. Each is a requirements.txt, a pyproject.toml or a uv.lock, by its
	// path below the repo's root with slashes.
	Roots []string
	// Files are the roots and all that they include, sorted by path below the root.
	Files []File
}

// readRequirements finds the requirement files and those that they include.
func readRequirements(s *Snapshot) (problem.List, error) {
	seen := map[string]bool{}
	var problems problem.List
	var include func(rel string) error
	include = func(rel string) error {
		if seen[rel] {
			return nil
		}
		seen[rel] = true
		f := File{Name: rel, Path: filepath.Join(s.Repo.Root, filepath.FromSlash(rel)), open: s.opener(rel)}
		if err := f.read(); err != nil {
			problems = append(problems, *err)
			return nil
		}
		s.Requirements.Files = append(s.Requirements.Files, f)
		if path.Base(rel) == projectFile || path.Base(rel) == lockFile {
			return nil
		}
		content, err := f.content()
		if err != nil {
			return err
		}
		for _, name := range included(content) {
			if err := include(path.Join(path.Dir(rel), name)); err != nil {
				return err
			}
		}
		return nil
	}
	dirs := []string{s.Repo.Root, s.Pipeline.Dir}
	if s.Kind == KindFunction {
		dirs = append(dirs, s.Function.Dir)
	}
	for _, dir := range dirs {
		rel, err := s.below(dir)
		if err != nil {
			return nil, err
		}
		for i, name := range s.requirementsIn(rel) {
			name = path.Join(rel, name)
			if i == 0 {
				s.Requirements.Roots = append(s.Requirements.Roots, name)
			}
			if err := include(name); err != nil {
				return nil, err
			}
		}
	}
	slices.SortFunc(s.Requirements.Files, func(a, b File) int { return cmp.Compare(a.Name, b.Name) })
	return problems, nil
}

// requirementsIn are the files of a folder that count, the root first.
func (s Source) requirementsIn(dir string) []string {
	has := func(name string) bool {
		info, err := os.Stat(filepath.Join(s.Repo.Root, filepath.FromSlash(dir), name))
		return err == nil && info.Mode().IsRegular()
	}
	switch {
	case has(requirementsFile):
		return []string{requirementsFile}
	case !has(projectFile) || !s.isProject(path.Join(dir, projectFile)):
		return nil
	case has(lockFile):
		return []string{lockFile, projectFile}
	default:
		return []string{projectFile}
	}
}

// isProject says whether a pyproject.toml describes a project: many have only
// the settings of tools. One that cannot be read is left to the installer, which
// says what is wrong with it.
func (s Source) isProject(rel string) bool {
	f := File{Name: rel, Path: rel, open: s.opener(rel)}
	if f.read() != nil {
		return true
	}
	content, err := f.content()
	if err != nil {
		return true
	}
	var project struct {
		Project map[string]any
		Tool    struct{ Poetry map[string]any }
	}
	_, err = toml.Decode(string(content), &project)
	return err != nil || project.Project != nil || project.Tool.Poetry != nil
}

// includes matches the lines of a requirements file that include another one.
var includes = regexp.MustCompile(`^\s*(?:-r|--requirement|-c|--constraint)(?:\s+|\s*=\s*)([^\s#]+)`)

// included are the files that a requirements file includes. Addresses are no
// files; the installer refuses or fetches them.
func included(content []byte) (names []string) {
	for line := range strings.Lines(string(content)) {
		m := includes.FindStringSubmatch(line)
		if m != nil && !strings.Contains(m[1], "://") && !path.IsAbs(m[1]) {
			names = append(names, filepath.ToSlash(m[1]))
		}
	}
	return names
}

// Contents are the contents of the files by name.
func (r Requirements) Contents() (map[string][]byte, error) {
	all := map[string][]byte{}
	for _, f := range r.Files {
		content, err := f.content()
		if err != nil {
			return nil, err
		}
		all[f.Name] = content
	}
	return all, nil
}

// content is the whole content, checked against its hash.
func (f File) content() ([]byte, error) {
	var b bytes.Buffer
	if err := f.CopyTo(&b); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
