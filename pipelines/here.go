package pipelines

import (
	"os"
	"path/filepath"

	"github.com/dorc-dev/dorc/pkg/configrepo"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// here is the pipeline whose folder is the working directory, where Pulumi runs
// a program.
func here(repo *configrepo.Repo) (*configrepo.Pipeline, error) {
	wd, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	self, err := os.Stat(wd)
	if err != nil {
		return nil, err
	}
	for _, p := range repo.Pipelines {
		if info, err := os.Stat(p.Dir); err == nil && os.SameFile(info, self) {
			return p, nil
		}
	}
	source := filepath.Join(repo.Root, repo.SourceCodeFolder)
	return nil, problem.Problem{
		File:    wd,
		Summary: "the working directory is not the folder of a pipeline",
		Detail:  "pipelines are the folders <layer>/<pipeline> in " + source,
		Hint:    "Run the program in the pipeline's folder, or set Args.Pipeline.",
	}
}
