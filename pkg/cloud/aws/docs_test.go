package aws

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// docs/cloud.md lists permissions for everything that the components create.
func TestPermissionsAreListed(t *testing.T) {
	page, err := os.ReadFile("../../../docs/cloud.md")
	require.NoError(t, err)
	created := regexp.MustCompile(`\b(\w+)\.New(\w+)\(ctx, `)
	sdk := regexp.MustCompile(`"github\.com/pulumi/pulumi-aws/sdk/v\d+/go/aws/(\w+)"`)
	seen := 0
	for _, folder := range []string{"universal", "infra", "pipelines"} {
		files, err := filepath.Glob(filepath.Join("../../..", folder, "*.go"))
		require.NoError(t, err)
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			text, err := os.ReadFile(name)
			require.NoError(t, err)
			var packages []string
			for _, m := range sdk.FindAllStringSubmatch(string(text), -1) {
				packages = append(packages, m[1])
			}
			for _, m := range created.FindAllStringSubmatch(string(text), -1) {
				for _, p := range packages {
					if p == m[1] {
						seen++
						assert.Contains(t, string(page), "`"+p+"."+m[2]+"`", "%s creates it", name)
					}
				}
			}
		}
	}
	assert.Greater(t, seen, 10, "the components are no longer found like this")
}
