package universal

import (
	"path/filepath"

	"github.com/dorc-dev/dorc/pkg/config"
	"github.com/dorc-dev/dorc/pkg/configrepo"
	"github.com/dorc-dev/dorc/pkg/definition"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// CheckClouds finds the pipelines that need a cloud where the project has
// nothing: functions are on AWS, the other kinds on Google Cloud. A pipeline with
// a program of its own may need anything.
func CheckClouds(u config.Universal, repo *configrepo.Repo) problem.List {
	var found problem.List
	for _, p := range repo.Pipelines {
		if p.Program || p.Definition == nil {
			continue
		}
		functions := p.Definition.Kind == definition.KindFunctions
		switch {
		case functions && u.NoAWS && len(p.Functions) > 0:
			found = append(found, cloudProblem(repo, p, "its functions need AWS, where this project has nothing",
				"aws is false in the project's configuration", "remove the pipeline, or aws: false"))
		case !functions && u.GCP == nil:
			found = append(found, cloudProblem(repo, p, "it needs Google Cloud, where this project has nothing",
				"it is of kind "+string(p.Definition.Kind), "add gcp: {project_id: …, region: …} to universal/Pulumi.universal.yaml"))
		}
	}
	return found
}

func cloudProblem(repo *configrepo.Repo, p *configrepo.Pipeline, summary, detail, hint string) problem.Problem {
	file := p.Dir
	if rel, err := filepath.Rel(repo.Root, p.Dir); err == nil {
		file = filepath.ToSlash(rel)
	}
	return problem.Problem{File: file, Resource: "pipeline " + p.Layer + "/" + p.Name, Summary: summary, Detail: detail, Hint: hint}
}
