package source

import (
	"cmp"
	"io"
	"path/filepath"
	"slices"

	"github.com/dorc-dev/dorc/pkg/configrepo"
	"github.com/dorc-dev/dorc/pkg/dbt"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// Handler is the handler of every function: the Python module and function.
const Handler = "lambda.handler"

// The names that requirement files have in the task root. The function's own is
// OwnRequirements; without one the pipeline's is, as the Dockerfile copies it.
const (
	GlobalRequirements   = "global-requirements.txt"
	PipelineRequirements = "pipeline-requirements.txt"
	OwnRequirements      = "requirements.txt"
)

// Source is the source of one image: a function's, a Dataflow pipeline's, or a dbt project's.
//
// Of a Dataflow pipeline, a component describes an image so:
//
//	beam, err := source.BeamOf(universal)
//	settings, err := beam.Settings(source.KindFlexTemplate)
//	s := source.Source{Repo: repo, Pipeline: pipeline, Kind: source.KindFlexTemplate, Settings: settings}
//
// and registers it with the image method of package pipelines, as functions are.
// The pipeline's folder is read as it is; nothing but its path is asked of the
// pipeline: with a main.py that is the main program (Snapshot.Main), else dorc's own
// for Beam YAML is.
type Source struct {
	Repo *configrepo.Repo
	// Pipeline is the function's, or the Dataflow pipeline; nil for a dbt project.
	Pipeline *configrepo.Pipeline
	// Kind is what the image is for. Default: KindFunction.
	Kind Kind
	// Function is the function whose image it is; nil in other kinds.
	Function *configrepo.Function
	// Dbt is the dbt project whose image it is; nil in other kinds.
	Dbt *configrepo.DbtProject
	// Settings are those of the kind: SettingsOf for functions, Beam.Settings for
	// Dataflow pipelines, DbtSettings for dbt projects.
	Settings Settings
}

// Snapshot is a source as it was when it was read.
type Snapshot struct {
	Source
	// Main is the main program of a Dataflow pipeline, by its name below TemplateRoot.
	Main string
	// Project is what was read of a dbt project; nil in other kinds.
	Project *dbt.Project
	// Files are the code, sorted by name. Of a function: its folder and the
	// requirement files that apply to it. Of a Dataflow pipeline: its folder without
	// requirement files and without what goes to Google as resources of its own. Of a
	// dbt project: its folder as <project>/…, and profiles/profiles.yml.
	Files []File
	// Shared is the layer of shared code, sorted by name.
	Shared []File
	// Requirements are the Python packages to install.
	Requirements Requirements
	// Context is what else a Dockerfile of the repo's own can see, by path below
	// the repo's root. It is empty with the standard builder.
	Context []File
}

// ContextPath is the folder with the code below the repo's root, with slashes.
func (s Source) ContextPath() (string, error) { return s.below(s.Dir()) }

func (s Source) below(path string) (string, error) {
	rel, err := filepath.Rel(s.Repo.Root, path)
	return filepath.ToSlash(rel), err
}

// Snapshot reads every file of the source once: those that git does not ignore,
// as configrepo lists them. What an image cannot have is a problem: sockets and
// devices, links that leave the repo, names that Linux could not read.
func (s Source) Snapshot() (*Snapshot, error) {
	snapshot := &Snapshot{Source: s}
	var problems problem.List
	parts := []func(*Snapshot) (problem.List, error){readRequirements, readFunction, readShared, readContext}
	switch {
	case s.Kind == KindDbt:
		parts = []func(*Snapshot) (problem.List, error){readDbt}
	case s.Kind.Beam():
		parts[1] = readPipeline
	}
	for _, part := range parts {
		found, err := part(snapshot)
		if err != nil {
			return nil, err
		}
		problems = append(problems, found...)
	}
	return snapshot, problems.Err()
}

// readFunction reads the function's folder, and adds the requirement files of
// its repo and its pipeline.
func readFunction(s *Snapshot) (problem.List, error) {
	found, err := s.Function.Files()
	if err != nil {
		return nil, err
	}
	if err := checkSize(s.Owner(), found); err != nil {
		return nil, err
	}
	own := map[string]bool{}
	for _, f := range found {
		own[f.Path] = true
		s.Files = append(s.Files, File{
			Name: f.Path, Path: f.Abs, Executable: f.Executable(),
			open: func() (io.ReadCloser, error) { return s.Function.Open(f.Path) },
		})
	}
	var problems problem.List
	add := func(name, path string) error {
		if path == "" {
			return nil
		}
		if own[name] {
			problems = append(problems, hidden(s.Function, name))
			return nil
		}
		rel, err := s.below(path)
		s.Files = append(s.Files, File{Name: name, Path: path, open: s.opener(rel)})
		return err
	}
	pipelines := OwnRequirements
	if own[OwnRequirements] {
		pipelines = PipelineRequirements
	}
	if err := add(GlobalRequirements, s.Repo.Requirements); err != nil {
		return nil, err
	}
	if err := add(pipelines, s.Pipeline.Requirements); err != nil {
		return nil, err
	}
	return append(problems, readAll(s.Files)...), nil
}

// hidden is a file of the function in whose place dorc puts one.
func hidden(f *configrepo.Function, name string) problem.Problem {
	return problem.Problem{
		File:    problem.Shown(filepath.Join(f.Dir, name)),
		Summary: "a file of the function has the name of a file that dorc puts there",
		Detail:  "in the image " + name + " is the requirements.txt of the repo or of the pipeline",
		Hint:    "Rename the file.",
	}
}

// readShared reads the shared code. A file of the function hides none of it: which
// of the two is meant cannot be told from the handler.
func readShared(s *Snapshot) (problem.List, error) {
	if s.Settings.SharedCode == "" || s.Settings.Builder == Docker {
		return nil, nil
	}
	found, err := s.Repo.Files(s.Settings.SharedCode)
	if err != nil {
		return nil, err
	}
	taken := map[string]bool{}
	for _, f := range s.Files {
		taken[f.Name] = true
	}
	var problems problem.List
	for _, f := range found {
		if taken[f.Path] {
			problems = append(problems, problem.Problem{
				File:    problem.Shown(f.Abs),
				Summary: "shared code and a " + s.noun() + " have a file of the same name",
				Detail:  f.Path + " is in " + s.Settings.SharedCode + " and in the folder of " + s.Owner(),
				Hint:    "Rename one of them.",
			})
			continue
		}
		s.Shared = append(s.Shared, File{
			Name: f.Path, Path: f.Abs, Executable: f.Executable(), open: s.opener(s.Settings.SharedCode + "/" + f.Path),
		})
	}
	return append(problems, readAll(s.Shared)...), nil
}

// readAll sorts files and takes their sizes and hashes.
func readAll(files []File) (problems problem.List) {
	slices.SortFunc(files, func(a, b File) int { return cmp.Compare(a.Name, b.Name) })
	for i := range files {
		if err := files[i].read(); err != nil {
			problems = append(problems, *err)
		}
	}
	return problems
}

// opener opens a file of the repo.
func (s Source) opener(path string) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) { return s.Repo.Open(path) }
}
