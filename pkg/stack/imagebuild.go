package stack

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// BuiltImage is an image that was built.
type BuiltImage struct {
	ImageName
	// Digest is the manifest's.
	Digest string `json:"digest"`
	// Layers is how many layers it has, and Size the bytes of all of them.
	Layers int   `json:"layers"`
	Size   int64 `json:"size"`
	// Path is the OCI image layout that it was written to, or "".
	Path string `json:"path,omitempty"`
}

// Said hears what is being done for an image.
type Said func(name, line string)

// BuildImages builds the images that apply would build. With an output folder
// every image is made complete, with the layers of its base, and written to an OCI
// image layout of its own below the folder, which container engines read.
func (p *Project) BuildImages(ctx context.Context, selection ImageSelection, output string, say Said) ([]BuiltImage, error) {
	selected, err := p.selectImages(ctx, selection)
	if err != nil {
		return nil, err
	}
	tools, err := p.images()
	if err != nil {
		return nil, err
	}
	maker := tools.maker
	if output != "" {
		maker = tools.complete
	}
	var mutex sync.Mutex
	built := map[string]BuiltImage{}
	err = each(ctx, selected, func(ctx context.Context, f *SelectedImage) error {
		inputs := f.Inputs
		var err error
		if inputs.BaseDigest, err = maker.BaseDigest(ctx, inputs.Base); err != nil {
			return err
		}
		made, done, err := maker.Make(ctx, f.snapshot, inputs, func(line string) { say(f.String(), line) })
		if err != nil {
			return err
		}
		b, err := describeImage(f, made)
		if err == nil && output != "" {
			name := folderName(f.ImageName, f.id)
			b.Path = filepath.Join(output, name)
			err = problem.OnDisk(writeLayout(b.Path, name, made), f.owner(), "writing its image",
				"Make room, or name a folder on another disk: --output.")
		}
		mutex.Lock()
		defer mutex.Unlock()
		built[f.String()] = b
		return errors.Join(err, done())
	})
	if err != nil {
		return nil, err
	}
	all := make([]BuiltImage, len(selected))
	for i, f := range selected {
		all[i] = built[f.String()]
	}
	return all, nil
}

func describeImage(f *SelectedImage, made v1.Image) (BuiltImage, error) {
	digest, err := made.Digest()
	if err != nil {
		return BuiltImage{}, err
	}
	manifest, err := made.Manifest()
	if err != nil {
		return BuiltImage{}, err
	}
	b := BuiltImage{ImageName: f.ImageName, Digest: digest.String(), Layers: len(manifest.Layers)}
	for _, l := range manifest.Layers {
		b.Size += l.Size
	}
	return b, nil
}

// writeLayout writes an image as the only one of an OCI image layout.
func writeLayout(dir, name string, made v1.Image) error {
	if err := os.RemoveAll(filepath.Join(dir, "index.json")); err != nil {
		return err
	}
	path, err := layout.Write(dir, empty.Index)
	if err != nil {
		return err
	}
	return path.AppendImage(made, layout.WithAnnotations(map[string]string{"org.opencontainers.image.ref.name": name}))
}
