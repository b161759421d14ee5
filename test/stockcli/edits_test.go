package stockcli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const versioning = "urn:pulumi:infra-prod::Pipelines::dorc:infra:Infra$aws:s3/bucketVersioningV2:BucketVersioningV2::data-bucket-raw"

// TestEditsOfTheCLI holds that dorc goes on from what the stock CLI's commands
// on states leave.
func TestEditsOfTheCLI(t *testing.T) {
	t.Parallel()
	s := newSession(t)
	s.dorc(t, infraStack.command("apply")...)
	detailed := infraStack.command("plan", "--detailed-exitcode")
	clean := func() {
		t.Helper()
		s.dorcExits(t, 0, detailed...)
	}
	mended := func() {
		t.Helper()
		s.dorcExits(t, 2, detailed...)
		s.dorc(t, infraStack.command("apply")...)
		clean()
	}

	t.Log("pulumi state delete: dorc creates what the state lacks")
	s.pulumi(t, "state", "delete", versioning, "--yes", "--stack", infraStack.full())
	require.NotContains(t, s.stateFile(t, "infra-prod.json"), versioning)
	mended()
	require.Equal(t, 1, s.history(t, infraStack)[0].Changes["create"])

	t.Log("pulumi stack import of an edited export: dorc mends what differs")
	exported := s.pulumi(t, "stack", "export", "--stack", infraStack.full())
	require.Contains(t, exported, "Functions of the pipelines in prod")
	s.write(t, "edited.json", strings.ReplaceAll(exported, "Functions of the pipelines in prod", "edited"))
	s.pulumi(t, "stack", "import", "--file", filepath.Join(s.root, "edited.json"), "--stack", infraStack.full())
	mended()
	require.Equal(t, 1, s.history(t, infraStack)[0].Changes["update"])

	t.Log("dorc state import of the CLI's export")
	s.write(t, "exported.json", s.pulumi(t, "stack", "export", "--stack", infraStack.full()))
	s.pulumi(t, "state", "delete", versioning, "--yes", "--stack", infraStack.full())
	s.dorc(t, infraStack.command("state import", "--file", filepath.Join(s.root, "exported.json"))...)
	clean()
	require.JSONEq(t, s.dorc(t, infraStack.command("state export")...),
		s.pulumi(t, "stack", "export", "--stack", infraStack.full()))

	t.Log("pulumi state protect: dorc does not destroy what the CLI protected")
	s.pulumi(t, "state", "protect", versioning, "--yes", "--stack", infraStack.full())
	require.Contains(t, s.dorcExits(t, 1, infraStack.command("plan", "--destroy")...).all(), "protect")
	s.pulumi(t, "state", "unprotect", versioning, "--yes", "--stack", infraStack.full())
	clean()

	t.Log("pulumi stack rm: the stack is gone for dorc too")
	s.dorc(t, infraStack.command("destroy")...)
	s.pulumi(t, "stack", "rm", "--yes", "--stack", infraStack.full())
	require.Empty(t, s.dorc(t, "stacks", "--json"))
	require.Contains(t, s.dorcExits(t, 1, infraStack.command("outputs")...).stderr, "is not applied")
}

// TestCLIReadsBackups holds that every copy of the state that dorc keeps is a
// state file of the stock CLI.
func TestCLIReadsBackups(t *testing.T) {
	t.Parallel()
	s := newSession(t)
	s.dorc(t, infraStack.command("apply")...)
	first := s.dorc(t, infraStack.command("state export")...)
	s.edit(t, "pipeline-config/infra/Pulumi.prod.yaml", "  data_buckets:\n", "  data_buckets:\n    - name: extra\n")
	s.dorc(t, infraStack.command("apply")...)
	second := s.dorc(t, infraStack.command("state export")...)
	require.NotEqual(t, len(deployment(t, first).Resources), len(deployment(t, second).Resources))

	store := filepath.Join(s.state, ".pulumi")
	backups, err := filepath.Glob(filepath.Join(store, "backups", "Pipelines", "infra-prod", "*.json"))
	require.NoError(t, err)
	require.NotEmpty(t, backups)
	current := filepath.Join(store, "stacks", "Pipelines", "infra-prod.json")
	previous := current + ".bak"
	require.FileExists(t, previous)
	for _, file := range append(backups, previous) {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(current, data, 0o600))
		read := s.pulumi(t, "stack", "export", "--stack", infraStack.full())
		require.JSONEq(t, s.dorc(t, infraStack.command("state export")...), read, file)
		n := len(deployment(t, read).Resources)
		require.Contains(t, []int{len(deployment(t, first).Resources), len(deployment(t, second).Resources)}, n, file)
	}
}

// TestGzip holds that dorc reads the compressed states that the stock CLI writes
// with PULUMI_DIY_BACKEND_GZIP, and keeps them compressed.
func TestGzip(t *testing.T) {
	t.Parallel()
	s := newSession(t)
	s.variables["PULUMI_DIY_BACKEND_GZIP"] = "true"
	require.Equal(t, []string{"create"}, keys(s.up(t, infraStack)))
	require.True(t, strings.HasPrefix(s.stateFile(t, "infra-prod.json.gz"), "\x1f\x8b"))
	delete(s.variables, "PULUMI_DIY_BACKEND_GZIP")

	s.dorcExits(t, 0, infraStack.command("plan", "--detailed-exitcode")...)
	before := s.stateFile(t, "infra-prod.json.gz")
	s.edit(t, "pipeline-config/infra/Pulumi.prod.yaml", "  data_buckets:\n", "  data_buckets:\n    - name: extra\n")
	s.dorc(t, infraStack.command("apply")...)

	after := s.stateFile(t, "infra-prod.json.gz")
	require.True(t, strings.HasPrefix(after, "\x1f\x8b"))
	require.NotEqual(t, before, after)
	require.NoFileExists(t, filepath.Join(s.state, ".pulumi", "stacks", "Pipelines", "infra-prod.json"))
	require.JSONEq(t, s.dorc(t, infraStack.command("state export")...),
		s.pulumi(t, "stack", "export", "--stack", infraStack.full()))
	s.variables["PULUMI_DIY_BACKEND_GZIP"] = "true"
	require.Equal(t, []string{"same"}, keys(s.preview(t, infraStack)))
	require.Len(t, s.history(t, infraStack), 2)
}
