package image_test

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/dorc-dev/dorc/pkg/configrepo"
	"github.com/dorc-dev/dorc/pkg/image"
	"github.com/dorc-dev/dorc/pkg/image/base"
	"github.com/dorc-dev/dorc/pkg/image/layer"
	imageresource "github.com/dorc-dev/dorc/pkg/image/resource"
	"github.com/dorc-dev/dorc/pkg/image/source"
)

var ctx = context.Background()

func newProvider(repo *configrepo.Repo, pusher image.Pusher) plugin.Provider {
	return image.NewProvider(image.Options{
		RepoRoot: repo.Root, Pusher: pusher, Maker: &image.Maker{
			Bases: &base.Finder{}, Thin: true, Builders: map[source.Builder]image.Builder{
				source.Standard: image.NewStandard(&layer.Cache{Dir: filepath.Join(repo.Root, ".git", "layers")}, packages, nil, nil),
			},
		},
	})
}

// properties are the inputs as the component registers them.
func properties(t *testing.T, repo *configrepo.Repo) resource.PropertyMap {
	t.Helper()
	h := snapshot(t, repo).Hashes()
	return resource.NewPropertyMapFromMap(map[string]any{
		"repositoryUrl": host + repository, "environment": "prod", "handler": "lambda.handler",
		"contextPath": "src/raw/weather/extract", "builder": "standard", "base": baseName, "sharedCode": "shared",
		"codeHash": h.Code, "requirementsHash": h.Requirements, "sharedHash": h.Shared,
	})
}

func createImage(t *testing.T, p plugin.Provider, inputs resource.PropertyMap) plugin.CreateResponse {
	t.Helper()
	created, err := p.Create(ctx, plugin.CreateRequest{Type: imageresource.Type, Properties: inputs})
	if err != nil {
		t.Fatal(err)
	}
	return created
}

func TestProviderCreate(t *testing.T) {
	repo := newRepo(t)
	pusher, l := newPusher(t, repository)
	p := newProvider(repo, pusher)
	inputs := properties(t, repo)

	preview, err := p.Create(ctx, plugin.CreateRequest{Type: imageresource.Type, Properties: inputs, Preview: true})
	if err != nil || !preview.Properties["imageUri"].IsComputed() {
		t.Errorf("preview: %v, %v", preview.Properties, err)
	}
	if _, err := os.Stat(l.Images(repository)); !os.IsNotExist(err) {
		t.Errorf("the preview pushed the image: %v", err)
	}

	created := createImage(t, p, inputs)
	d, tag := created.Properties["digest"].StringValue(), created.Properties["tag"].StringValue()
	if found, ok, err := pusher.Find(ctx, host+repository, tag); !ok || found != d || err != nil {
		t.Errorf("found %s, %t, %v; want %s", found, ok, err, d)
	}
	if got := created.Properties["imageUri"].StringValue(); got != host+repository+"@"+d {
		t.Errorf("imageUri is %s", got)
	}
	if string(created.ID) != host+repository+":"+tag || !regexp.MustCompile(`^prod-[0-9a-f]{16}$`).MatchString(tag) {
		t.Errorf("the id is %s", created.ID)
	}
	// As after a crash: the same call again, in another process.
	if again := createImage(t, newProvider(repo, pusher), inputs); again.ID != created.ID {
		t.Errorf("ids %s and %s", created.ID, again.ID)
	}
}

