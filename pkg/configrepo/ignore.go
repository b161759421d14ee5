package configrepo

import (
	"bufio"
	"io"
	"os"
	"path"
	"strings"

	"github.com/go-git/go-git/v6/plumbing/format/gitignore"
)

const (
	ignoreFile = ".gitignore"
	// maxIgnoreSize keeps a wrong .gitignore from taking the memory.
	maxIgnoreSize = 1 << 20
)

// ignoring is the patterns that hold in a folder, those of folders nearer to
// the root first.
type ignoring []gitignore.Pattern

// ignored reports whether git would ignore a path below the root. Version
// control itself and Python's caches are ignored whatever the patterns say.
func (i ignoring) ignored(p string, isDir bool) bool {
	if name := path.Base(p); name == ".git" || name == "__pycache__" {
		return true
	}
	return len(i) > 0 && gitignore.NewMatcher(i).Match(strings.Split(p, "/"), isDir)
}

// ignoring collects the .gitignore files from the root down to dir. Patterns
// outside the repo (a user's own, .git/info/exclude) do not count: a hash must
// be the same on every machine.
func (r *Repo) ignoring(root *os.Root, dir string) (ignoring, error) {
	if known, ok := r.ignores.Load(dir); ok {
		return known.(ignoring), nil
	}
	var above ignoring
	var domain []string
	if dir != "." {
		var err error
		if above, err = r.ignoring(root, path.Dir(dir)); err != nil {
			return nil, err
		}
		domain = strings.Split(dir, "/")
	}
	own, err := readIgnore(root, path.Join(dir, ignoreFile), domain)
	if err != nil {
		return nil, err
	}
	// Clipped, so that folders beside each other do not write into one array.
	all := append(above[:len(above):len(above)], own...)
	r.ignores.Store(dir, all)
	return all, nil
}

func readIgnore(root *os.Root, file string, domain []string) (ignoring, error) {
	info, err := root.Lstat(file)
	// Git reads no .gitignore that is a symbolic link.
	if os.IsNotExist(err) || err == nil && !info.Mode().IsRegular() {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	opened, err := root.Open(file)
	if err != nil {
		return nil, err
	}
	defer opened.Close()
	var patterns ignoring
	lines := bufio.NewScanner(io.LimitReader(opened, maxIgnoreSize))
	lines.Buffer(nil, maxIgnoreSize+1)
	for first := true; lines.Scan(); first = false {
		line := lines.Text()
		if first {
			line = strings.TrimPrefix(line, "\ufeff")
		}
		if pattern, ok := parseIgnore(line, domain); ok {
			patterns = append(patterns, pattern)
		}
	}
	return patterns, lines.Err()
}

// parseIgnore reads one line. What the library leaves to its caller is done
// here: comments, and "\#" or "\!" for names that begin so.
func parseIgnore(line string, domain []string) (gitignore.Pattern, bool) {
	if strings.HasPrefix(line, "#") || strings.TrimSpace(line) == "" || line == "!" || line == "/" {
		return nil, false
	}
	return gitignore.ParsePattern(line, domain), true
}
