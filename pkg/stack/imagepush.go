package stack

import (
	"context"
	"errors"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/dorc-dev/dorc/pkg/image"
	"github.com/dorc-dev/dorc/pkg/naming"
)

// PushedImage is an image in its repository.
type PushedImage struct {
	// Function is <layer>/<pipeline>/<name>.
	Function string `json:"function"`
	// Repository is the repository's URL, "" when the universal stack has none for
	// the function yet.
	Repository string `json:"repository"`
	// Tag is the environment's for the files as they are now.
	Tag string `json:"tag"`
	// Digest is that of the image with the tag, or "" when there is none.
	Digest string `json:"digest"`
	// Pushed says that it was pushed just now.
	Pushed bool `json:"pushed"`
}

// PushImages builds and pushes the images that the repositories lack, under the
// tags that apply in the environment looks for: an apply after it pushes nothing.
func (p *Project) PushImages(ctx context.Context, selection ImageSelection, env string, say Said) ([]PushedImage, error) {
	return p.findImages(ctx, selection, env, say, true)
}

// ListImages says which images the functions have in their repositories.
func (p *Project) ListImages(ctx context.Context, selection ImageSelection, env string) ([]PushedImage, error) {
	return p.findImages(ctx, selection, env, func(string, string) {}, false)
}

func (p *Project) findImages(ctx context.Context, selection ImageSelection, env string, say Said, push bool) ([]PushedImage, error) {
	if err := p.checkEnvironment(env, "image"); err != nil {
		return nil, err
	}
	selected, err := p.selectImages(ctx, selection)
	if err != nil {
		return nil, err
	}
	tools, err := p.images()
	if err != nil {
		return nil, err
	}
	pusher, err := p.pusher(tools)
	if err != nil {
		return nil, err
	}
	urls, err := p.repositories(ctx)
	if err != nil {
		return nil, err
	}
	all := make([]PushedImage, len(selected))
	place, of := map[string]*PushedImage{}, map[string]string{}
	for i, f := range selected {
		all[i] = PushedImage{Function: f.Function, Repository: urls[f.id], Tag: f.Inputs.Tag(env)}
		place[f.Function] = &all[i]
		of[urls[f.id]] = f.Function
	}
	tools.reporter.add(func(repository, line string) {
		function, ok := of[repository]
		if !ok {
			function = repository // a base image's
		}
		say(function, line)
	})
	err = each(ctx, selected, func(ctx context.Context, f *FunctionImage) error {
		into := place[f.Function]
		if into.Repository == "" && push {
			return notApplied(p.universalRef())
		}
		if into.Repository == "" {
			return nil
		}
		digest, found, err := pusher.Find(ctx, into.Repository, into.Tag)
		into.Digest = digest
		if err != nil || found || !push {
			return err
		}
		return p.pushOne(ctx, tools.maker, pusher, f, into, say)
	})
	return all, err
}

func (p *Project) pushOne(ctx context.Context, maker *image.Maker, pusher image.Pusher, f *FunctionImage, into *PushedImage, say Said) error {
	made, done, err := maker.Make(ctx, f.snapshot, f.Inputs, func(line string) { say(f.Function, line) })
	if err != nil {
		return err
	}
	into.Digest, err = pusher.Push(ctx, into.Repository, into.Tag, made)
	into.Pushed = err == nil
	return errors.Join(err, done())
}

// repositories are the URLs of the functions' repositories by function id, as the
// universal stack gives them.
func (p *Project) repositories(ctx context.Context) (map[string]string, error) {
	outputs, err := p.Outputs(ctx, p.universalRef())
	if err != nil {
		return nil, err
	}
	repo, err := p.Repo()
	if err != nil {
		return nil, err
	}
	urls := map[string]string{}
	for _, pipeline := range repo.Pipelines {
		for _, f := range pipeline.Functions {
			id := naming.FunctionID(f.Layer, f.Pipeline, f.Name)
			if url := outputs[resource.PropertyKey("ecr-repository-"+id+"-url")]; url.IsString() {
				urls[id] = url.StringValue()
			}
		}
	}
	return urls, nil
}
