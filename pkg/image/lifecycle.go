package image

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/dorc-dev/dorc/pkg/configrepo"
	"github.com/dorc-dev/dorc/pkg/image/source"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// Create implements plugin.Provider: it builds the image and pushes it. After a
// crash it can be called again: an image that was pushed already is found by its
// tag, and neither built nor pushed again.
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
	repository, tag := text(r.Properties, "repositoryUrl"), inputsOf(r.Properties).Tag(text(r.Properties, "environment"))
	digest, found, err := p.pusher.Find(ctx, repository, tag)
	if err == nil && !found {
		digest, err = p.buildAndPush(ctx, r, repository, tag)
	}
	if err != nil {
		return failed(err)
	}
	id := resource.ID(repository + ":" + tag)
	p.keep(id)
	return plugin.CreateResponse{ID: id, Properties: withOutputs(state, repository, tag, digest), Status: resource.StatusOK}, nil
}

func withOutputs(state resource.PropertyMap, repository, tag, digest string) resource.PropertyMap {
	state["imageUri"] = resource.NewProperty(repository + "@" + digest)
	state["digest"] = resource.NewProperty(digest)
	state["tag"] = resource.NewProperty(tag)
	return state
}

func (p *provider) buildAndPush(ctx context.Context, r plugin.CreateRequest, repository, tag string) (_ string, err error) {
	snapshot, err := p.snapshot(r.Properties)
	if err != nil {
		return "", err
	}
	image, done, err := p.maker.Make(ctx, snapshot, inputsOf(r.Properties), func(line string) { p.Say(r.URN, line) })
	if err != nil {
		return "", err
	}
	defer func() {
		p.Say(r.URN, "") // the resource's row has nothing more to tell
		err = errors.Join(err, done())
	}()
	p.pushing(repository, r.URN)
	digest, err := p.pusher.Push(ctx, repository, tag, image)
	return digest, changed(snapshot.Dir(), err)
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
	s, err := find(repo, properties)
	if err != nil {
		return nil, err
	}
	snapshot, err := s.Snapshot()
	if err != nil {
		return nil, err
	}
	if was := inputsOf(properties); snapshot.Hashes() != was.Hashes || snapshot.Main != was.Main {
		return nil, changed(s.Dir(), source.ErrChanged)
	}
	return snapshot, nil
}

// find is the source of the image: the one whose folder is its contextPath.
func find(repo *configrepo.Repo, properties resource.PropertyMap) (source.Source, error) {
	path, wanted := text(properties, "contextPath"), inputsOf(properties)
	var sources []source.Source
	if wanted.Kind == source.KindDbt {
		for _, project := range repo.DbtProjects {
			sources = append(sources, source.Source{Repo: repo, Dbt: project, Kind: wanted.Kind})
		}
	}
	for _, pipeline := range repo.Pipelines {
		if wanted.Kind.Beam() {
			sources = append(sources, source.Source{Repo: repo, Pipeline: pipeline, Kind: wanted.Kind})
		}
		for _, function := range pipeline.Functions {
			if wanted.Kind == source.KindFunction {
				sources = append(sources, source.Source{Repo: repo, Pipeline: pipeline, Function: function})
			}
		}
	}
	for _, s := range sources {
		s.Settings = source.Settings{
			Builder: wanted.Builder, Base: wanted.Base, SDK: wanted.SDK, Python: wanted.Python, SharedCode: text(properties, "sharedCode"),
		}
		if found, err := s.ContextPath(); err != nil || found == path {
			return s, err
		}
	}
	what, file := "function", " with a lambda.py"
	switch {
	case wanted.Kind == source.KindDbt:
		what, file = "dbt project", " with a dbt_project.yml"
	case wanted.Kind.Beam():
		what, file = "pipeline", ""
	}
	return source.Source{}, problem.Problem{
		Resource: path,
		Summary:  "the " + what + " has gone while dorc was applying",
		Detail:   "there is no such folder" + file + " in " + repo.Root,
		Hint:     "Apply again; the plan is made anew from what is there.",
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

// Delete implements plugin.Provider: it takes the environment's tag away. That of a
// dbt project's image stays: other pipelines run the project too, and artifacts name
// the image by its digest for as long as someone may go back to one.
func (p *provider) Delete(ctx context.Context, r plugin.DeleteRequest) (plugin.DeleteResponse, error) {
	if err := mine(r.Type); err != nil {
		return plugin.DeleteResponse{}, err
	}
	if p.isKept(r.ID) || source.Kind(text(r.Outputs, "kind")) == source.KindDbt {
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
	if text(r.Inputs, "codeHash") == "" && text(r.State, "codeHash") == "" {
		return plugin.ReadResponse{}, problem.Problem{
			Resource: string(r.ID),
			Summary:  "an image cannot be imported",
			Detail:   "its repository does not say from which files it was built",
			Hint:     "Apply the pipeline; the image is built from the config repo.",
		}
	}
	digest, found, err := p.pusher.Find(ctx, repository, tag)
	if err != nil {
		return plugin.ReadResponse{Status: resource.StatusUnknown}, err
	}
	if known := text(r.State, "digest"); !found || known != "" && known != digest {
		return plugin.ReadResponse{Status: resource.StatusOK}, nil
	}
	state := r.State
	if len(state) == 0 {
		state = r.Inputs
	}
	return plugin.ReadResponse{
		ReadResult: plugin.ReadResult{ID: r.ID, Inputs: r.Inputs, Outputs: withOutputs(state.Copy(), repository, tag, digest)},
		Status:     resource.StatusOK,
	}, nil
}

// FindByInputs tells the engine what became of a create that was interrupted: the
// tag says whether the image was pushed.
func (p *provider) FindByInputs(
	ctx context.Context, _ resource.URN, inputs resource.PropertyMap, known ...resource.ID,
) (resource.ID, bool, error) {
	repository, tag := text(inputs, "repositoryUrl"), inputsOf(inputs).Tag(text(inputs, "environment"))
	id := resource.ID(repository + ":" + tag)
	if repository == "" || slices.Contains(known, id) {
		return "", false, nil
	}
	_, found, err := p.pusher.Find(ctx, repository, tag)
	return id, found, err
}

// splitID splits <repository url>:<tag>. A registry's host may have a port.
func splitID(id resource.ID) (repository, tag string, err error) {
	i := strings.LastIndex(string(id), ":")
	if i < 0 || strings.Contains(string(id)[i:], "/") {
		return "", "", fmt.Errorf("%q is not the id of an image: <repository url>:<tag>", id)
	}
	return string(id)[:i], string(id)[i+1:], nil
}
