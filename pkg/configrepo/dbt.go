package configrepo

import (
	"cmp"
	"fmt"
	"os"
	"path"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/dorc-dev/dorc/internal/tree"
	"github.com/dorc-dev/dorc/pkg/dbt"
	"github.com/dorc-dev/dorc/pkg/problem"
)

const (
	dbtFile = "dbt_project.yml"
	// executorFolder has what DOP builds its image of dbt from.
	executorFolder = "embedded_dop/executor_config/dbt"
	// maxDbtDepth is how deep below the root dbt projects are looked for.
	maxDbtDepth = 8
)

// DbtProject is a folder with a dbt_project.yml.
type DbtProject struct {
	// Name is the folder's; of a project in the repo's root, the one in its dbt_project.yml.
	Name string
	// Path is the folder below the repo's root with slashes, "." for the root. Dir is
	// the same as an absolute path.
	Path, Dir string
	// Profile is what dbt_project.yml says under profile, or "": then dbt does not
	// know where to connect to.
	Profile string
	// LockFile is the absolute path of what says which dbt it needs, as dbt.FindLock
	// finds it, or "".
	LockFile string
}

// skippedByDbt are folders of tools, which may have the dbt projects of packages.
var skippedByDbt = []string{"node_modules", "site-packages", "dbt_packages", "dbt_modules", "target", "__pycache__"}

// Dbt finds a dbt project by its name, or by its path below the root.
func (r *Repo) Dbt(name string) (*DbtProject, bool) {
	for _, p := range r.DbtProjects {
		if p.Name == name || p.Path == name {
			return p, true
		}
	}
	return nil, false
}

// dbtProjects finds dbt projects in the folder of a layer's pipeline: the folder
// itself, and those in it that are no functions.
func (f *finder) dbtProjects(entries []os.DirEntry, folders map[string]string) {
	if slices.ContainsFunc(entries, func(e os.DirEntry) bool { return e.Name() == dbtFile }) {
		f.dbt = append(f.dbt, f.folder)
		return
	}
	for _, e := range entries {
		if folders[e.Name()] == "" && e.Name() != sqlFolder && f.isFolder(f.folder, e, new(problem.List)) {
			f.dbt = append(f.dbt, f.walkDbt(path.Join(f.folder, e.Name()), 0)...)
		}
	}
}

// walkDbt finds the dbt projects at and below a folder. In a project it looks no
// further, and it follows no links and nothing that git ignores.
func (l *loader) walkDbt(dir string, depth int) (found []string) {
	if slices.Contains(skippedByDbt, path.Base(dir)) || depth > maxDbtDepth {
		return nil
	}
	rules, err := l.repo.ignoring(l.root, path.Dir(dir))
	if err != nil || rules.ignored(dir, true) {
		return nil
	}
	// A folder that cannot be read is said of where it is needed.
	entries, ok := l.readDir(dir, new(problem.List))
	if !ok || slices.ContainsFunc(entries, func(e os.DirEntry) bool { return e.Name() == "pyvenv.cfg" || e.Name() == handlerFile }) {
		return nil
	}
	if slices.ContainsFunc(entries, func(e os.DirEntry) bool { return e.Name() == dbtFile }) {
		return []string{dir}
	}
	for _, e := range entries {
		if e.IsDir() && !strings.HasPrefix(e.Name(), ".") {
			found = append(found, l.walkDbt(path.Join(dir, e.Name()), depth+1)...)
		}
	}
	return found
}

// findDbt finds the dbt projects outside the source folder, and reads all of them.
func (l *loader) findDbt() {
	entries, ok := l.readDir(".", &l.problems)
	if !ok {
		return
	}
	source, _, _ := strings.Cut(l.repo.SourceCodeFolder, "/")
	for _, e := range entries {
		switch {
		case e.Name() == dbtFile:
			l.dbt = append(l.dbt, ".")
		case e.IsDir() && !strings.HasPrefix(e.Name(), ".") && e.Name() != source:
			l.dbt = append(l.dbt, l.walkDbt(e.Name(), 1)...)
		}
	}
	l.dbt = append(l.dbt, l.dbtOfDOP()...)
	slices.Sort(l.dbt)
	names := map[string]string{}
	for _, dir := range slices.Compact(l.dbt) {
		p := l.readDbt(dir)
		if other, taken := names[p.Name]; taken {
			l.problems = append(l.problems, problem.Problem{File: l.show(path.Join(dir, dbtFile)),
				Summary: fmt.Sprintf("two dbt projects are called %q", p.Name), Detail: "the other one is " + l.show(other),
				Hint: "Rename one of the folders: a project is called as its folder."})
			continue
		}
		names[p.Name] = dir
		l.repo.DbtProjects = append(l.repo.DbtProjects, p)
	}
	slices.SortFunc(l.repo.DbtProjects, func(a, b *DbtProject) int { return cmp.Compare(a.Name, b.Name) })
}

// readDbt reads what is needed of a dbt_project.yml; dbt checks the rest.
func (l *loader) readDbt(dir string) *DbtProject {
	p := &DbtProject{Name: path.Base(dir), Path: dir, Dir: l.abs(dir)}
	at := path.Join(dir, dbtFile)
	file := tree.File{Name: l.show(at)}
	if l.regular(at, &file.Problems) != "" {
		if data, err := l.readText(at); err != nil {
			file.Problems = append(file.Problems, unreadable(file.Name, err))
		} else if root := file.Read(data); root != nil {
			if entries, ok := file.Mapping(root, "the file"); ok {
				p.Profile = textOf(entries, "profile")
				if dir == "." {
					p.Name = cmp.Or(textOf(entries, "name"), "dbt")
				}
			}
		}
	}
	l.problems = append(l.problems, file.Problems...)
	// What is wrong with it is said where the project is used.
	if lock, _ := dbt.FindLock(l.root.FS(), dir, ""); lock != nil {
		p.LockFile = l.abs(lock.File)
	}
	return p
}

func textOf(entries []tree.Entry, name string) string {
	for _, e := range entries {
		if e.Name == name {
			if v := tree.Follow(e.Value); v.Kind == yaml.ScalarNode && v.Tag == "!!str" {
				return v.Value
			}
		}
	}
	return ""
}
