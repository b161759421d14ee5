package dockerfile

import (
	"bytes"
	"errors"
	"io/fs"
	"path/filepath"

	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// ignoreFiles are the names under which BuildKit looks for exclusions; the first
// that exists counts
// (https://docs.docker.com/build/concepts/context/#filename-and-location).
var ignoreFiles = []string{Name + ".dockerignore", ".dockerignore"}

// ignore excludes files from the build.
type ignore struct {
	name    string
	matcher *patternmatcher.PatternMatcher
}

func readIgnore(root string) (*ignore, error) {
	for _, name := range ignoreFiles {
		data, err := readBelow(root, name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		patterns, err := ignorefile.ReadAll(bytes.NewReader(data))
		if err == nil {
			var m *patternmatcher.PatternMatcher
			if m, err = patternmatcher.New(patterns); err == nil {
				// A pattern is compiled when it is used first: a bad one shall be told now.
				if _, err = m.MatchesOrParentMatches(Name); err == nil {
					return &ignore{name: name, matcher: m}, nil
				}
			}
		}
		return nil, problem.Problem{
			File: filepath.Join(root, name), Summary: "a pattern is wrong", Detail: err.Error(),
			Hint: "See https://docs.docker.com/build/concepts/context/#dockerignore-files.",
		}
	}
	return &ignore{}, nil
}

// Excludes says of paths below a folder, with slashes, whether the folder's
// .dockerignore leaves them out of an image.
func Excludes(root string) (func(path string) (bool, error), error) {
	i, err := readIgnore(root)
	if err != nil {
		return nil, err
	}
	return i.excludes, nil
}

// excludes tells of a path below the root, with slashes.
func (i *ignore) excludes(path string) (bool, error) {
	if i == nil || i.matcher == nil {
		return false, nil
	}
	return i.matcher.MatchesOrParentMatches(filepath.FromSlash(path))
}

// excludesAll tells that nothing below a folder can be included again.
func (i *ignore) excludesAll(dir string) (bool, error) {
	if i == nil || i.matcher == nil || i.matcher.Exclusions() {
		return false, nil
	}
	return i.excludes(dir)
}
