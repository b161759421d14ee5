package source

import (
	"cmp"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/dorc-dev/dorc/pkg/configrepo"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// Handler is the handler of every function: the Python module and function.
const Handler = "lambda.handler"

// The names that the requirements.txt of the repo, of the pipeline and of the
// function have in the task root.
const (
	GlobalRequirements   = "global-requirements.txt"
	PipelineRequirements = "pipeline-requirements.txt"
	OwnRequirements      = "requirements.txt"
)

// Source is the source of one function's image.
type Source struct {
	Repo     *configrepo.Repo
	Pipeline *configrepo.Pipeline
	Function *configrepo.Function
}

// ContextPath is the function's folder below the repo's root, with slashes.
func (s Source) ContextPath() (string, error) {
	path, err := filepath.Rel(s.Repo.Root, s.Function.Dir)
	return filepath.ToSlash(path), err
}

// Snapshot reads every file of the source once: those that git does not ignore,
// as configrepo lists them. What an image cannot have is a problem: sockets and
// devices, links that leave the repo, names that Linux could not read.
func (s Source) Snapshot() (*Snapshot, error) {
	found, err := s.Function.Files()
	if err != nil {
		return nil, err
	}
	var files []File
	for _, f := range found {
		files = append(files, File{
			Name: f.Path, Path: f.Abs, Executable: f.Executable(),
			open: func() (io.ReadCloser, error) { return s.Function.Open(f.Path) },
		})
	}
	problems := reserved(files)
	for name, path := range map[string]string{
		GlobalRequirements: s.Repo.Requirements, PipelineRequirements: s.Pipeline.Requirements,
	} {
		if path != "" {
			files = append(files, File{Name: name, Path: path, open: s.opener(path)})
		}
	}
	slices.SortFunc(files, func(a, b File) int { return cmp.Compare(a.Name, b.Name) })
	for i := range files {
		if err := files[i].read(); err != nil {
			problems = append(problems, *err)
		}
	}
	return &Snapshot{Source: s, Files: files}, problems.Err()
}

// opener opens a file of the repo, and never one that a link out of it leads to.
func (s Source) opener(path string) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) {
		root, err := os.OpenRoot(s.Repo.Root)
		if err != nil {
			return nil, err
		}
		defer root.Close()
		rel, err := filepath.Rel(s.Repo.Root, path)
		if err != nil {
			return nil, err
		}
		return root.Open(rel)
	}
}

// reserved finds files of the function that would hide those that dorc adds.
func reserved(files []File) (problems problem.List) {
	for _, f := range files {
		if f.Name == GlobalRequirements || f.Name == PipelineRequirements {
			problems = append(problems, problem.Problem{
				File:    f.Path,
				Summary: "a file of the function has the name of a file that dorc puts there",
				Detail:  "in the image " + f.Name + " is the requirements.txt of the repo or of the pipeline",
				Hint:    "Rename the file.",
			})
		}
	}
	return problems
}
