package stack

import (
	"context"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/dorc-dev/dorc/pkg/image"
	"github.com/dorc-dev/dorc/pkg/image/base"
	"github.com/dorc-dev/dorc/pkg/problem"
	"github.com/dorc-dev/dorc/pkg/settings"
)

// InspectedImage is what an image's manifest and configuration say.
type InspectedImage struct {
	PushedImage
	// Command, Entrypoint, WorkingDir, Environment and Labels are the
	// configuration's.
	Command     []string          `json:"command"`
	Entrypoint  []string          `json:"entrypoint,omitempty"`
	WorkingDir  string            `json:"workingDir"`
	Environment []string          `json:"environment"`
	Labels      map[string]string `json:"labels"`
	Layers      []InspectedLayer  `json:"layers"`
}

// InspectedLayer is one layer, the lowest first.
type InspectedLayer struct {
	Digest string `json:"digest"`
	// Size is in bytes, compressed.
	Size int64 `json:"size"`
	// CreatedBy says what made it, as the image's history has it.
	CreatedBy string `json:"createdBy,omitempty"`
}

// InspectImages describes the images that functions, Dataflow pipelines and dbt projects have in their repositories.
func (p *Project) InspectImages(ctx context.Context, selection ImageSelection, env string) ([]InspectedImage, error) {
	found, err := p.ListImages(ctx, selection, env)
	if err != nil {
		return nil, err
	}
	all := make([]InspectedImage, len(found))
	for i, f := range found {
		if f.Digest == "" {
			return nil, problem.Problem{
				Resource: f.owner(),
				Summary:  "its image has not been pushed for the files as they are now",
				Detail:   "no image has the tag " + f.Tag,
				Hint:     "Apply its pipeline, or push the image: dorc image push.",
			}
		}
		stored, err := p.storedImage(ctx, f.Repository, f.Digest)
		if err != nil {
			return nil, err
		}
		if all[i], err = inspect(f, stored); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// storedImage is an image of the target's registry.
func (p *Project) storedImage(ctx context.Context, repositoryURL, digest string) (v1.Image, error) {
	tools, err := p.images()
	if err != nil {
		return nil, err
	}
	if p.Settings.Target != settings.TargetLocal {
		return tools.registry.Image(ctx, repositoryURL+"@"+digest)
	}
	store, err := p.Cloud()
	if err != nil {
		return nil, err
	}
	return image.NewLocalPusher(store.Layout(), repositoryExists(store)).Image(repositoryURL, digest)
}

func inspect(f PushedImage, stored v1.Image) (InspectedImage, error) {
	file, err := stored.ConfigFile()
	if err != nil {
		return InspectedImage{}, err
	}
	manifest, err := stored.Manifest()
	if err != nil {
		return InspectedImage{}, err
	}
	c := file.Config
	out := InspectedImage{
		PushedImage: f, Command: c.Cmd, Entrypoint: c.Entrypoint, WorkingDir: c.WorkingDir, Environment: c.Env, Labels: c.Labels,
	}
	var made []string
	for _, h := range file.History {
		if !h.EmptyLayer {
			made = append(made, h.CreatedBy)
		}
	}
	for i, l := range manifest.Layers {
		layer := InspectedLayer{Digest: l.Digest.String(), Size: l.Size}
		if i < len(made) {
			layer.CreatedBy = made[i]
		}
		out.Layers = append(out.Layers, layer)
	}
	return out, nil
}

// completeImage is an image of the local cloud with the layers of its base. One
// that a Dockerfile made has them already.
func (p *Project) completeImage(ctx context.Context, repository, digest string) (v1.Image, error) {
	thin, err := p.storedImage(ctx, "local/"+repository, digest)
	if err != nil {
		return nil, err
	}
	file, err := thin.ConfigFile()
	if err != nil {
		return nil, err
	}
	labels := file.Config.Labels
	reference := labels[image.BaseNameLabel]
	if reference == "" {
		return thin, nil
	}
	tools, err := p.images()
	if err != nil {
		return nil, err
	}
	below := base.Base{Name: reference, Digest: labels[image.BaseDigestLabel]}
	if below.Digest == "" {
		if below.Digest, err = tools.bases.Digest(ctx, reference); err != nil {
			return nil, err
		}
	}
	lower, err := tools.bases.Image(ctx, below)
	if err != nil {
		return nil, err
	}
	return image.Complete(thin, lower)
}
