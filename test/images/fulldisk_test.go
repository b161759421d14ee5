package images

import (
	"crypto/rand"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// smallDisk makes the folder a disk of one megabyte, and returns what makes the
// disk larger.
func smallDisk(t *testing.T, dir string) (grow func()) {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("only root can mount a small disk")
	}
	require.NoError(t, os.MkdirAll(dir, 0o755))
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", dir).CombinedOutput(); err != nil {
		t.Skipf("this machine lets nobody mount a tmpfs: %s", out)
	}
	t.Cleanup(func() {
		out, err := exec.Command("umount", dir).CombinedOutput()
		assert.NoError(t, err, "%s", out)
	})
	return func() {
		out, err := exec.Command("mount", "-o", "remount,size=64m", dir).CombinedOutput()
		require.NoError(t, err, "%s", out)
	}
}

// largeFile gives fetch three megabytes that do not compress.
func (p *project) largeFile() {
	p.t.Helper()
	data := make([]byte, 3<<20)
	_, err := rand.Read(data)
	require.NoError(p.t, err)
	p.write("repo/src/"+fetch+"/model.bin", string(data))
}

// The disk with the cache is full: nothing is tagged, no half of a layer stays,
// and with more space a rerun goes on.
func TestTheCacheIsFull(t *testing.T) {
	t.Parallel()
	p := onRegistry(t, fetch)
	p.largeFile()
	p.env["DORC_CACHE_DIR"] = filepath.Join(t.TempDir(), "cache")
	grow := smallDisk(t, p.env["DORC_CACHE_DIR"])
	p.fails(push, "function "+fetch+": the disk is full", "no space left on device", p.env["DORC_CACHE_DIR"], "DORC_CACHE_DIR")
	assert.Empty(t, p.registry.tags())
	left, err := filepath.Glob(p.env["DORC_CACHE_DIR"] + "/layers/.new-*")
	require.NoError(t, err)
	assert.Empty(t, left)
	grow()
	p.succeeds(push...)
	assert.Len(t, p.registry.tags(), 1)
	assert.Len(t, contents(t, p.imageOf(fetchRepository))["var/task/model.bin"], 3<<20)
}

// The same with Python packages that do not fit.
func TestTheCacheIsFullOfPackages(t *testing.T) {
	t.Parallel()
	x := newIndex(t)
	p := onRegistry(t, fetch)
	data := make([]byte, 3<<20)
	_, err := rand.Read(data)
	require.NoError(t, err)
	x.wheelWith(t, "large", "1.0", any3, map[string]string{"large/data.bin": string(data)})
	p.env["PIP_INDEX_URL"] = x.address()
	p.env["DORC_CACHE_DIR"] = filepath.Join(t.TempDir(), "cache")
	p.write("repo/src/"+fetch+"/requirements.txt", "large==1.0\n")
	grow := smallDisk(t, p.env["DORC_CACHE_DIR"])
	p.fails(push, "function "+fetch, "the disk is full while Python packages are made", "name a cache folder on another disk")
	assert.Empty(t, p.registry.tags())
	grow()
	p.succeeds(push...)
	assert.Len(t, p.registry.tags(), 1)
}

// The disk with the local cloud is full.
func TestTheLocalCloudIsFull(t *testing.T) {
	t.Parallel()
	p := newProject(t, fetch, clean)
	grow := smallDisk(t, p.path(".dorc"))
	p.succeeds("apply", "universal")
	p.succeeds("apply", "infra", "--env", "prod", "--only")
	p.largeFile()
	for _, args := range [][]string{push, {"apply", "weather", "--env", "prod"}} {
		r := p.dorc(args...)
		require.Equal(t, 1, r.code)
		r.clear(t, "fetch", "the disk is full", "no space left on device", ".dorc")
		for _, tag := range p.localTags() {
			assert.NotContains(t, tag, fetchRepository)
		}
		left, err := filepath.Glob(p.path(".dorc/images/*/blobs/sha256/.new-*"))
		require.NoError(t, err)
		assert.Empty(t, left)
	}
	grow()
	p.succeeds("apply", "weather", "--env", "prod")
	assert.Len(t, p.localTags(), 2)
	assert.Zero(t, p.dorc("plan", "weather", "--env", "prod", "--detailed-exitcode").code)
}
