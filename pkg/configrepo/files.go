package configrepo

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/dorc-dev/dorc/pkg/problem"
)

const (
	// maxFolderDepth bounds how deep folders in a function's folder are followed.
	maxFolderDepth = 64
	// maxFiles bounds how many files a function has. An image with more is a
	// mistake, such as a virtual environment that git does not ignore.
	maxFiles = 100_000
)

// File is one file that belongs to a function.
type File struct {
	// Path is relative to the function's folder, with slashes.
	Path string
	// Abs is the absolute path. A symbolic link is given as the file it leads to
	// only when it is opened: use Function.Open, which never leaves the repo.
	Abs string
	// Mode is the mode of the file; only its executable bit counts for the hash.
	Mode fs.FileMode
	// Size is in bytes.
	Size int64
}

// Executable reports whether someone may execute the file.
func (f File) Executable() bool { return f.Mode&0o111 != 0 }

// Files lists what belongs to the function: every file below its folder that
// git does not ignore, sorted by path. Symbolic links inside the repo are
// followed; those that lead out of it, or in a circle, are refused. The hash is
// made of exactly these files, so an image of them is what the hash says.
func (f *Function) Files() ([]File, error) {
	root, dir, err := f.open()
	if err != nil {
		return nil, err
	}
	defer root.Close()
	return f.files(root, dir)
}

// Open opens one of the function's files. The path is that of a File.
func (f *Function) Open(file string) (io.ReadCloser, error) {
	root, dir, err := f.open()
	if err != nil {
		return nil, err
	}
	// An open file outlives the folder that it was opened in.
	defer root.Close()
	opened, err := root.Open(path.Join(dir, file))
	if err != nil {
		return nil, unreadable(filepath.Join(f.Dir, filepath.FromSlash(file)), err)
	}
	return opened, nil
}

func (f *Function) open() (*os.Root, string, error) {
	if f.repo == nil {
		return nil, "", errors.New("configrepo: the function " + f.ID() + " was not made by Load")
	}
	root, err := os.OpenRoot(f.repo.Root)
	if err != nil {
		return nil, "", unreadable(f.repo.Root, err)
	}
	dir, err := filepath.Rel(f.repo.Root, f.Dir)
	if err != nil {
		root.Close()
		return nil, "", fmt.Errorf("configrepo: the function %s is outside its repo: %w", f.ID(), err)
	}
	return root, filepath.ToSlash(dir), nil
}

func (f *Function) files(root *os.Root, dir string) ([]File, error) {
	rules, err := f.repo.ignoring(root, dir)
	if err != nil {
		return nil, unreadable(f.Dir, err)
	}
	if handler := path.Join(dir, handlerFile); rules.ignoredFile(handler) {
		l := &loader{repo: f.repo, root: root, shown: shownRoot(f.repo.Root, f.repo.Root)}
		return nil, problem.Problem{File: l.show(handler), Summary: "git ignores the handler of a function",
			Detail: "what git ignores gets into no image", Hint: "Change " + ignoreFile + ", or remove the folder."}
	}
	return f.repo.list(root, dir)
}

// lister walks one folder.
type lister struct {
	*loader
	base  string
	files []File
}

// list adds the files of dir. The folders above are known by what they are, not
// by their names, so that a link in a circle is found.
func (l *lister) list(dir string, rules ignoring, above []fs.FileInfo) error {
	self, err := l.root.Stat(dir)
	if err != nil {
		return l.badLink(dir, err)
	}
	for _, folder := range above {
		if os.SameFile(folder, self) {
			return problem.Problem{File: l.show(dir), Summary: "the symbolic link leads in a circle", Hint: "Remove the link."}
		}
	}
	if len(above) > maxFolderDepth {
		return problem.Problem{File: l.show(dir), Summary: "folders are nested too deeply",
			Detail: fmt.Sprintf("at most %d levels are read", maxFolderDepth), Hint: "Move what is in it up."}
	}
	var problems problem.List
	entries, ok := l.readDir(dir, &problems)
	if !ok {
		return problems[0]
	}
	for _, e := range entries {
		if err := l.entry(path.Join(dir, e.Name()), rules, append(above[:len(above):len(above)], self)); err != nil {
			return err
		}
	}
	return nil
}

func (l *lister) entry(p string, rules ignoring, above []fs.FileInfo) error {
	info, err := l.root.Stat(p)
	if err != nil {
		// A broken link that git ignores concerns nobody.
		if rules.ignored(p, false) {
			return nil
		}
		return l.badLink(p, err)
	}
	if rules.ignored(p, info.IsDir()) {
		return nil
	}
	switch {
	case info.IsDir():
		inner, err := l.repo.ignoring(l.root, p)
		if err != nil {
			return unreadable(l.show(p), err)
		}
		return l.list(p, inner, above)
	case !info.Mode().IsRegular():
		return problem.Problem{File: l.show(p), Summary: "this is not a file", Detail: "it is " + info.Mode().Type().String(),
			Hint: "Remove it, or let git ignore it."}
	case len(l.files) >= maxFiles:
		return problem.Problem{File: l.show(l.base), Summary: "the folder has too many files",
			Detail: fmt.Sprintf("at most %d are packed", maxFiles), Hint: "Let git ignore what does not belong to it."}
	}
	l.files = append(l.files, File{Path: strings.TrimPrefix(p, l.base+"/"), Abs: l.abs(p), Mode: info.Mode(), Size: info.Size()})
	return nil
}
