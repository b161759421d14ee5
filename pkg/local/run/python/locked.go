package python

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Locked returns an environment with the packages of a lock file, each file checked
// against its hash, and then of more requirements, which leave the versions of the lock
// file as they are. Both are trusted: they come from dorc, not from a config repo.
func (e Environments) Locked(ctx context.Context, lock []byte, more []string, progress func(string)) (Environment, error) {
	key := e.hash(fmt.Sprintf("%q\n%q", lock, more))
	return e.make(ctx, key, progress, func(in installer) error {
		err := in.installLocked(ctx, lock, more)
		var failed *installError
		if errors.As(err, &failed) {
			failed.locked = true
		}
		return err
	})
}

// The files that an environment keeps of what it was made of.
const (
	lockName = "dorc-lock.txt"
	moreName = "dorc-more.txt"
)

func (in installer) installLocked(ctx context.Context, lock []byte, more []string) error {
	t, err := in.tools()
	if err != nil {
		return err
	}
	if err := in.run(ctx, "making a virtual environment", t.make); err != nil {
		return err
	}
	// To compile all of an Airflow takes minutes, and a run imports little of it.
	add := slices.Concat(t.add, t.lazy)
	lockFile, moreFile := filepath.Join(in.folder, lockName), filepath.Join(in.folder, moreName)
	if err := os.WriteFile(lockFile, lock, 0o644); err != nil {
		return err
	}
	if err := os.WriteFile(moreFile, []byte(strings.Join(more, "\n")+"\n"), 0o644); err != nil {
		return err
	}
	// The lock file has every package, so that nothing is left to resolve.
	told := in
	told.progress = counted(bytes.Count(pinned(lock), []byte("\n")), in.progress)
	if err := told.run(ctx, "installing packages", slices.Concat(add, []string{"--no-deps", "--require-hashes", "-r", lockFile})); err != nil || len(more) == 0 {
		return err
	}
	// A constraints file with hashes would demand hashes of what is added.
	constraints := filepath.Join(in.folder, "dorc-constraints.txt")
	if err := os.WriteFile(constraints, pinned(lock), 0o644); err != nil {
		return err
	}
	return in.run(ctx, "installing more packages", slices.Concat(add, []string{"-c", constraints, "-r", moreFile}))
}

// pinned is a lock file without its hashes.
func pinned(lock []byte) []byte {
	var b strings.Builder
	for row := range strings.Lines(string(lock)) {
		if pin, _, ok := strings.Cut(row, " "); ok && strings.Contains(pin, "==") {
			b.WriteString(pin + "\n")
		}
	}
	return []byte(b.String())
}
