package universal

import (
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
		switch kind := p.Definition.Kind; kind {
		case definition.KindFunctions:
			if u.NoAWS && len(p.Functions) > 0 {
				found = append(found, problem.Problem{
					File: problem.Shown(p.Dir), Summary: "its functions need AWS, where this project has nothing",
					Detail: "aws is false in the project's configuration", Hint: "remove the pipeline, or aws: false",
				})
			}
		case definition.KindDataflow, definition.KindWorkflow, definition.KindDag:
			if u.GCP == nil {
				found = append(found, problem.Problem{
					File: problem.Shown(p.Dir), Summary: "it needs Google Cloud, where this project has nothing", Detail: "it is of kind " + string(kind),
					Hint: "add gcp: {project_id: …, region: …} to universal/Pulumi.universal.yaml",
				})
			}
		}
	}
	return found
}
