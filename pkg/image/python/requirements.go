package python

import (
	"fmt"
	"path"
	"path/filepath"
)

// Kind is the format of a file of requirements.
type Kind string

const (
	// RequirementsTxt is pip's format.
	RequirementsTxt Kind = "requirements.txt"
	// Pyproject is a pyproject.toml with static [project] dependencies.
	Pyproject Kind = "pyproject.toml"
	// UVLock is uv's lock file; its pyproject.toml lies beside it.
	UVLock Kind = "uv.lock"
	// Locked is pip's format with a hash for each requirement, and complete: nothing is
	// added to it, whatever its packages say that they need.
	Locked Kind = "locked"
)

// Root is a file whose requirements are installed.
type Root struct {
	// Path has slashes and is relative to the config repo's root.
	Path string
	Kind Kind
}

// Requirements are what an image needs.
type Requirements struct {
	// Roots in the order in which the Dockerfile would install them: the repo's,
	// the pipeline's, the function's. Their requirements hold together; two that
	// exclude each other are an error.
	Roots []Root
	// Files are all files involved, by path as in Root: the roots, what they
	// include with -r and -c, and the pyproject.toml beside a uv.lock.
	Files map[string][]byte
	// More are requirements of no file, that the image's owner has whatever its files say.
	More []Needed
	// Folder is the config repo as the user would type it, for messages. Default
	// "": paths in messages are relative to the config repo.
	Folder string
}

// Needed is a requirement of no file.
type Needed struct {
	// Name and Version are what is needed, Extras its extras: "apache-beam", "2.77.0", "gcp".
	Name, Version, Extras string
	// Why is said, with Hint, to who pins another version.
	Why, Hint string
}

// shown is a file's path for messages, or "" for a requirement of no file.
func (r Requirements) shown(file string) string {
	if file == "" {
		return ""
	}
	return filepath.Join(filepath.FromSlash(r.Folder), filepath.FromSlash(file))
}

// place is where a requirement stands, for messages.
func (r Requirements) place(q requirement) string {
	if q.file == "" {
		return "dorc itself"
	}
	return fmt.Sprintf("%s:%d", r.shown(q.file), q.line)
}

// beside is the file of this name in the folder of another.
func beside(file, name string) string { return path.Join(path.Dir(file), name) }
