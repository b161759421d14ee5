package configrepo

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// Names of files that mean something in a config repo.
const (
	definitionFile   = "pipeline.yaml"
	handlerFile      = "lambda.py"
	programFile      = "main.go"
	requirementsFile = "requirements.txt"
)

// layout is how functions are found, for hints.
const layout = "Functions are found as <source folder>/<layer>/<pipeline>/<function>/lambda.py"

// Load finds and validates the repo at root. Layers are folders below
// sourceCodeFolder, by default "src".
//
// The repo is never nil. When there are problems it holds what could be found,
// and nothing should be applied from it.
func Load(root, sourceCodeFolder string) (*Repo, problem.List) {
	if sourceCodeFolder == "" {
		sourceCodeFolder = DefaultSourceCodeFolder
	}
	repo := &Repo{Root: root, SourceCodeFolder: path.Clean(filepath.ToSlash(sourceCodeFolder))}
	abs, err := filepath.Abs(root)
	if err != nil {
		return repo, problem.List{unreadable(root, err)}
	}
	repo.Root = abs
	l := &loader{repo: repo, shown: shownRoot(root, abs)}
	if !filepath.IsLocal(filepath.FromSlash(repo.SourceCodeFolder)) {
		return repo, problem.List{{Resource: "source_code_folder", Summary: "the source folder leaves the config repo",
			Detail: sourceCodeFolder, Hint: "Name a folder inside the config repo, such as " + DefaultSourceCodeFolder}}
	}
	if l.root, err = os.OpenRoot(abs); err != nil {
		return repo, problem.List{unreadable(root, err)}
	}
	defer l.root.Close()

	l.load()
	sortByPlace(l.problems)
	// A bad link can be found as a folder and as a file.
	l.problems = slices.Compact(l.problems)
	return repo, l.problems
}

// loader walks a repo. Every path it handles is relative to the root and has
// slashes; os.Root refuses those that a symbolic link leads out.
type loader struct {
	repo     *Repo
	root     *os.Root
	shown    string
	problems problem.List
	// dbt are the folders of dbt projects below the root.
	dbt []string
}

func (l *loader) load() {
	l.repo.Requirements = l.regular(requirementsFile, &l.problems)
	found := l.orchestration()
	// A service project of DOP's needs no source folder.
	if len(found) == 0 || l.has(l.repo.SourceCodeFolder) {
		for _, layer := range l.folders(l.repo.SourceCodeFolder, &l.problems) {
			dir := path.Join(l.repo.SourceCodeFolder, layer)
			if l.has(path.Join(dir, dbtFile)) {
				l.dbt = append(l.dbt, dir)
				continue
			}
			for _, pipeline := range l.folders(dir, &l.problems) {
				found = append(found, &finder{loader: l, layer: layer, name: pipeline, folder: path.Join(dir, pipeline)})
			}
		}
	}
	inParallel(len(found), func(i int) { found[i].find() })
	for _, f := range found {
		l.problems = append(l.problems, f.problems...)
		if f.pipeline != nil {
			l.repo.Pipelines = append(l.repo.Pipelines, f.pipeline)
		}
		l.dbt = append(l.dbt, f.dbt...)
	}
	l.sortPipelines()
	l.findDbt()
	l.problems = append(l.problems, l.repo.checkLinks()...)
	l.problems = append(l.problems, l.repo.checkIDs(l)...)
}

// folders lists the folders in dir by name, also those that a symbolic link
// inside the repo leads to. Hidden folders and Python's caches are no part of a repo.
func (l *loader) folders(dir string, problems *problem.List) []string {
	entries, ok := l.readDir(dir, problems)
	if !ok {
		return nil
	}
	var names []string
	for _, e := range entries {
		if l.isFolder(dir, e, problems) {
			names = append(names, e.Name())
		}
	}
	return names
}

func (l *loader) isFolder(dir string, e os.DirEntry, problems *problem.List) bool {
	name := e.Name()
	if strings.HasPrefix(name, ".") || name == "__pycache__" {
		return false
	}
	if e.Type()&os.ModeSymlink == 0 {
		return e.IsDir()
	}
	info, err := l.root.Stat(path.Join(dir, name))
	if err != nil {
		*problems = append(*problems, l.badLink(path.Join(dir, name), err))
		return false
	}
	return info.IsDir()
}

func (l *loader) readDir(dir string, problems *problem.List) ([]os.DirEntry, bool) {
	f, err := l.root.Open(dir)
	if err == nil {
		defer f.Close()
		var entries []os.DirEntry
		if entries, err = f.ReadDir(-1); err == nil {
			slices.SortFunc(entries, func(a, b os.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
			return entries, true
		}
	}
	p := unreadable(l.show(dir), err)
	if os.IsNotExist(err) && dir == l.repo.SourceCodeFolder {
		p.Summary, p.Hint = fmt.Sprintf("the config repo has no folder %s", dir), layout
	}
	*problems = append(*problems, p)
	return nil, false
}

// regular is the absolute path of a file when there is one, or "".
func (l *loader) regular(file string, problems *problem.List) string {
	info, err := l.root.Stat(file)
	switch {
	case os.IsNotExist(err):
		// A link to nothing is a mistake, a missing file is none.
		if _, missing := l.root.Lstat(file); missing == nil {
			*problems = append(*problems, l.badLink(file, err))
		}
		return ""
	case err != nil:
		*problems = append(*problems, l.badLink(file, err))
		return ""
	case !info.Mode().IsRegular():
		*problems = append(*problems, problem.Problem{File: l.show(file), Summary: "this is not a file", Hint: "Rename it."})
		return ""
	}
	return l.abs(file)
}

func (l *loader) abs(p string) string { return filepath.Join(l.repo.Root, filepath.FromSlash(p)) }

// show is a path as the user would type it.
func (l *loader) show(p string) string { return filepath.Join(l.shown, filepath.FromSlash(p)) }
