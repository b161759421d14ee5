package docker

import (
	"fmt"
	"maps"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// several is what an engine gave instead of one image.
func several(n int) error {
	return fmt.Errorf("the engine gave %d images or an index of them, and a function has one image", n)
}

// single makes the image anew as an OCI image with compressed layers, which are
// below dir, and with the request's labels. Times become the epoch's: engines
// differ in what they write there, and the same layers shall give the same digest.
func single(from v1.Image, r Request, dir string) (v1.Image, error) {
	config, err := from.ConfigFile()
	if err != nil {
		return nil, err
	}
	if is := config.OS + "/" + config.Architecture; is != Platform {
		return nil, problem.Problem{
			Resource: r.Function, Summary: "the image is for another platform",
			Detail: fmt.Sprintf("it is for %s, and dorc's functions run on %s", is, Platform),
			Hint:   "Take --platform out of the Dockerfile's FROM, or choose a base image that has " + Platform + ".",
		}
	}
	layers, err := from.Layers()
	if err != nil {
		return nil, err
	}
	if len(layers) != len(config.RootFS.DiffIDs) {
		return nil, fmt.Errorf("the engine gave %d layers and the hashes of %d", len(layers), len(config.RootFS.DiffIDs))
	}
	image := mutate.ConfigMediaType(mutate.MediaType(empty.Image, types.OCIManifestSchema1), types.OCIConfigJSON)
	for i, layer := range layers {
		if t, err := layer.MediaType(); err != nil {
			return nil, err
		} else if t != types.OCILayer {
			if layer, err = pack(layer, config.RootFS.DiffIDs[i], dir); err != nil {
				return nil, err
			}
		}
		if image, err = mutate.Append(image, mutate.Addendum{Layer: layer, MediaType: types.OCILayer}); err != nil {
			return nil, err
		}
	}
	return mutate.ConfigFile(image, settle(config, r.Labels))
}

// settle is the configuration without what differs from build to build.
func settle(from *v1.ConfigFile, labels map[string]string) *v1.ConfigFile {
	config := from.DeepCopy()
	epoch := v1.Time{Time: time.Unix(0, 0).UTC()}
	config.Created, config.Container, config.Author = epoch, "", ""
	for i := range config.History {
		config.History[i].Created = epoch
	}
	if len(labels) > 0 && config.Config.Labels == nil {
		config.Config.Labels = map[string]string{}
	}
	maps.Copy(config.Config.Labels, labels)
	return config
}
