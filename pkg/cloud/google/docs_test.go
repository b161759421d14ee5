package google

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Each resource type that the components create has its permissions here.
func TestPermissionsOfComponents(t *testing.T) {
	created := regexp.MustCompile(`\b(\w+)\.New(\w+)\(`)
	sdk := regexp.MustCompile(`"github\.com/pulumi/pulumi-gcp/sdk/v\d+/go/gcp/(\w+)"`)
	seen := map[string]bool{}
	for _, folder := range []string{"universal", "infra", "pipelines", "pkg/component"} {
		files, err := filepath.Glob(filepath.Join("../../..", folder, "*.go"))
		require.NoError(t, err)
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			text, err := os.ReadFile(name)
			require.NoError(t, err)
			packages := map[string]bool{}
			for _, m := range sdk.FindAllStringSubmatch(string(text), -1) {
				packages[m[1]] = true
			}
			for _, m := range created.FindAllStringSubmatch(string(text), -1) {
				if packages[m[1]] {
					token := "gcp:" + m[1] + "/" + strings.ToLower(m[2][:1]) + m[2][1:] + ":" + m[2]
					seen[token] = true
					assert.NotEmpty(t, needs[token], "%s creates %s", name, token)
				}
			}
		}
	}
	assert.Greater(t, len(seen), 15, "the components are no longer found like this")
}

// docs/google.md has each known failure, in this order, and each role that a person
// who deploys is told to grant.
func TestPage(t *testing.T) {
	page, err := os.ReadFile("../../../docs/google.md")
	require.NoError(t, err)
	text := string(page)
	var listed []string
	_, table, found := strings.Cut(text, "| failure | what dorc says |\n| --- | --- |\n")
	require.True(t, found)
	for line := range strings.Lines(table) {
		cells := strings.Split(line, "|")
		if len(cells) != 4 {
			break
		}
		listed = append(listed, strings.TrimSpace(cells[1]))
	}
	var names []string
	for _, f := range failures {
		names = append(names, f.name)
	}
	assert.Equal(t, names, listed)
	// Who makes a Google project owns it.
	types := slices.DeleteFunc(all(), func(token string) bool { return token == "gcp:organizations/project:Project" })
	roles, _ := byRole(Permissions(types))
	for _, role := range roles {
		assert.True(t, strings.Contains(text, "`"+role+"`"), role)
	}
}
