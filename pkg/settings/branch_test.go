package settings

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestBranch(t *testing.T) {
	for want, environ := range map[string][]string{
		"":          {"PATH=/bin", "GITHUB_HEAD_REF="},
		"feature/x": {"GITHUB_REF_NAME=12/merge", "GITHUB_HEAD_REF=feature/x"},
		"main":      {"GITHUB_HEAD_REF=", "GITHUB_REF_NAME=main"},
		"topic/a":   {"BUILD_SOURCEBRANCH=refs/heads/topic/a"},
		"release":   {"CI_COMMIT_REF_NAME=release"},
	} {
		assert.Equal(t, want, branch(environ))
	}
}
