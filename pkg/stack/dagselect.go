package stack

import (
	"cmp"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dorc-dev/dorc/pkg/airflow"
	"github.com/dorc-dev/dorc/pkg/artifact/dags"
	"github.com/dorc-dev/dorc/pkg/configrepo"
	"github.com/dorc-dev/dorc/pkg/naming"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// selectDAGs are the pipelines of kind dag that are meant.
func (p *Project) selectDAGs(repo *configrepo.Repo, s DAGSelection) ([]*configrepo.Pipeline, error) {
	all := dags.Pipelines(repo)
	if len(s.Pipelines) > 0 {
		var found []*configrepo.Pipeline
		for _, name := range s.Pipelines {
			one, err := p.selectDAG(repo, all, name, s.Layer)
			if err != nil {
				return nil, err
			}
			found = append(found, one)
		}
		return found, nil
	}
	var found []*configrepo.Pipeline
	for _, one := range all {
		if s.Layer == "" || one.Layer == s.Layer {
			found = append(found, one)
		}
	}
	if len(found) == 0 {
		where := p.Settings.Relative(p.Settings.ConfigRepoPath)
		if s.Layer != "" {
			where += ", layer " + s.Layer
		}
		return nil, problem.Problem{Resource: where, Summary: "there are no DAGs",
			Detail: "a DAG is a dag.yaml in a pipeline's folder, or a config.yaml in orchestration/<dag> or embedded_dop/orchestration/<dag>"}
	}
	return found, nil
}

// selectDAG is the one pipeline that is named.
func (p *Project) selectDAG(repo *configrepo.Repo, all []*configrepo.Pipeline, name, layer string) (*configrepo.Pipeline, error) {
	if slices.ContainsFunc(repo.Pipelines, func(one *configrepo.Pipeline) bool { return one.Name == name }) {
		one, err := p.findPipeline(repo, name, layer)
		if err == nil && one.DAG == nil {
			err = problem.Problem{File: problem.Shown(one.Dir), Summary: "the pipeline has no DAG", Detail: "it is of kind " + string(one.Definition.Kind),
				Hint: "Only pipelines of kind dag are compiled."}
		}
		return one, err
	}
	var names []string
	for _, one := range all {
		names = append(names, one.Name)
	}
	hint := didYouMean(problem.Nearest(name, names))
	if hint == "" && len(names) <= 10 {
		hint = "Pipelines of kind dag: " + strings.Join(names, ", ")
	}
	return nil, problem.Problem{Resource: "pipeline " + name, Summary: "there is no such pipeline",
		Detail: "the config repo is " + p.Settings.Relative(repo.Root), Hint: hint}
}

// compileOptions are what DAGs are compiled with, as far as the config repo says.
func (p *Project) compileOptions(s DAGSelection) (dags.Options, error) {
	o := dags.Options{AWSAccount: p.Settings.AWSAccount, AWSRegion: p.Region()}
	image, err := airflow.Default(), error(nil)
	if exists(p.universalConfigPath()) {
		u, err := p.Universal()
		if err != nil {
			return o, err
		}
		o.Project = u.Project
		google, err := u.Google()
		if err != nil {
			return o, err
		}
		if google != nil {
			o.ServiceProject = google.ServiceProject
		}
	}
	if o.ServiceProject == "" {
		named := naming.Names{Project: cmp.Or(o.Project, filepath.Base(p.Settings.ConfigRepoPath))}
		if o.ServiceProject, err = named.ServiceProject(); err != nil {
			return o, err
		}
	}
	if s.Env != "" {
		if image, err = p.composerImage(s.Env); err != nil {
			return o, err
		}
	}
	if s.ImageVersion != "" {
		if image, err = airflow.Find(s.ImageVersion); err != nil {
			return o, err
		}
	}
	o.Images = []airflow.Image{image}
	return o, nil
}

// composerImage is the image of an environment's Composer; of an environment without
// one, the default.
func (p *Project) composerImage(env string) (airflow.Image, error) {
	if err := p.checkEnvironment(env, "dag"); err != nil {
		return airflow.Image{}, err
	}
	u, err := p.Universal()
	if err != nil {
		return airflow.Image{}, err
	}
	e, err := p.Environment(env)
	if err != nil {
		return airflow.Image{}, err
	}
	google, err := u.GoogleIn(*e)
	if err != nil || google == nil || google.Composer == nil {
		return airflow.Default(), err
	}
	return google.Composer.Image, nil
}
