package rootfs

import (
	"context"
	"fmt"
	"path/filepath"
)

// Unpack unpacks folders of the image below cache and returns where each is, by the name given; "" for one that the
// image does not have. Each layer is read once for all images that have it, whiteouts of upper layers
// are applied, and links and names that lead out of a folder are refused. What is returned is shared and must not
// be written to. loaded, if set, hears of each layer that is read.
func (i *Image) Unpack(ctx context.Context, cache string, loaded func(layer string), folders ...string) (map[string]string, error) {
	layers, err := i.layers(cache)
	if err != nil {
		return nil, err
	}
	parts := make([]part, len(folders))
	for at, folder := range folders {
		if parts[at], err = partOf(folder); err != nil {
			return nil, err
		}
	}
	for _, l := range layers {
		missing, err := l.missing(parts)
		if err == nil && len(missing) > 0 {
			if loaded != nil {
				loaded(l.diffID.String())
			}
			err = l.unpack(ctx, missing)
		}
		if err != nil {
			return nil, fmt.Errorf("unpacking image %s: %w", i.Digest, err)
		}
	}
	out := map[string]string{}
	for at, p := range parts {
		folder, err := combine(ctx, cache, layers, p)
		if err == nil && folder != "" {
			folder, err = filepath.EvalSymlinks(folder) // as Python names the files in its tracebacks
		}
		if err != nil {
			return nil, fmt.Errorf("unpacking image %s: %w", i.Digest, err)
		}
		out[folders[at]] = folder
	}
	return out, nil
}

// layers are the image's layers, lowest first.
func (i *Image) layers(cache string) ([]unpackedLayer, error) {
	all, err := i.image.Layers()
	if err != nil {
		return nil, fmt.Errorf("the layers of image %s: %w", i.Digest, err)
	}
	// The configuration names what the layers are uncompressed. A layer itself would uncompress all of it to tell; reading one
	// holds its content against the name.
	config, err := i.image.ConfigFile()
	if err != nil {
		return nil, fmt.Errorf("the configuration of image %s: %w", i.Digest, err)
	}
	if len(config.RootFS.DiffIDs) != len(all) {
		return nil, fmt.Errorf("image %s has %d layers, and its configuration names %d", i.Digest, len(all), len(config.RootFS.DiffIDs))
	}
	out := make([]unpackedLayer, len(all))
	for at, layer := range all {
		diffID := config.RootFS.DiffIDs[at]
		out[at] = unpackedLayer{layer: layer, diffID: diffID, folder: filepath.Join(cache, diffID.Hex)}
	}
	return out, nil
}
