package worktree

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"slices"
	"strings"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// redirecting are variables that lead git to another work tree than the folder's:
// a hook, for example, has them.
var redirecting = []string{
	"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY",
	"GIT_NAMESPACE",
}

// git runs git in a folder. missing says why it cannot tell anything of the folder.
func git(ctx context.Context, folder string, args ...string) (out, missing string, err error) {
	program, err := exec.LookPath("git")
	if err != nil {
		return "", "the program git is not installed", nil
	}
	// Neither does asking write the index, nor does it start a program that the
	// repository's own configuration names.
	all := append([]string{"--no-optional-locks", "-C", folder, "-c", "core.fsmonitor=false", "-c", "core.quotePath=false"}, args...)
	cmd := exec.CommandContext(ctx, program, all...) //nolint:gosec // git, with arguments of our own
	cmd.Env = append(environment(os.Environ()), "LC_ALL=C", "GIT_TERMINAL_PROMPT=0")
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err = cmd.Run()
	said := strings.TrimSpace(stderr.String())
	switch {
	case err == nil:
		return stdout.String(), "", nil
	case ctx.Err() != nil:
		return "", "", ctx.Err()
	case strings.Contains(said, "not a git repository"):
		return "", "the folder is in no git repository", nil
	}
	var ended *exec.ExitError
	if !errors.As(err, &ended) {
		return "", "", err
	}
	first, _, _ := strings.Cut(said, "\n")
	return "", "", problem.Problem{
		Resource: "git in " + problem.Shown(folder), Summary: "git cannot tell what state the folder is in", Detail: first,
		Hint: "Run `git status` in the folder, and mend what it says.",
	}
}

// environment is the process's, without what would lead git elsewhere.
func environment(all []string) (kept []string) {
	for _, entry := range all {
		name, _, _ := strings.Cut(entry, "=")
		if !slices.Contains(redirecting, name) {
			kept = append(kept, entry)
		}
	}
	return kept
}
