package stack

import (
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/dorc-dev/dorc/pipelines"
	"github.com/dorc-dev/dorc/pkg/airflow"
	"github.com/dorc-dev/dorc/pkg/artifact/dags"
	"github.com/dorc-dev/dorc/pkg/config"
	"github.com/dorc-dev/dorc/pkg/configrepo"
	"github.com/dorc-dev/dorc/pkg/dag"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// openDAGs opens the DAGs of a config repo, and notes which pipelines they start, so
// that these are applied first. What is wrong with a DAG is said where it is checked
// or compiled.
func (p *Project) openDAGs(repo *configrepo.Repo) {
	all := dags.Pipelines(repo)
	if len(all) == 0 {
		return
	}
	u, err := p.Universal()
	if err != nil {
		return // said where it is needed
	}
	opened, err := dags.Open(repo, p.composerImages(u, p.Environments())...)
	if err != nil {
		return // it was read a moment ago
	}
	p.opened = opened
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for _, pipeline := range all {
		group.Go(func() error {
			if d, err := opened.DAG(pipeline); err == nil && d != nil {
				pipeline.AlsoStarts = startedBy(d)
			}
			return nil
		})
	}
	_ = group.Wait() //nolint:errcheck // none of them gives an error
}

// startedBy are the pipelines that tasks of a DAG start.
func startedBy(d *dag.DAG) (ids []string) {
	for _, t := range d.Tasks {
		if t.Starts != "" && !slices.Contains(ids, t.Starts) {
			ids = append(ids, t.Starts)
		}
	}
	return ids
}

// dagOptions are what DAGs are compiled for in an environment. An environment without
// Composer has none: ok is false.
func (p *Project) dagOptions(env string) (o dags.Options, google *config.Google, ok bool, err error) {
	u, err := p.Universal()
	if err != nil {
		return o, nil, false, err
	}
	e, err := p.Environment(env)
	if err != nil {
		return o, nil, false, err
	}
	google, err = u.GoogleIn(*e)
	if err != nil || google == nil || google.Composer == nil {
		return o, google, false, err
	}
	return pipelines.DAGOptions(*u, google, p.Settings.AWSAccount), google, true, nil
}

// compileDAGs compiles every DAG for the images of the environments, each line once,
// and refuses environments that have no Composer for them.
func (p *Project) compileDAGs(repo *configrepo.Repo, environments []string) (found problem.List) {
	all := dags.Pipelines(repo)
	if len(all) == 0 || p.opened == nil {
		return nil
	}
	var images []airflow.Image
	var options dags.Options
	for _, env := range environments {
		o, google, ok, err := p.dagOptions(env)
		switch {
		case err != nil || google == nil: // said where the environments' files are checked
		case !ok:
			found = append(found, pipelines.NoComposer(problem.Shown(all[0].Dir), env))
		default:
			images, options = append(images, o.Images...), o
		}
	}
	if len(images) == 0 {
		return found
	}
	options.Images = images
	_, err := p.opened.All(options)
	return append(found, asProblems(err)...)
}

// checkDAG says what is wrong with the DAG of a pipeline, as an environment wants it.
func (p *Project) checkDAG(pipeline *configrepo.Pipeline, env string) error {
	if pipeline.DAG == nil || p.opened == nil {
		return nil
	}
	d, err := p.opened.DAG(pipeline)
	if err != nil {
		return err
	}
	if err := checkHosts([]*dag.DAG{d}, p.dagHosts(env)).Err(); err != nil {
		return err
	}
	o, _, ok, err := p.dagOptions(env)
	if err != nil || !ok {
		return err // an environment without Composer is refused by the component
	}
	_, err = p.opened.Pipeline(pipeline, o)
	return err
}
