package stack

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/dorc-dev/dorc/pkg/configrepo"
	"github.com/dorc-dev/dorc/pkg/image/source"
	"github.com/dorc-dev/dorc/pkg/naming"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// dbtSources are the sources of the images of dbt projects: of the one that is named,
// or of all that have a lock file. A repo without Google Cloud has none.
func (p *Project) dbtSources(repo *configrepo.Repo, name string) (all []source.Source, err error) {
	u, err := p.Universal()
	if err != nil {
		return nil, err
	}
	if u.GCP == nil && name == "" {
		return nil, nil
	}
	settings, err := source.DbtSettings(*u)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, project := range repo.DbtProjects {
		names = append(names, project.Name)
		if name == project.Name || name == "" && project.LockFile != "" {
			all = append(all, source.Source{Repo: repo, Kind: source.KindDbt, Dbt: project, Settings: settings})
		}
	}
	if name != "" && len(all) == 0 {
		hint := didYouMean(problem.Nearest(name, names))
		switch {
		case hint != "":
		case len(names) > 0 && len(names) <= 10:
			hint = "dbt projects: " + strings.Join(names, ", ")
		default:
			hint = "Every folder with a dbt_project.yml is one."
		}
		return nil, problem.Problem{Resource: "dbt project " + name, Summary: "there is no such dbt project", Detail: "the config repo is " + p.Settings.Relative(repo.Root), Hint: hint}
	}
	return all, nil
}

// validateDbt checks the dbt projects that an image is made of: their files, lock
// files and profiles, and that no two images have one name.
func (p *Project) validateDbt(repo *configrepo.Repo) (found problem.List) {
	sources, err := p.dbtSources(repo, "")
	if err != nil {
		return nil // said where the configuration is read
	}
	names := map[string]string{}
	for _, pipeline := range repo.Pipelines {
		if pipeline.Beam == nil {
			continue
		}
		if name, err := naming.GoogleImage(pipeline.Layer, pipeline.Name); err == nil {
			names[name] = "pipeline " + pipeline.ID()
		}
	}
	for _, s := range sources {
		file := filepath.Join(s.Dbt.Dir, "dbt_project.yml")
		name, err := naming.DbtImage(s.Dbt.Name)
		if err == nil && names[name] != "" {
			err = problem.Problem{Summary: "two images have one name", Detail: fmt.Sprintf("the image of %s is called %s too", names[name], name), Hint: "Rename the folder of the dbt project."}
		}
		names[name] = s.Owner()
		if err == nil {
			_, err = s.Snapshot()
		}
		if err == nil {
			continue
		}
		bad := asProblems(err)
		for i := range bad {
			if bad[i].File == "" {
				bad[i].File = file
			}
		}
		found = append(found, p.shown(bad)...)
	}
	return found
}
