package dags

import (
	"fmt"
	"path"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/dorc-dev/dorc/pkg/airflow"
	"github.com/dorc-dev/dorc/pkg/artifact/content"
	"github.com/dorc-dev/dorc/pkg/configrepo"
	"github.com/dorc-dev/dorc/pkg/dag/compile"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// Options are what DAGs are compiled for.
type Options struct {
	// ServiceProject is the service project. Required.
	ServiceProject string
	// Images are images of Composer; for each of their lines the DAGs are compiled
	// once. At least one is required.
	Images []airflow.Image
	// DbtImages are images by dbt project, each named by its digest. A project without
	// one is named instead: so a plan can compare what is compiled before its image is built.
	DbtImages map[string]string
	// Project is universal's project, AWSAccount and AWSRegion are where state machines
	// are (compile.Options).
	Project, AWSAccount, AWSRegion string
}

// Pipeline compiles one pipeline: the content of an artifact of which it is the scope.
func (r *Repo) Pipeline(p *configrepo.Pipeline, o Options) (*content.Content, error) {
	return r.compile(p.ID(), []*configrepo.Pipeline{p}, o)
}

// All compiles every pipeline of kind dag. What is wrong anywhere comes back at once.
func (r *Repo) All(o Options) (*content.Content, error) {
	return r.compile("", Pipelines(r.repo), o)
}

func (r *Repo) compile(scope string, pipelines []*configrepo.Pipeline, o Options) (*content.Content, error) {
	images := slices.Clone(o.Images)
	slices.SortFunc(images, func(a, b airflow.Image) int {
		return slices.Compare([]string{a.Line, a.Version}, []string{b.Line, b.Version})
	})
	images = slices.CompactFunc(images, func(a, b airflow.Image) bool { return a.Line == b.Line })
	parts := make([]content.Content, len(pipelines))
	found := make([]problem.List, len(pipelines))
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, p := range pipelines {
		group.Go(func() (err error) {
			parts[i], found[i], err = r.one(p, images, o)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	if err := slices.Concat(found...).Err(); err != nil {
		return nil, err
	}
	all := &content.Content{Scope: scope, DbtImages: o.DbtImages}
	for _, i := range images {
		all.Lines = append(all.Lines, i.Line)
	}
	for _, c := range parts {
		all.Files = append(all.Files, c.Files...)
		all.DAGs = append(all.DAGs, c.DAGs...)
	}
	return all, all.Sort()
}

// one compiles one pipeline for every line.
func (r *Repo) one(p *configrepo.Pipeline, images []airflow.Image, o Options) (c content.Content, found problem.List, err error) {
	read := r.read(p)
	if len(read.problems) > 0 {
		return c, read.problems, nil
	}
	d := read.dag
	if d == nil || !d.Enabled {
		return c, nil, nil
	}
	options := compile.Options{
		ServiceProject: o.ServiceProject, DbtImages: o.DbtImages,
		Project: o.Project, AWSAccount: o.AWSAccount, AWSRegion: o.AWSRegion,
	}
	if len(DbtProjects(d)) > 0 {
		options.SharesDbt = r.users()
	}
	if options.Manifests, found, err = r.manifests(d); err != nil || len(found) > 0 {
		return c, found, err
	}
	for _, image := range images {
		options.Image = image
		files, err := compile.Compile(d, options)
		if err != nil {
			list, ok := problems(err)
			if !ok {
				return c, nil, fmt.Errorf("compiling %s for Airflow %s: %w", p.ID(), image.Line, err)
			}
			return c, list, nil
		}
		for _, f := range files {
			c.Files = append(c.Files, content.File{Path: content.DAGPath(image.Line, f.Path), Data: f.Data})
		}
	}
	c.DAGs = []content.DAG{{ID: d.ID, Pipeline: path.Join(d.Layer, d.Pipeline), EnvironmentLimit: EnvironmentLimit(d, o.Project)}}
	return c, nil, nil
}
