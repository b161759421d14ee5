package base

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// LockFile is the name of the lock file in a config repo's root.
const LockFile = "base-images.lock"

const lockHeader = "# The base images that this repository's images are built on. Written by:\n" +
	"# dorc image lock. Commit it, so that the same commit gives the same images.\n"

// Lock says to which digests base images are locked. A nil Lock locks nothing.
type Lock struct {
	digests map[string]string
}

var digestForm = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)

// ReadLock reads the lock file of a config repo; without one nothing is locked.
func ReadLock(root string) (*Lock, error) {
	path := filepath.Join(root, LockFile)
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return &Lock{}, nil
	}
	if err != nil {
		return nil, err
	}
	var node yaml.Node
	if err := yaml.Unmarshal(data, &node); err != nil {
		return nil, badLock(path, 0, err.Error())
	}
	lock := &Lock{digests: map[string]string{}}
	if len(node.Content) == 0 {
		return lock, nil
	}
	table := node.Content[0]
	if table.Kind != yaml.MappingNode {
		return nil, badLock(path, table.Line, "it is not a table of references and digests")
	}
	for i := 0; i+1 < len(table.Content); i += 2 {
		key, value := table.Content[i], table.Content[i+1]
		if !digestForm.MatchString(value.Value) {
			return nil, badLock(path, value.Line, "the digest of "+key.Value+" is not sha256: and 64 hexadecimal digits")
		}
		lock.digests[key.Value] = value.Value
	}
	return lock, nil
}

func badLock(path string, line int, why string) error {
	return problem.Problem{File: path, Line: line, Summary: "the lock file of base images cannot be read", Detail: why,
		Hint: "Remove it, and write it anew: dorc image lock."}
}

// Digest returns what a reference is locked to, or "".
func (l *Lock) Digest(reference string) string {
	if l == nil {
		return ""
	}
	return l.digests[reference]
}

// WriteLock writes the lock file of a config repo as a whole.
func WriteLock(root string, digests map[string]string) error {
	var b strings.Builder
	b.WriteString(lockHeader)
	for _, reference := range slices.Sorted(maps.Keys(digests)) {
		line, err := yaml.Marshal(map[string]string{reference: digests[reference]})
		if err != nil {
			return err
		}
		b.Write(line)
	}
	path := filepath.Join(root, LockFile)
	f, err := os.CreateTemp(root, "."+LockFile+"-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // gone already when it was renamed
	_, err = f.WriteString(b.String())
	if err := errors.Join(err, f.Chmod(0o644), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
