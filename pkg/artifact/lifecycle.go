package artifact

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/dorc-dev/dorc/pkg/artifact/bucket"
	"github.com/dorc-dev/dorc/pkg/artifact/content"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// Create implements plugin.Provider. It can be repeated: what is stored and deployed
// already stays.
func (p *provider) Create(ctx context.Context, r plugin.CreateRequest) (plugin.CreateResponse, error) {
	if err := mine(r.Type); err != nil {
		return plugin.CreateResponse{}, err
	}
	if r.Preview {
		return plugin.CreateResponse{Properties: unknown(r.Properties), Status: resource.StatusOK}, nil
	}
	state, err := p.deploy(ctx, r.URN, r.Properties)
	if err != nil {
		return plugin.CreateResponse{Status: resource.StatusOK}, err
	}
	return plugin.CreateResponse{ID: idOf(r.Properties), Properties: state, Status: resource.StatusOK}, nil
}

// Update implements plugin.Provider.
func (p *provider) Update(ctx context.Context, r plugin.UpdateRequest) (plugin.UpdateResponse, error) {
	if err := mine(r.Type); err != nil {
		return plugin.UpdateResponse{}, err
	}
	if r.Preview {
		return plugin.UpdateResponse{Properties: unknown(r.NewInputs), Status: resource.StatusOK}, nil
	}
	state, err := p.deploy(ctx, r.URN, r.NewInputs)
	if err != nil {
		return plugin.UpdateResponse{Status: resource.StatusOK}, err
	}
	return plugin.UpdateResponse{Properties: state, Status: resource.StatusOK}, nil
}

func unknown(inputs resource.PropertyMap) resource.PropertyMap {
	state := inputs.Copy()
	for _, key := range outputs {
		state[key] = resource.MakeComputed(resource.NewProperty(""))
	}
	return state
}

// deploy compiles the pipeline, stores it as an artifact, and makes its folder that.
func (p *provider) deploy(ctx context.Context, urn resource.URN, m resource.PropertyMap) (resource.PropertyMap, error) {
	defer p.say(urn, "") // the resource's row has nothing more to tell
	environment, pipeline := text(m, "environment"), text(m, "pipeline")
	p.say(urn, "compiling")
	compiled, err := p.compile(ctx, m)
	if err != nil {
		return nil, err
	}
	to, err := p.place(ctx, m)
	if err != nil {
		return nil, err
	}
	store, err := p.store(ctx, m)
	if err != nil {
		return nil, err
	}
	source, err := p.options.Source(ctx)
	if err != nil {
		return nil, err
	}
	p.say(urn, "storing the artifact")
	built, err := store.Build(ctx, compiled, BuildOptions{
		ServiceProject: to.ServiceProject, Source: source, By: p.options.By, At: time.Now(), Compiler: p.options.Compiler,
	})
	if err != nil {
		return nil, err
	}
	p.say(urn, "deploying "+built.ID)
	_, err = store.Deploy(ctx, built.ID, to, DeployOptions{
		By: p.options.By, How: "apply", Wait: applyWait, Say: func(line string) { p.say(urn, line) },
		HasImage: p.options.HasImage,
		Ready:    func(ctx context.Context) error { return p.options.Ready(ctx, environment, to.Line) },
	})
	if err != nil {
		return nil, err
	}
	return withOutputs(m, built.ID, to.folder(pipeline), compiled.Hash()), nil
}

// compile compiles the pipeline, and refuses it when that is not what the plan showed.
func (p *provider) compile(ctx context.Context, m resource.PropertyMap) (*content.Content, error) {
	environment, pipeline, line := text(m, "environment"), text(m, "pipeline"), text(m, "line")
	open, err := p.options.Compile(ctx, environment, pipeline, line, nil)
	if err != nil {
		return nil, err
	}
	if open.Hash() != text(m, "contentHash") {
		return nil, problem.Problem{
			Resource: "pipeline " + pipeline, Summary: "the pipeline's files have changed while dorc was applying",
			Detail: "what they are compiled to now is not what the plan showed; nothing was deployed",
			Hint:   "Apply again; the plan is made anew from what is there.",
		}
	}
	dbt := images(m)
	if len(dbt) == 0 {
		return open, nil
	}
	return p.options.Compile(ctx, environment, pipeline, line, dbt)
}

func withOutputs(m resource.PropertyMap, id, folder, hash string) resource.PropertyMap {
	state := m.Copy()
	state["artifactId"] = resource.NewProperty(id)
	state["dagPath"] = resource.NewProperty(folder)
	state["filesHash"] = resource.NewProperty(hash)
	return state
}

// folder is a pipeline's, as people see it.
func (p Place) folder(pipeline string) string { return p.String() + pipeline }

