package image

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/dorc-dev/dorc/pkg/image/source"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// tagDigits is how many digits of the digest a tag has.
const tagDigits = 16

// Create implements plugin.Provider: it builds the image and pushes it. After a
// crash it can be called again: the same files are the same image under the same
// tag, and what is stored already is not stored again.
func (p *provider) Create(ctx context.Context, r plugin.CreateRequest) (plugin.CreateResponse, error) {
	if err := mine(r.Type); err != nil {
		return plugin.CreateResponse{}, err
	}
	state := r.Properties.Copy()
	if r.Preview {
		for _, key := range outputs {
			state[key] = resource.MakeComputed(resource.NewProperty(""))
		}
		return plugin.CreateResponse{Properties: state, Status: resource.StatusOK}, nil
	}
	repository := text(r.Properties, "repositoryUrl")
	snapshot, err := p.snapshot(r.Properties)
	if err != nil {
		return failed(err)
	}
	image, err := Build(snapshot)
	if err != nil {
		return failed(changed(snapshot.Function.Dir, err))
	}
	hash, err := image.Digest()
	if err != nil {
		return failed(changed(snapshot.Function.Dir, err))
	}
	tag := text(r.Properties, "environment") + "-" + hash.Hex[:tagDigits]
	digest, err := p.pusher.Push(ctx, repository, tag, image)
	if err != nil {
		return failed(changed(snapshot.Function.Dir, err))
	}
	state["imageUri"] = resource.NewProperty(repository + "@" + digest)
	state["digest"] = resource.NewProperty(digest)
	state["tag"] = resource.NewProperty(tag)
	id := resource.ID(repository + ":" + tag)
	p.keep(id)
	return plugin.CreateResponse{ID: id, Properties: state, Status: resource.StatusOK}, nil
}

// failed is an answer that leaves nothing to clear up: Create can be repeated.
func failed(err error) (plugin.CreateResponse, error) {
	return plugin.CreateResponse{Status: resource.StatusOK}, err
}

// snapshot reads the files again and refuses them when they are not those of the plan.
func (p *provider) snapshot(properties resource.PropertyMap) (*source.Snapshot, error) {
	repo, err := p.repo()
	if err != nil {
		return nil, err
	}
	path := text(properties, "contextPath")
	for _, pipeline := range repo.Pipelines {
		for _, function := range pipeline.Functions {
			s := source.Source{Repo: repo, Pipeline: pipeline, Function: function}
			if found, err := s.ContextPath(); err != nil {
				return nil, err
			} else if found != path {
				continue
			}
			snapshot, err := s.Snapshot()
			if err != nil {
				return nil, err
			}
			if snapshot.Hashes().Source != text(properties, "sourceHash") {
				return nil, changed(function.Dir, source.ErrChanged)
			}
			return snapshot, nil
		}
	}
	return nil, problem.Problem{
		Resource: path,
		Summary:  "the function has gone while dorc was applying",
		Detail:   "there is no such folder with a lambda.py in " + repo.Root,
		Hint:     "Apply again; the plan is made anew from what is there.",
	}
}

// changed says what a person did when a file is not what it was in the plan.
func changed(folder string, err error) error {
	if !errors.Is(err, source.ErrChanged) {
		return err
	}
	return problem.Problem{
		File:    folder,
		Summary: "the function's files changed while applying",
		Detail:  "they are not those of the plan: " + err.Error(),
		Hint:    "Apply again; the plan is made anew from what is there.",
	}
}

// Update implements plugin.Provider. Only properties that are not in the image
// change without replacing it.
func (p *provider) Update(_ context.Context, r plugin.UpdateRequest) (plugin.UpdateResponse, error) {
	if err := mine(r.Type); err != nil {
		return plugin.UpdateResponse{}, err
	}
	state := r.NewInputs.Copy()
	for _, key := range outputs {
		state[key] = r.OldOutputs[key]
	}
	return plugin.UpdateResponse{Properties: state, Status: resource.StatusOK}, nil
}

// Delete implements plugin.Provider: it takes the environment's tag away.
func (p *provider) Delete(ctx context.Context, r plugin.DeleteRequest) (plugin.DeleteResponse, error) {
	if err := mine(r.Type); err != nil {
		return plugin.DeleteResponse{}, err
	}
	if p.isKept(r.ID) {
		return plugin.DeleteResponse{Status: resource.StatusOK}, nil
	}
	repository, tag, err := splitID(r.ID)
	if err != nil {
		return plugin.DeleteResponse{}, err
	}
	if err := p.pusher.Delete(ctx, repository, tag); err != nil {
		return plugin.DeleteResponse{Status: resource.StatusOK}, err
	}
	return plugin.DeleteResponse{Status: resource.StatusOK}, nil
}

// Read implements plugin.Provider: an image that the repository has no more is
// reported as gone, so that the next apply pushes it again.
func (p *provider) Read(ctx context.Context, r plugin.ReadRequest) (plugin.ReadResponse, error) {
	if err := mine(r.Type); err != nil {
		return plugin.ReadResponse{}, err
	}
	repository, tag, err := splitID(r.ID)
	if err != nil {
		return plugin.ReadResponse{}, err
	}
	if text(r.State, "digest") == "" {
		return plugin.ReadResponse{}, problem.Problem{
			Resource: string(r.ID),
			Summary:  "an image cannot be imported",
			Detail:   "its repository does not say from which files it was built",
			Hint:     "Apply the pipeline; the image is built from the config repo.",
		}
	}
	found, err := p.pusher.Has(ctx, repository, tag, text(r.State, "digest"))
	if err != nil {
		return plugin.ReadResponse{Status: resource.StatusUnknown}, err
	}
	if !found {
		return plugin.ReadResponse{Status: resource.StatusOK}, nil
	}
	return plugin.ReadResponse{
		ReadResult: plugin.ReadResult{ID: r.ID, Inputs: r.Inputs, Outputs: r.State},
		Status:     resource.StatusOK,
	}, nil
}

// splitID splits <repository url>:<tag>. A registry's host may have a port.
func splitID(id resource.ID) (repository, tag string, err error) {
	i := strings.LastIndex(string(id), ":")
	if i < 0 || strings.Contains(string(id)[i:], "/") {
		return "", "", fmt.Errorf("%q is not the id of an image: <repository url>:<tag>", id)
	}
	return string(id)[:i], string(id)[i+1:], nil
}
