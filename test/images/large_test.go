package images

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// memory is what dorc may have at most while it works on a large file, in bytes.
// It is far from what is usual, and far below the file.
const memory = 400 << 20

// sparse gives fetch a file of this size that takes no place on the disk.
func (p *project) sparse(size int64) {
	p.t.Helper()
	path := p.path("repo/src/" + fetch + "/model.bin")
	require.NoError(p.t, os.WriteFile(path, nil, 0o600))
	require.NoError(p.t, os.Truncate(path, size))
}

// A large file is streamed into its layer and to the registry.
func TestALargeLayerIsStreamed(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it compresses two gigabytes")
	}
	p := onRegistry(t, fetch)
	p.sparse(2 << 30)
	r := p.succeeds(push...)
	t.Logf("%d MB at most", r.memory>>20)
	assert.Less(t, r.memory, int64(memory))
	assert.Len(t, p.registry.tags(), 1)
	layers, err := p.imageOf(fetchRepository).Layers()
	require.NoError(t, err)
	size, err := layers[len(layers)-1].Size()
	require.NoError(t, err)
	assert.Less(t, size, int64(8<<20))
}

// What Lambda cannot take is refused before it is read.
func TestAnImageThatIsTooLarge(t *testing.T) {
	t.Parallel()
	p := onRegistry(t, fetch)
	p.sparse(11 << 30)
	r := p.fails(push, "function "+fetch, "the image is larger than Lambda accepts", "model.bin", "10 GiB")
	t.Logf("%d MB at most", r.memory>>20)
	assert.Less(t, r.memory, int64(memory))
	assert.Empty(t, p.registry.writes(""))
	made, err := filepath.Glob(p.env["DORC_CACHE_DIR"] + "/layers/*")
	require.NoError(t, err)
	assert.Empty(t, made)
	p.sparse(10)
	p.succeeds(push...)
	assert.Len(t, p.registry.tags(), 1)
}
