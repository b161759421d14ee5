package images

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Thirty functions with one set of requirements, pushed at once: pip works once,
// each layer is sent once and taken over from there, and a second push sends nothing.
func TestManyFunctionsShareALayer(t *testing.T) {
	t.Parallel()
	x := newIndex(t)
	x.wheel(t, "good", "1.0", any3)
	p := onRegistry(t, many(30)...)
	p.env["PIP_INDEX_URL"] = x.address()
	calls := p.watchPrograms()
	p.write("repo/src/raw/weather/requirements.txt", "good==1.0\n")
	p.succeeds(push...)
	assert.Len(t, p.registry.tags(), 30)
	installs := 0
	for _, call := range calls() {
		if strings.Contains(call, "/driver.py ") || strings.Contains(call, "/uv pip ") {
			installs++
		}
	}
	assert.Equal(t, 1, installs, "%s", calls())

	sent := map[string]int{}
	for _, w := range p.registry.writes("digest=") {
		sent[w[strings.Index(w, "digest="):]]++
	}
	for digest, n := range sent {
		assert.Equal(t, 1, n, "%s was sent %d times", digest, n)
	}
	assert.Len(t, p.registry.writes("mount="), 59, "of packages 29, of the base 30")
	// A layer of the function and a config for each, one of packages, one of the base.
	assert.LessOrEqual(t, len(sent), 62)
	p.registry.forget()
	p.succeeds(push...)
	assert.Empty(t, p.registry.writes(""))

	// Another set for one of them: a layer, a config, a manifest.
	p.write("repo/src/raw/weather/f07/requirements.txt", "good==1.0\n")
	p.succeeds(push...)
	assert.Len(t, p.registry.tags(), 1)
	assert.LessOrEqual(t, len(p.registry.writes("digest=")), 3)
	require.DirExists(t, p.env["DORC_CACHE_DIR"])
	_, err := os.Stat(p.env["HOME"] + "/.cache")
	assert.ErrorIs(t, err, os.ErrNotExist, "nothing is put beside the cache folder")
}
