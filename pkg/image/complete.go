package image

import (
	"fmt"
	"slices"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/dorc-dev/dorc/pkg/image/layer"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// Complete puts the layers of a base image under a thin image. The result is one
// OCI manifest for one platform, without attestations: Lambda refuses an index.
// Source: https://docs.aws.amazon.com/lambda/latest/dg/images-create.html
func Complete(thin, below v1.Image) (v1.Image, error) {
	above, err := thin.ConfigFile()
	if err != nil {
		return nil, err
	}
	under, err := below.ConfigFile()
	if err != nil {
		return nil, err
	}
	if under.OS != above.OS || under.Architecture != above.Architecture {
		return nil, problem.Problem{
			Resource: "base image " + above.Config.Labels[BaseNameLabel],
			Summary:  "the base image is for another platform",
			Detail:   fmt.Sprintf("it is for %s/%s, functions run on %s/%s", under.OS, under.Architecture, above.OS, above.Architecture),
			Hint:     "Use a base image for linux/amd64.",
		}
	}
	image := mutate.ConfigMediaType(mutate.MediaType(empty.Image, types.OCIManifestSchema1), types.OCIConfigJSON)
	image, err = mutate.ConfigFile(image, &v1.ConfigFile{
		Architecture: above.Architecture,
		OS:           above.OS,
		OSVersion:    under.OSVersion,
		Variant:      under.Variant,
		Created:      v1.Time{Time: layer.Created},
		Config:       onBase(under.Config, above.Config),
		RootFS:       v1.RootFS{Type: "layers"},
	})
	if err != nil {
		return nil, err
	}
	lower, err := addenda(below, under.History)
	if err != nil {
		return nil, err
	}
	upper, err := addenda(thin, above.History)
	if err != nil {
		return nil, err
	}
	return mutate.Append(image, slices.Concat(lower, upper)...)
}

// addenda are an image's layers with their history. A layer keeps its bytes and
// so its digest; its media type becomes OCI's name for the same format.
func addenda(image v1.Image, history []v1.History) ([]mutate.Addendum, error) {
	layers, err := image.Layers()
	if err != nil {
		return nil, err
	}
	var all []mutate.Addendum
	for _, entry := range history {
		if entry.EmptyLayer {
			all = append(all, mutate.Addendum{History: entry})
			continue
		}
		if len(layers) == 0 {
			break
		}
		next, err := addendum(layers[0], entry)
		if err != nil {
			return nil, err
		}
		all, layers = append(all, next), layers[1:]
	}
	for _, l := range layers { // those that the history does not know
		next, err := addendum(l, v1.History{Created: v1.Time{Time: layer.Created}})
		if err != nil {
			return nil, err
		}
		all = append(all, next)
	}
	return all, nil
}

// ociTypes are OCI's names of Docker's formats. Source:
// https://github.com/opencontainers/image-spec/blob/main/media-types.md
var ociTypes = map[types.MediaType]types.MediaType{
	types.DockerLayer:             types.OCILayer,
	types.DockerUncompressedLayer: types.OCIUncompressedLayer,
	types.DockerForeignLayer:      types.OCIRestrictedLayer,
}

func addendum(l v1.Layer, history v1.History) (mutate.Addendum, error) {
	mediaType, err := l.MediaType()
	if err != nil {
		return mutate.Addendum{}, err
	}
	if oci, ok := ociTypes[mediaType]; ok {
		l, mediaType = retype(l, oci), oci
	}
	return mutate.Addendum{Layer: l, MediaType: mediaType, History: history}, nil
}

// retyped is a layer under another name of its format.
type retyped struct {
	v1.Layer
	mediaType types.MediaType
}

// MediaType implements v1.Layer.
func (l retyped) MediaType() (types.MediaType, error) { return l.mediaType, nil }

// retype keeps where a layer comes from, so that a push can have the registry
// take it from there.
func retype(l v1.Layer, mediaType types.MediaType) v1.Layer {
	if mountable, ok := l.(*remote.MountableLayer); ok {
		return &remote.MountableLayer{Layer: retyped{mountable.Layer, mediaType}, Reference: mountable.Reference}
	}
	return retyped{l, mediaType}
}
