package stack

import (
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/dorc-dev/dorc/pkg/airflow"
	"github.com/dorc-dev/dorc/pkg/config"
	"github.com/dorc-dev/dorc/pkg/configrepo"
	"github.com/dorc-dev/dorc/pkg/content"
	"github.com/dorc-dev/dorc/pkg/dag"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// ValidDAGs is what ValidateDAGs looked at.
type ValidDAGs struct {
	// DAGs is how many there are, Tasks how many they have together.
	DAGs, Tasks int
	// Images are the versions of Composer's images that operators were held against.
	Images []string
	// Warnings are no mistakes, but hardly what is meant.
	Warnings problem.List
}

// ValidateDAGs checks the DAGs of the config repo, or that of one pipeline, against the
// images of the environments. Name "" means all; layer may be left out when only one
// layer has a pipeline of that name.
func (p *Project) ValidateDAGs(name, layer string) (ValidDAGs, error) {
	repo, err := p.Repo()
	if err != nil {
		return ValidDAGs{}, err
	}
	pipelines := repo.Pipelines
	if name != "" {
		one, err := p.findPipeline(repo, name, layer)
		if err != nil {
			return ValidDAGs{}, err
		}
		if one.DAG == nil {
			return ValidDAGs{}, problem.Problem{File: problem.Shown(one.Dir), Summary: "the pipeline has no DAG", Detail: "it is of kind " + string(one.Definition.Kind)}
		}
		pipelines = []*configrepo.Pipeline{one}
	}
	u, err := p.Universal()
	if err != nil && exists(p.universalConfigPath()) {
		return ValidDAGs{}, err
	}
	images := p.composerImages(u, p.Environments())
	read, problems := readDAGs(repo, pipelines, images)
	problems = append(problems, checkHosts(read, p.dagHosts(p.Environments()...))...)
	if err := problems.Err(); err != nil {
		return ValidDAGs{}, err
	}
	v := ValidDAGs{DAGs: len(read), Warnings: p.composerNotices(p.Environments())}
	for _, i := range images {
		v.Images = append(v.Images, i.Version)
	}
	for _, d := range read {
		v.Tasks += len(d.Tasks)
		v.Warnings = append(v.Warnings, d.Warnings...)
	}
	return v, nil
}

// composerImages are the images of the environments' Composer, one of each line; the
// default one when none has any. Mistakes of configurations are said elsewhere.
func (p *Project) composerImages(u *config.Universal, environments []string) (images []airflow.Image) {
	for _, env := range environments {
		e, err := p.Environment(env)
		if err != nil || u == nil {
			continue
		}
		google, err := u.GoogleIn(*e)
		if err != nil || google == nil || google.Composer == nil {
			continue
		}
		if image := google.Composer.Image; !slices.ContainsFunc(images, func(i airflow.Image) bool { return i.Line == image.Line }) {
			images = append(images, image)
		}
	}
	if len(images) == 0 {
		images = append(images, airflow.Default())
	}
	return images
}

// readDAGs reads and checks the DAGs of pipelines, alone and together.
func readDAGs(repo *configrepo.Repo, pipelines []*configrepo.Pipeline, images []airflow.Image) ([]*dag.DAG, problem.List) {
	reader, err := content.NewDAGs(repo)
	if err != nil {
		return nil, asProblems(err)
	}
	defer reader.Close()
	reader.SetImages(images...)
	read := make([]*dag.DAG, len(pipelines))
	found := make([]problem.List, len(pipelines))
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, pipeline := range pipelines {
		if pipeline.DAG == nil {
			continue
		}
		group.Go(func() error {
			read[i], found[i] = reader.Read(pipeline)
			return nil
		})
	}
	_ = group.Wait() //nolint:errcheck // none of them gives an error
	read = slices.DeleteFunc(read, func(d *dag.DAG) bool { return d == nil })
	return read, append(slices.Concat(found...), dag.CheckTogether(read)...)
}
