package dbt

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// The names of lock files, in the order in which they count in a folder.
const (
	uvLock           = "uv.lock"
	lockFile         = "requirements.lock"
	requirementsFile = "requirements.txt"
	pipfileLock      = "Pipfile.lock"
)

var lockFiles = []string{uvLock, lockFile, requirementsFile, pipfileLock}

// dopFolder is where DOP's service projects have the lock file of all dbt projects.
const dopFolder = "embedded_dop/executor_config/dbt"

// The Python packages that decide which dbt there is.
const (
	core    = "dbt-core"
	adapter = "dbt-bigquery"
)

// maxLock is how large a lock file may be, in bytes.
const maxLock = 4 << 20

// Lock is a lock file: the Python packages of a dbt project with their versions.
type Lock struct {
	// File is its path below the config repo's root, with slashes; Shown is the same
	// for messages.
	File, Shown string
	// Packages are the pinned packages, in the order of the file.
	Packages []Package
	// Python is the minor version that it was made for, such as "3.6", when it says so.
	Python string
}

// Package is a package of a lock file.
type Package struct {
	// Name is normalized, such as "dbt-bigquery". Version is the one that is pinned.
	Name, Version string
	// Extras, Marker and Hashes are as in a requirement: "grpc", "python_version < '3.7'", "sha256:…".
	Extras, Marker string
	Hashes         []string
	// Line is where it stands, 0 in uv.lock.
	Line int
}

var separators = regexp.MustCompile(`[-_.]+`)

func normalize(name string) string { return strings.ToLower(separators.ReplaceAllString(name, "-")) }

// Version is the pinned version of a package, or "".
func (l *Lock) Version(name string) string {
	if p := l.find(name); p != nil {
		return p.Version
	}
	return ""
}

// Dbt is the version of dbt that is pinned, such as "1.10.3".
func (l *Lock) Dbt() string { return l.Version(core) }

func (l *Lock) find(name string) *Package {
	i := slices.IndexFunc(l.Packages, func(p Package) bool { return p.Name == name })
	if i < 0 {
		return nil
	}
	return &l.Packages[i]
}

// CheckVersion holds the version of dbt that a task asks for against the lock file.
// The problem is nil when they are the same, or when the task asks for none; it
// lacks the task's place.
func (l *Lock) CheckVersion(version string) *problem.Problem {
	if version == "" || l.find(core) == nil || version == l.Dbt() {
		return nil
	}
	return &problem.Problem{
		Summary: "the task asks for another dbt than the project's image has",
		Detail:  fmt.Sprintf("%s is asked for, and %s pins %s", version, problem.Problem{File: l.Shown, Line: l.find(core).Line}.Place(), l.Dbt()),
		Hint:    "Write version: " + l.Dbt() + ", or leave it out; or lock the other version.",
	}
}

// FindLock finds the lock file of the dbt project in dir and reads it: one in the
// project's folder, else in the nearest folder above that has one with dbt in it,
// else DOP's. So projects side by side can share one, and their images the packages.
func FindLock(files fs.FS, dir, shown string) (*Lock, problem.List) {
	for folder := dir; ; folder = path.Dir(folder) {
		for _, name := range lockFiles {
			lock, found := readLock(files, path.Join(folder, name), shown)
			switch {
			case lock == nil:
			case folder == dir || lock.find(core) != nil || lock.find(adapter) != nil:
				return lock, found
			}
		}
		if folder == "." {
			break
		}
	}
	for _, name := range lockFiles {
		if lock, found := readLock(files, path.Join(dopFolder, name), shown); lock != nil {
			return lock, found
		}
	}
	return nil, problem.List{{
		File:    path.Join(shown, dir, ProjectFile),
		Summary: "the dbt project has no lock file of its Python packages",
		Detail:  fmt.Sprintf("looked for %s in %s and above, and in %s", strings.Join(lockFiles, ", "), path.Join(shown, dir), dopFolder),
		Hint:    "Write one: echo dbt-bigquery==1.10.3 | uv pip compile --python-version 3.11 --generate-hashes --no-strip-extras --no-header -o " + path.Join(shown, path.Dir(dir), lockFile) + " -",
	}}
}

// readLock reads a lock file; it is nil when there is none.
func readLock(files fs.FS, file, shown string) (*Lock, problem.List) {
	lock := &Lock{File: file, Shown: path.Join(shown, file)}
	data, err := fs.ReadFile(files, file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return lock, problem.List{{File: lock.Shown, Summary: "the file cannot be read", Detail: err.Error(), Hint: "Make it readable."}}
	case len(data) > maxLock:
		return lock, problem.List{{File: lock.Shown, Summary: "the file is too large", Detail: fmt.Sprintf("%d bytes, at most %d are read", len(data), maxLock)}}
	}
	var problems problem.List
	switch path.Base(file) {
	case uvLock:
		problems = lock.uv(data)
	case pipfileLock:
		problems = lock.pipfile(data)
	default:
		problems = lock.requirements(data)
	}
	if len(problems) > 0 {
		return lock, problems
	}
	for _, name := range []string{core, adapter} {
		if lock.find(name) == nil {
			problems = append(problems, problem.Problem{File: lock.Shown, Summary: "the lock file of a dbt project has no " + name,
				Detail: "dorc's dbt projects run on BigQuery", Hint: "Lock " + adapter + " with all that it needs: uv pip compile."})
		}
	}
	return lock, problems
}
