package image_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/configrepo"
	"github.com/dorc-dev/dorc/pkg/image"
	imageresource "github.com/dorc-dev/dorc/pkg/image/resource"
	"github.com/dorc-dev/dorc/pkg/image/source"
)

const googleRepository = "exampledorc-data/exampledorc/raw-flights"

// beamProperties are the inputs as the component registers them.
func beamProperties(s *source.Snapshot) resource.PropertyMap {
	h := s.Hashes()
	return resource.NewPropertyMapFromMap(map[string]any{
		"repositoryUrl": host + googleRepository, "environment": "prod", "kind": string(s.Kind), "main": s.Main,
		"contextPath": "src/raw/flights", "builder": "standard", "base": s.Settings.Base, "sdk": s.Settings.SDK, "python": "3.12",
		"codeHash": h.Code, "requirementsHash": h.Requirements,
	})
}

func beamProvider(t *testing.T, d *dataflow, s *source.Snapshot, pusher image.Pusher) plugin.Provider {
	t.Helper()
	return image.NewProvider(image.Options{
		RepoRoot: s.Repo.Root, Repo: func() (*configrepo.Repo, error) { return s.Repo, nil }, Pusher: pusher, Maker: d.maker(t),
	})
}

func failuresOf(t *testing.T, p plugin.Provider, inputs resource.PropertyMap) (resource.PropertyMap, []resource.PropertyKey) {
	t.Helper()
	checked, err := p.Check(ctx, plugin.CheckRequest{Type: imageresource.Type, News: inputs})
	require.NoError(t, err)
	var failed []resource.PropertyKey
	for _, f := range checked.Failures {
		assert.NotEmpty(t, f.Reason)
		failed = append(failed, f.Property)
	}
	return checked.Properties, failed
}

// What the launcher and the SDK image are today is a part of the plan.
func TestBeamProviderCheck(t *testing.T) {
	d := newDataflow(t)
	s := beamSnapshot(t, source.KindFlexTemplate, beamFolder)
	p := beamProvider(t, d, s, nil)
	checked, failed := failuresOf(t, p, beamProperties(s))
	assert.Empty(t, failed)
	assert.Equal(t, digest(t, d.registry[launcherName]), checked["baseDigest"].StringValue())
	assert.Equal(t, digest(t, d.registry[sdkName]), checked["sdkDigest"].StringValue())
	for name, test := range map[string]struct {
		change map[string]any
		failed []resource.PropertyKey
	}{
		"no main":               {map[string]any{"main": nil}, []resource.PropertyKey{"main"}},
		"no SDK":                {map[string]any{"sdk": nil}, []resource.PropertyKey{"sdk"}},
		"a handler":             {map[string]any{"handler": "lambda.handler"}, []resource.PropertyKey{"handler"}},
		"another kind":          {map[string]any{"kind": "job"}, []resource.PropertyKey{"kind"}},
		"a function with Beam":  {map[string]any{"kind": nil, "handler": "lambda.handler", "main": nil}, []resource.PropertyKey{"sdk"}},
		"a function without it": {map[string]any{"kind": nil, "sdk": nil, "main": nil}, []resource.PropertyKey{"handler"}},
	} {
		t.Run(name, func(t *testing.T) {
			inputs := maps.Clone(beamProperties(s))
			for key, value := range test.change {
				delete(inputs, resource.PropertyKey(key))
				if value != nil {
					inputs[resource.PropertyKey(key)] = resource.NewPropertyValue(value)
				}
			}
			_, failed := failuresOf(t, p, inputs)
			assert.Equal(t, test.failed, failed)
		})
	}

	diff, err := p.Diff(ctx, plugin.DiffRequest{Type: imageresource.Type, OldInputs: checked, NewInputs: func() resource.PropertyMap {
		other := checked.Copy()
		other["sdkDigest"] = resource.NewProperty("sha256:other")
		return other
	}()})
	require.NoError(t, err)
	assert.Equal(t, []resource.PropertyKey{"sdkDigest"}, diff.ReplaceKeys)
}

// Create builds what the plan has seen, finds it by its tag when it is called again,
// and refuses files that have changed meanwhile.
func TestBeamProviderCreate(t *testing.T) {
	d := newDataflow(t)
	s := beamSnapshot(t, source.KindFlexTemplate, beamFolder)
	pusher, l := newPusher(t, googleRepository)
	inputs, failed := failuresOf(t, beamProvider(t, d, s, pusher), beamProperties(s))
	require.Empty(t, failed)
	first := createImage(t, beamProvider(t, d, s, pusher), inputs)
	again := createImage(t, beamProvider(t, &dataflow{registry: d.registry}, s, pusher), inputs)
	assert.Equal(t, first.ID, again.ID)
	assert.Equal(t, first.Properties["digest"], again.Properties["digest"])
	assert.DirExists(t, l.Images(googleRepository))

	inputs["environment"] = resource.NewProperty("other")
	require.NoError(t, os.WriteFile(filepath.Join(s.Pipeline.Dir, "main.py"), []byte("other"), 0o644))
	_, err := beamProvider(t, d, s, pusher).Create(ctx, plugin.CreateRequest{Type: imageresource.Type, Properties: inputs})
	wantProblem(t, err, "the files changed while applying")
	require.NoError(t, os.Remove(filepath.Join(s.Pipeline.Dir, "main.py")))
	_, err = beamProvider(t, d, s, pusher).Create(ctx, plugin.CreateRequest{Type: imageresource.Type, Properties: inputs})
	wantProblem(t, err, "the files changed while applying")
	inputs["contextPath"] = resource.NewProperty("src/raw/gone")
	_, err = beamProvider(t, d, s, pusher).Create(ctx, plugin.CreateRequest{Type: imageresource.Type, Properties: inputs})
	wantProblem(t, err, "the pipeline has gone while dorc was applying")
}

// Each input makes another tag; a function's tag is what it was before there were others.
func TestBeamKeys(t *testing.T) {
	flex := image.Inputs{Kind: source.KindFlexTemplate, Base: "b", SDK: "s", Main: "main.py"}
	keys := []string{flex.Key(), (image.Inputs{Base: "b"}).Key()}
	for _, change := range []func(*image.Inputs){
		func(i *image.Inputs) { i.Kind = source.KindBeamWorker }, func(i *image.Inputs) { i.SDK = "t" }, func(i *image.Inputs) { i.SDKDigest = "d" },
		func(i *image.Inputs) { i.Main = source.YAMLMain }, func(i *image.Inputs) { i.BaseDigest = "d" },
	} {
		other := flex
		change(&other)
		keys = append(keys, other.Key())
	}
	slices.Sort(keys)
	assert.Len(t, slices.Compact(keys), 7)
	function := image.Inputs{Builder: "standard", Base: "public.ecr.aws/lambda/python:3.12", Hashes: source.Hashes{Code: "c", Requirements: "r"}}
	assert.Equal(t, "b17c71f7b2d107d4580f4743f0ed7135d25f298e1fedd8a59ee7c92b7c59905d", function.Key())
}
