package pipelines

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/dorc-dev/dorc/pkg/artifact/dags"
	"github.com/dorc-dev/dorc/pkg/dag"
	imageresource "github.com/dorc-dev/dorc/pkg/image/resource"
	"github.com/dorc-dev/dorc/pkg/image/source"
	"github.com/dorc-dev/dorc/pkg/naming"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// dbtImages registers the images of the dbt projects that the DAG runs. Pipelines that
// run one project have one image: it is pushed once.
func (b *builder) dbtImages(p *Pipeline, d *dag.DAG, repository string) (pulumi.StringMapInput, error) {
	names := dags.DbtProjects(d)
	if len(names) == 0 {
		return nil, nil
	}
	settings, err := source.DbtSettings(b.args.Universal)
	if err != nil {
		return nil, err
	}
	images := pulumi.StringMap{}
	p.DbtImages = map[string]*imageresource.Image{}
	for _, name := range names {
		project, ok := b.args.Repo.Dbt(name)
		if !ok {
			return nil, problem.Problem{File: d.File, Summary: "there is no dbt project " + name}
		}
		image, err := naming.DbtImage(project.Name)
		if err != nil {
			return nil, err
		}
		s := source.Source{Repo: b.args.Repo, Kind: source.KindDbt, Dbt: project, Settings: settings}
		if p.DbtImages[name], err = b.image("dbt-"+name, s, pulumi.String(repository+"/"+image)); err != nil {
			return nil, err
		}
		images[name] = p.DbtImages[name].ImageURI
	}
	return images, nil
}
