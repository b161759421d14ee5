package configrepo

import (
	"bufio"
	"io"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/go-git/go-git/v6/plumbing/format/gitignore"
)

const (
	ignoreFile = ".gitignore"
	// maxIgnoreSize keeps a wrong .gitignore from taking the memory.
	maxIgnoreSize = 1 << 20
)

// ignoring is the rules that hold in a folder, those of folders nearer to the
// root first. The last one that matches decides.
type ignoring []ignoreRule

// ignored reports whether git would ignore a path below the root, given that it
// does not ignore the folders above. Version control itself and Python's caches
// are ignored whatever the rules say.
func (i ignoring) ignored(p string, isDir bool) bool {
	if name := path.Base(p); name == ".git" || name == "__pycache__" {
		return true
	}
	if len(i) == 0 {
		return false
	}
	parts := strings.Split(p, "/")
	for _, rule := range slices.Backward(i) {
		if result := rule.match(parts, isDir); result != gitignore.NoMatch {
			return result == gitignore.Exclude
		}
	}
	return false
}

// ignoredFile judges a file with all folders above it.
func (i ignoring) ignoredFile(p string) bool {
	for at := range len(p) {
		if p[at] == '/' && i.ignored(p[:at], true) {
			return true
		}
	}
	return i.ignored(p, false)
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
	var rules ignoring
	lines := bufio.NewScanner(io.LimitReader(opened, maxIgnoreSize))
	lines.Buffer(nil, maxIgnoreSize+1)
	for first := true; lines.Scan(); first = false {
		line := lines.Text()
		if first {
			line = strings.TrimPrefix(line, "\ufeff")
		}
		if rule, ok := parseIgnore(line, domain); ok {
			rules = append(rules, rule)
		}
	}
	return rules, lines.Err()
}
