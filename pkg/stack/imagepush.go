package stack

import (
	"context"
	"errors"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/dorc-dev/dorc/pkg/image"
)

// PushedImage is an image in its repository.
type PushedImage struct {
	ImageName
	// Repository is the repository's URL, "" when the universal stack has none for
	// the image yet.
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

// ListImages says which images are in their repositories.
func (p *Project) ListImages(ctx context.Context, selection ImageSelection, env string) ([]PushedImage, error) {
	return p.findImages(ctx, selection, env, func(string, string) {}, false)
}

func (p *Project) findImages(ctx context.Context, selection ImageSelection, env string, say Said, push bool) ([]PushedImage, error) {
	if err := p.checkEnvironment(env, "image"); err != nil {
		return nil, err
	}
	return p.imagesTagged(ctx, selection, env, say, push)
}

// imagesTagged looks for images by the tags of a user of them, an environment or
// what artifacts refer to, and pushes those that are missing if it is told so.
func (p *Project) imagesTagged(ctx context.Context, selection ImageSelection, env string, say Said, push bool) ([]PushedImage, error) {
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
	outputs, err := p.Outputs(ctx, p.universalRef())
	if err != nil {
		return nil, err
	}
	all := make([]PushedImage, len(selected))
	place, of := map[string]*PushedImage{}, map[string]string{}
	for i, f := range selected {
		url := repositoryURL(outputs, f)
		all[i] = PushedImage{ImageName: f.ImageName, Repository: url, Tag: f.Inputs.Tag(env)}
		place[f.String()] = &all[i]
		of[url] = f.String()
	}
	tools.reporter.add(func(repository, line string) {
		name, ok := of[repository]
		if !ok {
			name = repository // a base image's
		}
		say(name, line)
	})
	err = each(ctx, selected, func(ctx context.Context, f *SelectedImage) error {
		into := place[f.String()]
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

func (p *Project) pushOne(ctx context.Context, maker *image.Maker, pusher image.Pusher, f *SelectedImage, into *PushedImage, say Said) error {
	made, done, err := maker.Make(ctx, f.snapshot, f.Inputs, func(line string) { say(f.String(), line) })
	if err != nil {
		return err
	}
	into.Digest, err = pusher.Push(ctx, into.Repository, into.Tag, made)
	into.Pushed = err == nil
	return errors.Join(err, done())
}

// repositoryURL is where an image is pushed, as the universal stack's outputs say;
// "" when they do not.
func repositoryURL(outputs resource.PropertyMap, f *SelectedImage) string {
	key, suffix := resource.PropertyKey("ecr-repository-"+f.id+"-url"), ""
	if f.Function == "" {
		key, suffix = "gcp_repository_url", "/"+f.id
	}
	if url := outputs[key]; url.IsString() {
		return url.StringValue() + suffix
	}
	return ""
}
