package dockerfile

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
)

// private are folders at the root that say nothing about an image, and change
// with each commit and each run: a build that copies everything gets them, a
// hash of its inputs must not have them.
var private = []string{".git", ".dorc"}

// Match tells whether a build can see a file, by its path below the root with
// slashes. It can see the Dockerfile and the file that excludes others.
func (in Inputs) Match(file string) (bool, error) {
	if file == Name || (file == in.Ignore && file != "") {
		return true, nil
	}
	if slices.Contains(private, first(file)) || !in.copied(file) {
		return false, nil
	}
	excluded, err := in.excluded.excludes(file)
	return !excluded, err
}

// Files lists the files and links below the root that a build can see, sorted.
// Where a source of COPY is a link, or below one, all files are listed: BuildKit
// follows it.
func (in Inputs) Files(root string) ([]string, error) {
	dir, err := os.OpenRoot(root)
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	var found []string
	err = fs.WalkDir(dir.FS(), ".", func(file string, d fs.DirEntry, err error) error {
		if err != nil || file == "." {
			return err
		}
		if d.IsDir() {
			excluded, err := in.excluded.excludesAll(file)
			if err == nil && (excluded || slices.Contains(private, file) || !in.leadsTo(file)) {
				return fs.SkipDir
			}
			return err
		}
		if !in.Everything && d.Type()&fs.ModeSymlink != 0 && in.source(file) {
			in.Everything = true
			found = nil
			return errFollow
		}
		ok, err := in.Match(file)
		if ok {
			found = append(found, file)
		}
		return err
	})
	if errors.Is(err, errFollow) {
		return in.Files(root)
	}
	slices.Sort(found)
	return found, err
}

// errFollow ends a walk that met a link which BuildKit would follow.
var errFollow = errors.New("a source of COPY is a link")

func first(file string) string {
	head, _, _ := strings.Cut(file, "/")
	return head
}

// copied tells that a pattern matches the file or a folder that it is in.
func (in Inputs) copied(file string) bool {
	return in.Everything || slices.ContainsFunc(in.Patterns, func(pattern string) bool {
		n := strings.Count(pattern, "/") + 1
		segments := strings.Split(file, "/")
		return len(segments) >= n && matches(pattern, strings.Join(segments[:n], "/"))
	})
}

// source tells that the file is a source, or on the way to one.
func (in Inputs) source(file string) bool {
	return slices.ContainsFunc(in.Patterns, func(pattern string) bool {
		n := strings.Count(file, "/") + 1
		segments := strings.Split(pattern, "/")
		return len(segments) >= n && matches(strings.Join(segments[:n], "/"), file)
	})
}

// leadsTo tells that a folder is copied, or that there may be a source below it.
func (in Inputs) leadsTo(dir string) bool { return in.copied(dir) || in.source(dir) }

// matches is BuildKit's way: a pattern without wildcards, or one that is none, is a name.
func matches(pattern, file string) bool {
	if pattern == file {
		return true
	}
	ok, err := path.Match(pattern, file)
	return err == nil && ok
}
