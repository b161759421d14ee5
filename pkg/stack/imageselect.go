package stack

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/dorc-dev/dorc/pkg/configrepo"
	"github.com/dorc-dev/dorc/pkg/definition"
	"github.com/dorc-dev/dorc/pkg/image"
	"github.com/dorc-dev/dorc/pkg/image/source"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// ImageSelection says which images are meant. The zero value means all.
type ImageSelection struct {
	// Pipeline and Layer limit it to one pipeline; the layer may be left out when
	// only one has a pipeline of that name. A layer alone means its pipelines. No image
	// of a dbt project is meant then.
	Pipeline, Layer string
	// Function limits it to functions of this name, so that no image of a Dataflow
	// pipeline is meant.
	Function string
	// Dbt limits it to the dbt project of this name.
	Dbt string
}

// SelectedImage is an image as the config repo describes it now.
type SelectedImage struct {
	ImageName
	// Inputs are what the image is made of.
	Inputs image.Inputs

	snapshot *source.Snapshot
	// id is its own name in its registry.
	id string
}

// imagesAtOnce is how many images are looked at or built at a time. Most of the
// time goes into waiting for registries.
const imagesAtOnce = 8

// selectImages reads the sources of the selected images.
func (p *Project) selectImages(ctx context.Context, selection ImageSelection) ([]*SelectedImage, error) {
	repo, err := p.Repo()
	if err != nil {
		return nil, err
	}
	tools, err := p.images()
	if err != nil {
		return nil, err
	}
	sources, err := p.sources(repo, selection)
	if err != nil {
		return nil, err
	}
	var found []*SelectedImage
	var names []string
	for _, s := range sources {
		if s.Function != nil {
			names = append(names, s.Function.Name)
		}
		if selection.Function != "" && (s.Function == nil || s.Function.Name != selection.Function) {
			continue
		}
		id, err := repositoryName(s)
		if err != nil {
			return nil, err
		}
		found = append(found, &SelectedImage{ImageName: imageNameOf(s), id: id, snapshot: &source.Snapshot{Source: s}})
	}
	if len(found) == 0 {
		return nil, noFunction(selection, names)
	}
	return found, each(ctx, found, func(ctx context.Context, f *SelectedImage) (err error) {
		if f.snapshot, err = f.snapshot.Source.Snapshot(); err == nil {
			f.Inputs, err = tools.maker.InputsOf(ctx, f.snapshot)
		}
		return err
	})
}

// sources are the sources of the selected images, of all functions of a pipeline.
func (p *Project) sources(repo *configrepo.Repo, selection ImageSelection) (all []source.Source, err error) {
	if selection.Dbt == "" {
		pipelines, err := p.selectPipelines(repo, selection)
		if err != nil {
			return nil, err
		}
		for _, pipeline := range pipelines {
			sources, err := p.imageSources(repo, pipeline)
			if err != nil {
				return nil, err
			}
			all = append(all, sources...)
		}
	}
	if selection.Pipeline+selection.Layer+selection.Function != "" {
		return all, nil
	}
	sources, err := p.dbtSources(repo, selection.Dbt)
	return append(all, sources...), err
}

// imageSources are the sources of a pipeline's images.
func (p *Project) imageSources(repo *configrepo.Repo, pipeline *configrepo.Pipeline) (all []source.Source, err error) {
	u, err := p.Universal()
	if err != nil {
		return nil, err
	}
	if pipeline.Definition.Kind != definition.KindDataflow {
		if len(pipeline.Functions) == 0 {
			return nil, nil
		}
		settings, err := source.SettingsOf(repo.Root, *u)
		if err != nil {
			return nil, err
		}
		for _, f := range pipeline.Functions {
			all = append(all, source.Source{Repo: repo, Pipeline: pipeline, Function: f, Settings: settings})
		}
		return all, nil
	}
	if pipeline.Beam == nil { // a program of the user's says what there is
		return nil, nil
	}
	beam, err := source.BeamOf(*u)
	if err != nil {
		return nil, err
	}
	kinds := []source.Kind{source.KindFlexTemplate}
	if pipeline.Definition.WorkerImage == definition.WorkerImageSeparate {
		kinds = append(kinds, source.KindBeamWorker)
	}
	for _, kind := range kinds {
		settings, err := beam.Settings(kind)
		if err != nil {
			return nil, err
		}
		all = append(all, source.Source{Repo: repo, Pipeline: pipeline, Kind: kind, Settings: settings})
	}
	return all, nil
}

func (p *Project) selectPipelines(repo *configrepo.Repo, selection ImageSelection) ([]*configrepo.Pipeline, error) {
	if selection.Pipeline != "" {
		pipeline, err := p.selectPipeline(repo, selection)
		return []*configrepo.Pipeline{pipeline}, err
	}
	var found []*configrepo.Pipeline
	for _, pipeline := range repo.Pipelines {
		if selection.Layer == "" || pipeline.Layer == selection.Layer {
			found = append(found, pipeline)
		}
	}
	return found, nil
}

// selectPipeline is the one pipeline that is named.
func (p *Project) selectPipeline(repo *configrepo.Repo, selection ImageSelection) (*configrepo.Pipeline, error) {
	var names []string
	for _, pipeline := range repo.Pipelines {
		names = append(names, pipeline.Name)
	}
	if selection.Layer == "" && !slices.Contains(names, selection.Pipeline) {
		return nil, problem.Problem{
			Resource: "pipeline " + selection.Pipeline,
			Summary:  "there is no such pipeline",
			Detail:   "the config repo is " + p.Settings.Relative(repo.Root),
			Hint:     cmp.Or(didYouMean(problem.Nearest(selection.Pipeline, names)), "See what there is: dorc image ls --env <env>."),
		}
	}
	return p.findPipeline(repo, selection.Pipeline, selection.Layer)
}

func noFunction(selection ImageSelection, names []string) error {
	missing := problem.Problem{Resource: "function " + selection.Function, Summary: "there is no such function"}
	if selection.Function == "" {
		missing.Resource = "layer " + selection.Layer
		missing.Summary = "there are no images"
	}
	switch near := problem.Nearest(selection.Function, names); {
	case near != "":
		missing.Hint = fmt.Sprintf("Did you mean %q?", near)
	case len(names) > 0 && len(names) <= 10:
		missing.Hint = "Functions: " + strings.Join(names, ", ")
	default:
		missing.Hint = "See what there is: dorc image ls --env <env>."
	}
	return missing
}

// each calls f for every image, several at a time, and stops at the first error.
func each(ctx context.Context, images []*SelectedImage, f func(context.Context, *SelectedImage) error) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(imagesAtOnce)
	for _, image := range images {
		group.Go(func() error {
			return ofOwner(image.owner(), f(ctx, image))
		})
	}
	return group.Wait()
}

// ofOwner names the image's owner in an error that does not name it yet.
func ofOwner(owner string, err error) error {
	var p problem.Problem
	if err == nil || errors.As(err, &p) && p.Place() == owner {
		return err
	}
	return fmt.Errorf("%s: %w", owner, err)
}