// Delete implements plugin.Provider. Where there is no bucket any more, there is
// nothing to remove.
func (p *provider) Delete(ctx context.Context, r plugin.DeleteRequest) (plugin.DeleteResponse, error) {
	if err := mine(r.Type); err != nil {
		return plugin.DeleteResponse{}, err
	}
	inputs := r.Inputs
	if len(inputs) == 0 {
		inputs = r.Outputs
	}
	from, err := p.place(ctx, inputs)
	if err != nil {
		return plugin.DeleteResponse{}, err
	}
	if gone, err := from.gone(ctx); gone || err != nil {
		return plugin.DeleteResponse{Status: resource.StatusOK}, err
	}
	store, err := p.store(ctx, inputs)
	if err != nil {
		return plugin.DeleteResponse{}, err
	}
	_, err = store.Remove(ctx, text(inputs, "pipeline"), from, DeployOptions{
		By: p.options.By, How: "destroy", Wait: applyWait, Say: func(line string) { p.say(r.URN, line) },
	})
	return plugin.DeleteResponse{Status: resource.StatusOK}, err
}

// Read implements plugin.Provider. A folder whose files are not those of the state is
// of no artifact any more, which the next plan shows as a change; one that is empty
// is gone.
func (p *provider) Read(ctx context.Context, r plugin.ReadRequest) (plugin.ReadResponse, error) {
	if err := mine(r.Type); err != nil {
		return plugin.ReadResponse{}, err
	}
	told, err := ofID(r.ID)
	if err != nil {
		return plugin.ReadResponse{}, err
	}
	inputs := r.Inputs
	if len(inputs) == 0 {
		inputs = told
	}
	at, err := p.place(ctx, told)
	if err != nil {
		return plugin.ReadResponse{}, err
	}
	if gone, err := at.gone(ctx); gone || err != nil {
		return plugin.ReadResponse{Status: resource.StatusUnknown}, err
	}
	pipeline := text(told, "pipeline")
	d, err := ReadDeployed(ctx, at.Bucket, at.Prefix)
	if err != nil {
		return plugin.ReadResponse{Status: resource.StatusUnknown}, err
	}
	files, err := at.sums(ctx, pipeline)
	if err != nil {
		return plugin.ReadResponse{Status: resource.StatusUnknown}, err
	}
	entry := d.Pipelines[pipeline]
	line := text(inputs, "line")
	if line == "" {
		line = entry.Line
		inputs = inputs.Copy()
		inputs["line"] = resource.NewProperty(line)
	}
	hash, known := hashIn(pipeline, line, files), text(r.State, "filesHash")
	if len(files) == 0 && known != hash {
		return plugin.ReadResponse{Status: resource.StatusOK}, nil
	}
	id := ""
	if known == hash {
		id = text(r.State, "artifactId")
		if entry.Artifact != "" {
			id = entry.Artifact
		}
	}
	return plugin.ReadResponse{
		ReadResult: plugin.ReadResult{ID: r.ID, Inputs: inputs, Outputs: withOutputs(inputs, id, at.folder(pipeline), hash)},
		Status:     resource.StatusOK,
	}, nil
}

// gone says that there is no bucket any more.
func (p Place) gone(ctx context.Context) (bool, error) {
	_, _, err := p.Bucket.Folder(ctx, p.Prefix+ownFolder)
	if errors.Is(err, bucket.ErrNoBucket) {
		return true, nil
	}
	return false, err
}

// sums are the hashes of what lies in a pipeline's folder, by names below the prefix.
func (p Place) sums(ctx context.Context, pipeline string) ([]content.Sum, error) {
	all, err := p.Bucket.List(ctx, p.Prefix+pipeline+"/")
	if err != nil {
		return nil, inBucket(p.Bucket, err)
	}
	all = slices.DeleteFunc(all, func(o bucket.Object) bool { return strings.HasSuffix(o.Name, "/") })
	sums := make([]content.Sum, len(all))
	err = each(ctx, len(all), func(ctx context.Context, i int) error {
		data, _, err := p.Bucket.Read(ctx, all[i].Name, bucket.MaxObject)
		sums[i] = content.Sum{Path: strings.TrimPrefix(all[i].Name, p.Prefix), SHA256: content.SHA256(data)}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("reading what is deployed: %w", err)
	}
	return sums, nil
}

// FindByInputs tells the engine what became of a create that was interrupted: when
// something is in the folder, it is taken up, as of no artifact yet.
func (p *provider) FindByInputs(
	ctx context.Context, _ resource.URN, inputs resource.PropertyMap, known ...resource.ID,
) (resource.ID, bool, error) {
	id := idOf(inputs)
	if _, err := ofID(id); err != nil || slices.Contains(known, id) {
		return "", false, nil //nolint:nilerr // nothing can have been made of such inputs
	}
	at, err := p.place(ctx, inputs)
	if err != nil {
		return "", false, err
	}
	objects, err := at.Bucket.List(ctx, at.Prefix+text(inputs, "pipeline")+"/")
	if errors.Is(err, bucket.ErrNoBucket) {
		return "", false, nil
	}
	return id, len(objects) > 0, err
}
