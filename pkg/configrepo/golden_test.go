package configrepo_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/internal/goldentest"
	"github.com/dorc-dev/dorc/pkg/configrepo"
	"github.com/dorc-dev/dorc/pkg/naming"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// TestProblems holds what people read. Each archive in testdata has a repo and
// in "want" its problems as they print. Three files are for the test itself:
// "links" has a symbolic link a line (path -> target), "folder" is the source
// folder, and "check" has a project and an environment a line, for Check.
func TestProblems(t *testing.T) {
	goldentest.Run(t, "testdata/*.txtar", func(t *testing.T, archive *txtar.Archive) string {
		root := t.TempDir()
		special := unpack(t, root, archive)

		repo, problems := configrepo.Load(root, strings.TrimSpace(special["folder"]))
		require.NotNil(t, repo)
		var environments []naming.Names
		for line := range strings.Lines(special["check"]) {
			words := strings.Fields(line)
			environments = append(environments, naming.Names{Project: words[0], Environment: words[1], Account: "000000000000"})
		}
		problems = append(problems, configrepo.Check(repo, environments...)...)
		return print(root, problems)
	})
}

// print is the problems as text, with the temporary root left out.
func print(root string, problems problem.List) string {
	if len(problems) == 0 {
		return ""
	}
	return strings.ReplaceAll(problems.Error(), root+string(filepath.Separator), "") + "\n"
}

// unpack writes an archive below root and returns the files that are no part of it.
func unpack(t *testing.T, root string, archive *txtar.Archive) map[string]string {
	t.Helper()
	special := map[string]string{}
	for _, f := range archive.Files {
		switch f.Name {
		case "want", "links", "folder", "check":
			special[f.Name] = string(f.Data)
		default:
			write(t, root, f.Name, string(f.Data))
		}
	}
	for line := range strings.Lines(special["links"]) {
		at, target, ok := strings.Cut(strings.TrimSpace(line), " -> ")
		require.True(t, ok, line)
		at = filepath.Join(root, at)
		require.NoError(t, os.MkdirAll(filepath.Dir(at), 0o755))
		require.NoError(t, os.Symlink(target, at))
	}
	return special
}

func write(t *testing.T, root, name, text string) {
	t.Helper()
	file := filepath.Join(root, name)
	require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
	require.NoError(t, os.WriteFile(file, []byte(text), 0o644))
}
