package source

import (
	"path"
	"slices"
	"strings"

	"github.com/dorc-dev/dorc/pkg/configrepo"
	"github.com/dorc-dev/dorc/pkg/image/dockerfile"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// MainFile is the main program of a Dataflow pipeline that has one of its own.
const MainFile = "main.py"

// elsewhere are the files of a Dataflow pipeline's folder that are not in its
// image, since they go to Google as resources of their own: a change of them
// makes no new image.
var elsewhere = []string{
	"pipeline.yaml", "pipeline.yml", "metadata.json", "pipeline.beam.yaml", "config.json", "config.yaml", "config.yml",
	"main.go", "go.mod", "go.sum", ".gitignore",
}

// launcherConfigs are the files of which one is a pipeline in a launcher's form.
var launcherConfigs = []string{"config.json", "config.yaml", "config.yml"}

// readPipeline reads the folder of a Dataflow pipeline. One without a main.py gets
// dorc's own main program.
func readPipeline(s *Snapshot) (problem.List, error) {
	dir, err := s.ContextPath()
	if err != nil {
		return nil, err
	}
	found, err := s.Repo.Files(dir)
	if err != nil {
		return nil, err
	}
	requirements := map[string]bool{}
	for _, f := range s.Requirements.Files {
		requirements[f.Name] = true
	}
	has := func(name string) bool {
		return slices.ContainsFunc(found, func(f configrepo.File) bool { return f.Path == name })
	}
	s.Main = YAMLMain
	if has(MainFile) {
		s.Main = MainFile
	}
	// What a launcher's config names (queries, schemas) is in its translation.
	translated := s.Main == YAMLMain && slices.ContainsFunc(launcherConfigs, has)
	var problems problem.List
	for _, f := range found {
		name := path.Join(dir, f.Path)
		switch {
		case requirements[name], s.isElsewhere(f.Path):
		case f.Path == dockerfile.Name:
			problems = append(problems, ownDockerfile(f.Abs))
		case translated:
		case f.Path == YAMLMain && s.Main == YAMLMain:
			problems = append(problems, problem.Problem{
				File:    problem.Shown(f.Abs),
				Summary: "a file of the pipeline has the name of a file that dorc puts there",
				Detail:  f.Path + " is dorc's own main program, which runs Beam YAML",
				Hint:    "Rename the file.",
			})
		default:
			s.Files = append(s.Files, File{Name: f.Path, Path: f.Abs, Executable: f.Executable(), open: s.opener(name)})
		}
	}
	if s.Main == YAMLMain {
		s.Files = append(s.Files, File{Name: YAMLMain, Path: YAMLMain, open: yamlMain})
	}
	return append(problems, readAll(s.Files)...), nil
}

// isElsewhere says whether a file is none of the code. Stack configuration is not;
// a main.py may read a config.json that lies beside it.
func (s *Snapshot) isElsewhere(name string) bool {
	if strings.HasPrefix(name, "Pulumi.") {
		return true
	}
	if strings.HasPrefix(name, "config.") && s.Main == MainFile {
		return false
	}
	return slices.Contains(elsewhere, name)
}

func ownDockerfile(file string) problem.Problem {
	return problem.Problem{
		File:    problem.Shown(file),
		Summary: "the image of a Dataflow pipeline is built without a Dockerfile",
		Detail:  "its launcher image, its packages and its code are what is in it",
		Hint:    "Put system packages into images of your own, and name them: gcp.launcher_image and gcp.sdk_image. Remove the Dockerfile.",
	}
}