func TestProviderRefusesChangedFiles(t *testing.T) {
	repo := newRepo(t)
	pusher, l := newPusher(t, repository)
	p := newProvider(repo, pusher)
	inputs := properties(t, repo)
	if err := os.WriteFile(filepath.Join(repo.Root, folder, "lambda.py"), []byte("other"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := p.Create(ctx, plugin.CreateRequest{Type: imageresource.Type, Properties: inputs})
	wantProblem(t, err, "changed while applying")

	inputs["contextPath"] = resource.NewProperty("src/raw/weather/gone")
	_, err = p.Create(ctx, plugin.CreateRequest{Type: imageresource.Type, Properties: inputs})
	wantProblem(t, err, "gone")
	if _, err := os.Stat(l.Images(repository)); !os.IsNotExist(err) {
		t.Errorf("a refused image left something: %v", err)
	}
}

func TestProviderCheck(t *testing.T) {
	repo := newRepo(t)
	p := newProvider(repo, nil)
	for name, test := range map[string]struct {
		change func(resource.PropertyMap)
		failed []resource.PropertyKey
	}{
		"good":    {func(resource.PropertyMap) {}, nil},
		"unknown": {func(m resource.PropertyMap) { m["repositoryUrl"] = resource.MakeComputed(resource.NewProperty("")) }, nil},
		"missing": {func(m resource.PropertyMap) { delete(m, "handler") }, []resource.PropertyKey{"handler"}},
		"empty":   {func(m resource.PropertyMap) { m["environment"] = resource.NewProperty("") }, []resource.PropertyKey{"environment"}},
		"number":  {func(m resource.PropertyMap) { m["codeHash"] = resource.NewProperty(1.0) }, []resource.PropertyKey{"codeHash"}},
		"extra":   {func(m resource.PropertyMap) { m["repository"] = resource.NewProperty("r") }, []resource.PropertyKey{"repository"}},
	} {
		t.Run(name, func(t *testing.T) {
			inputs := properties(t, repo)
			test.change(inputs)
			got, err := p.Check(ctx, plugin.CheckRequest{Type: imageresource.Type, News: inputs})
			if err != nil {
				t.Fatal(err)
			}
			var failed []resource.PropertyKey
			for _, f := range got.Failures {
				failed = append(failed, f.Property)
			}
			if !slices.Equal(failed, test.failed) {
				t.Errorf("failed: %v, want %v", failed, test.failed)
			}
		})
	}
	if _, err := p.Check(ctx, plugin.CheckRequest{Type: "dorc:image:Other"}); err == nil {
		t.Error("another type was accepted")
	}
}

// The plan names what changed, and replaces the image only when it is another.
func TestProviderDiff(t *testing.T) {
	repo := newRepo(t)
	p := newProvider(repo, nil)
	old := properties(t, repo)
	for name, test := range map[string]struct {
		keys    []resource.PropertyKey
		replace []resource.PropertyKey
	}{
		"nothing":         {nil, nil},
		"code":            {[]resource.PropertyKey{"codeHash"}, []resource.PropertyKey{"codeHash"}},
		"requirements":    {[]resource.PropertyKey{"requirementsHash"}, []resource.PropertyKey{"requirementsHash"}},
		"base":            {[]resource.PropertyKey{"baseDigest"}, []resource.PropertyKey{"baseDigest"}},
		"shared code":     {[]resource.PropertyKey{"sharedHash"}, []resource.PropertyKey{"sharedHash"}},
		"another folder":  {[]resource.PropertyKey{"contextPath"}, nil},
		"another account": {[]resource.PropertyKey{"repositoryUrl"}, []resource.PropertyKey{"repositoryUrl"}},
	} {
		t.Run(name, func(t *testing.T) {
			inputs := old.Copy()
			for _, key := range test.keys {
				inputs[key] = resource.NewProperty("other")
			}
			got, err := p.Diff(ctx, plugin.DiffRequest{Type: imageresource.Type, ID: "r:t", OldInputs: old, NewInputs: inputs})
			if err != nil {
				t.Fatal(err)
			}
			if changed := got.Changes == plugin.DiffSome; changed != (len(test.keys) > 0) {
				t.Errorf("changes: %v", got.Changes)
			}
			slices.Sort(test.keys)
			slices.Sort(got.ChangedKeys)
			if !slices.Equal(got.ChangedKeys, test.keys) || !slices.Equal(got.ReplaceKeys, test.replace) {
				t.Errorf("changed %v, replaces %v; want %v and %v", got.ChangedKeys, got.ReplaceKeys, test.keys, test.replace)
			}
			if got.DeleteBeforeReplace {
				t.Error("the image would be deleted before the function has moved on")
			}
		})
	}
}

func TestProviderUpdateKeepsTheImage(t *testing.T) {
	repo := newRepo(t)
	pusher, _ := newPusher(t, repository)
	p := newProvider(repo, pusher)
	created := createImage(t, p, properties(t, repo))
	inputs := properties(t, repo)
	inputs["contextPath"] = resource.NewProperty("elsewhere")
	got, err := p.Update(ctx, plugin.UpdateRequest{Type: imageresource.Type, ID: created.ID, OldOutputs: created.Properties, NewInputs: inputs})
	if err != nil {
		t.Fatal(err)
	}
	want := created.Properties.Copy()
	want["contextPath"] = inputs["contextPath"]
	if !got.Properties.DeepEquals(want) {
		t.Errorf("got %v, want %v", got.Properties, want)
	}
}

func TestProviderReadAndDelete(t *testing.T) {
	repo := newRepo(t)
	pusher, _ := newPusher(t, repository)
	created := createImage(t, newProvider(repo, pusher), properties(t, repo))
	p := newProvider(repo, pusher)
	read := func() resource.ID {
		t.Helper()
		got, err := p.Read(ctx, plugin.ReadRequest{Type: imageresource.Type, ID: created.ID, State: created.Properties})
		if err != nil {
			t.Fatal(err)
		}
		return got.ID
	}
	if id := read(); id != created.ID {
		t.Errorf("read %q, want %q", id, created.ID)
	}
	remove(t, p, created.ID)
	if id := read(); id != "" {
		t.Errorf("the deleted image is still read: %q", id)
	}
	remove(t, p, created.ID)
	_, err := p.Read(ctx, plugin.ReadRequest{Type: imageresource.Type, ID: created.ID})
	wantProblem(t, err, "imported")
	if _, err := p.Delete(ctx, plugin.DeleteRequest{Type: imageresource.Type, ID: "localhost:5000/no-tag"}); err == nil {
		t.Error("an id without a tag was accepted")
	}
}

// The image of a dbt project stays in its repository: other pipelines run the project,
// and artifacts name the image.
func TestProviderKeepsImagesOfDbt(t *testing.T) {
	repo := newRepo(t)
	pusher, _ := newPusher(t, repository)
	created := createImage(t, newProvider(repo, pusher), properties(t, repo))
	state := created.Properties.Copy()
	state["kind"] = resource.NewProperty("dbt")
	p := newProvider(repo, pusher)
	if _, err := p.Delete(ctx, plugin.DeleteRequest{Type: imageresource.Type, ID: created.ID, Outputs: state}); err != nil {
		t.Fatal(err)
	}
	got, err := p.Read(ctx, plugin.ReadRequest{Type: imageresource.Type, ID: created.ID, State: created.Properties})
	if err != nil || got.ID != created.ID {
		t.Errorf("read %q, %v; the image must still be there", got.ID, err)
	}
}

func remove(t *testing.T, p plugin.Provider, id resource.ID) {
	t.Helper()
	if _, err := p.Delete(ctx, plugin.DeleteRequest{Type: imageresource.Type, ID: id}); err != nil {
		t.Fatal(err)
	}
}

// An interrupted apply left the old image in the state, to be deleted; the next
// one wants the same image again. It must stay.
func TestProviderKeepsWhatIsUsedAgain(t *testing.T) {
	for name, use := range map[string]func(t *testing.T, p plugin.Provider, id resource.ID, inputs resource.PropertyMap){
		"created again": func(t *testing.T, p plugin.Provider, _ resource.ID, inputs resource.PropertyMap) {
			createImage(t, p, inputs)
		},
		"unchanged": func(t *testing.T, p plugin.Provider, id resource.ID, inputs resource.PropertyMap) {
			if _, err := p.Diff(ctx, plugin.DiffRequest{Type: imageresource.Type, ID: id, OldInputs: inputs, NewInputs: inputs}); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			repo := newRepo(t)
			pusher, _ := newPusher(t, repository)
			inputs := properties(t, repo)
			created := createImage(t, newProvider(repo, pusher), inputs)
			p := newProvider(repo, pusher)
			use(t, p, created.ID, inputs)
			remove(t, p, created.ID)
			_, has, err := pusher.Find(ctx, host+repository, created.Properties["tag"].StringValue())
			if !has || err != nil {
				t.Errorf("the image in use has gone: %v", err)
			}
		})
	}
}
