package images

import (
	"encoding/json"
	"path/filepath"
	"slices"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/stretchr/testify/require"
)

// localTags are the tags in the local cloud: <repository>:<tag>.
func (p *project) localTags() (tags []string) {
	p.t.Helper()
	indexes, err := filepath.Glob(p.path(".dorc/images/*/index.json"))
	require.NoError(p.t, err)
	for _, path := range indexes {
		rel, err := filepath.Rel(p.dir, path)
		require.NoError(p.t, err)
		var index v1.IndexManifest
		require.NoError(p.t, json.Unmarshal([]byte(p.read(rel)), &index))
		for _, m := range index.Manifests {
			tags = append(tags, filepath.Base(filepath.Dir(path))+":"+m.Annotations["org.opencontainers.image.ref.name"])
		}
	}
	slices.Sort(tags)
	return tags
}

// localImage is the only image of a repository in the local cloud.
func (p *project) localImage(repository string) v1.Image {
	p.t.Helper()
	dir := layout.Path(p.path(".dorc/images/" + repository))
	index, err := dir.ImageIndex()
	require.NoError(p.t, err)
	manifest, err := index.IndexManifest()
	require.NoError(p.t, err)
	require.Len(p.t, manifest.Manifests, 1)
	image, err := dir.Image(manifest.Manifests[0].Digest)
	require.NoError(p.t, err)
	return image
}
