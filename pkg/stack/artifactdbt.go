package stack

import (
	"bytes"
	"context"
	"maps"
	"slices"

	"github.com/dorc-dev/dorc/pkg/artifact/content"
	"github.com/dorc-dev/dorc/pkg/artifact/dags"
)

// artifactImages begins the tags of images that artifacts refer to, as the name of an
// environment begins those of images that it uses. Such a tag keeps the image: an
// artifact may be deployed at any time.
const artifactImages = "artifact"

// artifactDbt pushes the images of the dbt projects that DAGs run, notes them in the
// options, and gives the files that are in them.
func (p *Project) artifactDbt(ctx context.Context, o *dags.Options, say Said) (files []content.File, err error) {
	names, err := p.dbtOfDAGs()
	if err != nil {
		return nil, err
	}
	if say == nil {
		say = func(string, string) {}
	}
	o.DbtImages = map[string]string{}
	for _, name := range names {
		selection := ImageSelection{Dbt: name}
		pushed, err := p.imagesTagged(ctx, selection, artifactImages, say, true)
		if err != nil {
			return nil, err
		}
		selected, err := p.selectImages(ctx, selection)
		if err != nil {
			return nil, err
		}
		for i, image := range pushed {
			o.DbtImages[name] = image.Repository + "@" + image.Digest
			own, err := filesOf(name, selected[i])
			if err != nil {
				return nil, err
			}
			files = append(files, own...)
		}
	}
	return files, nil
}

// dbtOfDAGs are the dbt projects that enabled DAGs run, sorted.
func (p *Project) dbtOfDAGs() ([]string, error) {
	repo, err := p.Repo()
	if err != nil {
		return nil, err
	}
	names := map[string]bool{}
	for _, pipeline := range dags.Pipelines(repo) {
		d, err := p.opened.DAG(pipeline)
		if err != nil {
			return nil, err
		}
		if d == nil || !d.Enabled {
			continue
		}
		for _, name := range dags.DbtProjects(d) {
			names[name] = true
		}
	}
	return slices.Sorted(maps.Keys(names)), nil
}

// filesOf are the files of an image, where it has them.
func filesOf(project string, image *SelectedImage) (files []content.File, err error) {
	for _, f := range image.snapshot.Files {
		var data bytes.Buffer
		if err := f.CopyTo(&data); err != nil {
			return nil, err
		}
		files = append(files, content.File{Path: content.DbtPath(project, f.Name), Data: data.Bytes()})
	}
	return files, nil
}
