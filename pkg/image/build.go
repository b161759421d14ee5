package image

import (
	"fmt"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/dorc-dev/dorc/pkg/image/source"
	"github.com/dorc-dev/dorc/pkg/naming"
)

// SourceHashLabel is the label that has the hash of everything in the image.
const SourceHashLabel = "dev.dorc.source-hash"

// created is the time of every image and of every file in it: the same input
// must give the same digest at any time.
var created = v1.Time{Time: time.Unix(0, 0).UTC()}

// Build makes the image of a function: one layer on an empty base, for Linux on
// x86-64. It reads the files when the layer is read, and fails then with
// source.ErrChanged when one of them is not what the snapshot saw.
func Build(snapshot *source.Snapshot) (v1.Image, error) {
	layer, err := newLayer(snapshot.Files)
	if err != nil {
		return nil, fmt.Errorf("building the image of %s: %w", snapshot.Function.Dir, err)
	}
	base := mutate.ConfigMediaType(mutate.MediaType(empty.Image, types.OCIManifestSchema1), types.OCIConfigJSON)
	base, err = mutate.ConfigFile(base, &v1.ConfigFile{
		Architecture: "amd64",
		OS:           "linux",
		Created:      created,
		Config:       config(snapshot),
		RootFS:       v1.RootFS{Type: "layers"},
	})
	if err != nil {
		return nil, err
	}
	return mutate.Append(base, mutate.Addendum{
		Layer:     layer,
		MediaType: types.OCILayer,
		History:   v1.History{Created: created, CreatedBy: "dorc: the function's folder and requirements"},
	})
}

func config(snapshot *source.Snapshot) v1.Config {
	f := snapshot.Function
	return v1.Config{
		Cmd:        []string{source.Handler},
		WorkingDir: source.TaskRoot,
		Env:        []string{"LAMBDA_TASK_ROOT=" + source.TaskRoot},
		Labels: map[string]string{
			SourceHashLabel: snapshot.Hashes().Source,
			// https://github.com/opencontainers/image-spec/blob/main/annotations.md
			"org.opencontainers.image.title":       naming.FunctionID(f.Layer, f.Pipeline, f.Name),
			"org.opencontainers.image.description": "Function " + f.Layer + "/" + f.Pipeline + "/" + f.Name,
		},
	}
}
