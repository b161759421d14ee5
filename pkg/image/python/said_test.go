package python

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
)

// uv has several words for a package without a hash: which ones come depends on what it
// has fetched first.
func TestWithoutHash(t *testing.T) {
	for _, words := range []string{
		"error: In `--require-hashes` mode, all requirements must be pinned upfront with `==`, but found: `good`",
		"error: Hash-checking is enabled, but no hashes were provided or computed for: good==1.0",
		"error: Hash-checking is enabled, but no hashes were provided for `good`",
		"error: Hash-checking is enabled, but no hashes were computed for `good==1.0`",
		"error: Hash-checking is required, but no trusted hash was provided for: `good`",
	} {
		s := &saying{failure: &failure{tool: UV, lines: []string{words}, err: errors.New("exit status 1")}, text: words}
		k := s.known()
		assert.Equal(t, "a package has no hash, and others have", k.summary, words)
		assert.Equal(t, "good", k.project, words)
	}
}
