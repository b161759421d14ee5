package image

import (
	"context"
	"path"
	"runtime"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"golang.org/x/sync/semaphore"

	"github.com/dorc-dev/dorc/pkg/image/base"
	"github.com/dorc-dev/dorc/pkg/image/layer"
	"github.com/dorc-dev/dorc/pkg/image/source"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// Standard builds what the standard Dockerfile of a config repo gives, without a
// container engine: a layer of Python packages, one of shared code, and one of the
// function, on the base image. The images of Dataflow pipelines have the same
// layers, and one of what workers need of the SDK image; those of dbt projects have
// packages and the project. The same input gives the
// same digest anywhere.
type Standard struct {
	// Layers keeps the layers. Required.
	Layers *layer.Cache
	// Install lays out Python packages. Required.
	Install Install
	// Bases finds the base image's layers. Without it images are thin: they have
	// no base layers, and only name the base in their labels.
	Bases *base.Finder
	// Contents reads what base images have. Required with Bases for the images of
	// Dataflow pipelines and dbt projects.
	Contents *base.Reader

	// working bounds how many images are compressed at a time.
	working *semaphore.Weighted
}

// Install lays out the Python packages of a function for the Python of its base
// image. Names are paths in the image.
type Install func(ctx context.Context, r Request) ([]layer.Entry, error)

// NewStandard returns a builder. Bases is nil for thin images; contents may be when
// all images are of functions.
func NewStandard(layers *layer.Cache, install Install, bases *base.Finder, contents *base.Reader) *Standard {
	return &Standard{Layers: layers, Install: install, Bases: bases, Contents: contents, working: semaphore.NewWeighted(int64(runtime.GOMAXPROCS(0)))}
}

// Build implements Builder.
func (b *Standard) Build(ctx context.Context, r Request) (v1.Image, func() error, error) {
	nothing := func() error { return nil }
	var worker, packages []layer.Entry
	if r.Snapshot.Kind.Beam() || len(r.Snapshot.Requirements.Roots) > 0 {
		var err error
		if packages, err = b.Install(ctx, r); err != nil {
			return nil, nil, err
		}
	}
	if err := b.working.Acquire(ctx, 1); err != nil {
		return nil, nil, err
	}
	defer b.working.Release(1)
	if b.Bases != nil && r.Snapshot.Kind != source.KindFunction {
		fit := b.fit
		if r.Snapshot.Kind == source.KindDbt {
			fit = b.fitDbt
		}
		var err error
		if worker, packages, err = fit(ctx, r, packages); err != nil {
			return nil, nil, onDisk(r, err)
		}
	}
	image, err := b.thin(r, worker, packages)
	if err != nil {
		return nil, nil, onDisk(r, err)
	}
	if b.Bases == nil {
		return image, nothing, nil
	}
	r.Say("base image " + r.Base.Name)
	below, err := b.Bases.Image(ctx, r.Base)
	if err != nil {
		return nil, nil, err
	}
	image, err = Complete(image, below)
	return image, nothing, err
}

func onDisk(r Request, err error) error {
	return problem.OnDisk(err, r.Snapshot.Owner(), "packing its image",
		"Make room, or name a cache folder on another disk: DORC_CACHE_DIR. Nothing half-made is kept; run again to go on.")
}

// thin is the image without the layers of its base. What changes most is on top.
func (b *Standard) thin(r Request, worker, packages []layer.Entry) (v1.Image, error) {
	root, what := r.Snapshot.Root(), "function"
	switch {
	case r.Snapshot.Kind == source.KindDbt:
		what = "dbt project"
	case r.Snapshot.Kind.Beam():
		what = "pipeline"
	}
	shared, code := inFolder(root, r.Snapshot.Shared), inFolder(root, r.Snapshot.Files)
	if err := checkSize(r, packages, shared, code); err != nil {
		return nil, err
	}
	image := mutate.ConfigMediaType(mutate.MediaType(empty.Image, types.OCIManifestSchema1), types.OCIConfigJSON)
	image, err := mutate.ConfigFile(image, &v1.ConfigFile{
		Architecture: "amd64",
		OS:           "linux",
		Created:      v1.Time{Time: layer.Created},
		Config:       config(r),
		RootFS:       v1.RootFS{Type: "layers"},
	})
	if err != nil {
		return nil, err
	}
	for _, part := range []struct {
		what    string
		entries []layer.Entry
	}{
		{"Beam's worker", worker},
		{"Python packages", packages},
		{"shared code", shared},
		{what, code},
	} {
		if len(part.entries) == 0 {
			continue
		}
		r.Say("packing " + part.what)
		made, err := b.Layers.Layer(part.entries)
		if err != nil {
			return nil, err
		}
		image, err = mutate.Append(image, mutate.Addendum{
			Layer:     made,
			MediaType: types.OCILayer,
			History:   v1.History{Created: v1.Time{Time: layer.Created}, CreatedBy: "dorc: " + part.what},
		})
		if err != nil {
			return nil, err
		}
	}
	return image, nil
}

// inFolder are the files as entries of a layer, below a folder of the image.
func inFolder(root string, files []source.File) []layer.Entry {
	var entries []layer.Entry
	for _, f := range files {
		entries = append(entries, layer.Entry{
			Name:       strings.TrimPrefix(path.Join(root, f.Name), "/"),
			Executable: f.Executable, Size: f.Size, Hash: f.Hash, CopyTo: f.CopyTo,
		})
	}
	return entries
}
