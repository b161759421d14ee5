package source

import (
	"bytes"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/dorc-dev/dorc/pkg/configrepo"
	"github.com/dorc-dev/dorc/pkg/dbt"
	"github.com/dorc-dev/dorc/pkg/image/dockerfile"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// readDbtFiles reads the files of a dbt project that dbt reads, and the profile.
func (s *Snapshot) readDbtFiles() (problems problem.List, err error) {
	found, err := s.Repo.Files(s.Dbt.Path)
	if err != nil {
		return nil, err
	}
	excludes, err := dockerfile.Excludes(s.Dbt.Dir)
	if err != nil {
		return nil, err
	}
	vendored := false
	for _, f := range found {
		excluded, err := excludes(f.Path)
		if err != nil {
			return nil, err
		}
		if excluded || s.notOfDbt(f.Path, found) {
			continue
		}
		vendored = vendored || strings.HasPrefix(f.Path, s.Project.PackagesPath+"/")
		name := path.Join(s.Dbt.Name, f.Path)
		if f.Path == dbt.ProfilesFile {
			name = path.Join(dbtProfiles, f.Path)
		}
		s.Files = append(s.Files, File{Name: name, Path: f.Abs, Executable: f.Executable(), open: s.opener(path.Join(s.Dbt.Path, f.Path))})
	}
	if s.Project.Packages != nil && !vendored {
		problems = append(problems, s.notVendored())
	}
	if !s.Project.OwnProfiles {
		profile := s.Project.Profiles()
		s.Files = append(s.Files, File{Name: path.Join(dbtProfiles, dbt.ProfilesFile), Path: dbt.ProfilesFile,
			open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(profile)), nil }})
	}
	problems = append(problems, readAll(s.Files)...)
	for _, f := range s.Files {
		if f.isKey() {
			problems = append(problems, problem.Problem{File: problem.Shown(f.Path), Summary: "an image has no keys",
				Detail: "the file has a private key, and everyone who may read the image would have it",
				Hint:   "Remove it: dbt signs in as the service account of its pod (docs/dbt.md). A key that was committed is to be revoked."})
		}
	}
	return problems, nil
}

func (s *Snapshot) notVendored() problem.Problem {
	p := *s.Project.Packages
	p.Summary = "the packages of others that the dbt project needs are not in the config repo"
	p.Detail = fmt.Sprintf("an image is made of what is in the repo, and %s is not there, or is ignored", path.Join(s.Dbt.Path, s.Project.PackagesPath))
	p.Hint = fmt.Sprintf("Run dbt deps in %s, take %s out of its .gitignore, and commit it.", problem.Shown(s.Dbt.Dir), s.Project.PackagesPath)
	return p
}

// noDbt are files of a dbt project's folder that dbt does not read: a change of them
// makes no new image. Those of dagFiles are of a pipeline that lies in one folder
// with its dbt project.
var (
	noDbt = []string{
		uvFile, lockFile, projectFile, requirementsFile, "requirements.lock", "requirements.in", "Pipfile", "Pipfile.lock",
		".gitignore", ".dockerignore", ".user.yml", "Dockerfile", "README.md",
	}
	dagFiles = []string{"dag.yaml", "pipeline.yaml", "config.yaml"}
)

// uvFile says which Python uv takes.
const uvFile = ".python-version"

// inRoot are the files that dbt reads in the folder of a project.
var inRoot = []string{dbt.ProjectFile, dbt.ProfilesFile, "packages.yml", "package-lock.yml", "dependencies.yml", "selectors.yml"}

// notOfDbt says whether a file of the project's folder is not for its image. A
// project in the root of the repo has other things beside it.
func (s *Snapshot) notOfDbt(name string, all []configrepo.File) bool {
	below := func(folders ...string) bool {
		return slices.ContainsFunc(folders, func(folder string) bool { return strings.HasPrefix(name, folder+"/") })
	}
	p := s.Project
	switch {
	case below(p.TargetPath, p.LogPath), slices.Contains(noDbt, name), strings.HasPrefix(name, "Pulumi."):
		return true
	case s.Dbt.Path == ".":
		return !slices.Contains(inRoot, name) && !below(append(slices.Clone(p.Paths), p.PackagesPath)...)
	case !slices.ContainsFunc(all, func(f configrepo.File) bool { return f.Path == "dag.yaml" }):
		return false
	}
	return slices.Contains(dagFiles, name) || below("sql") && !slices.Contains(p.Paths, "sql")
}

// maxKey is how large a file is looked into for a key.
const maxKey = 64 << 10

// isKey says whether a file has a private key: one of a service account of Google's,
// or one in PEM.
func (f File) isKey() bool {
	if f.Size > maxKey || !slices.Contains([]string{".json", ".pem", ".key", ".p8", ".crt", ".txt"}, strings.ToLower(path.Ext(f.Name))) {
		return false
	}
	content, err := f.content()
	return err == nil && bytes.Contains(content, []byte("PRIVATE KEY-----"))
}
