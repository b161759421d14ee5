package dbt

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/dorc-dev/dorc/internal/tree"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// ProjectFile is the file that makes a folder a dbt project. Source:
// https://docs.getdbt.com/reference/dbt_project.yml
const ProjectFile = "dbt_project.yml"

// Project is a dbt project of a config repo.
type Project struct {
	// Name is its folder's, by which tasks name it; of a project in the root its Title. Dir is the folder below the config
	// repo's root, with slashes.
	Name, Dir string
	// Title is the name that the project gives itself.
	Title string
	// Profile is the profile that dbt is to use.
	Profile string
	// TargetPath, LogPath and PackagesPath are the folders below Dir that dbt writes:
	// results, logs, and packages of others. Defaults: target, logs, dbt_packages.
	TargetPath, LogPath, PackagesPath string
	// Paths are the folders below Dir that dbt reads, as far as the project says so
	// without Jinja, sorted: models, tests, seeds and so on.
	Paths []string
	// Packages says that packages.yml or dependencies.yml asks for packages of others;
	// it is where, or nil.
	Packages *problem.Problem
	// OwnProfiles says that the project has a profiles.yml of its own.
	OwnProfiles bool
	// Lock are the Python packages that run it.
	Lock *Lock
}

// The names of things that projects of before dbt 1.0 spell in another way. Source:
// https://docs.getdbt.com/docs/dbt-versions/core-upgrade/Older%20versions/upgrading-to-v1.0
const (
	defaultTarget   = "target"
	defaultLogs     = "logs"
	defaultPackages = "dbt_packages"
)

// titleForm is what dbt takes for a project's name.
var titleForm = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// Read reads the dbt project in dir, a folder with slashes below the root of files,
// which is a config repo. Messages name files below shown, the config repo as the
// user would type it; "" for below its root. With problems the project has what
// could be read.
func Read(files fs.FS, dir, shown string) (*Project, problem.List) {
	p := &Project{Name: path.Base(dir), Dir: dir, TargetPath: defaultTarget, LogPath: defaultLogs, PackagesPath: defaultPackages}
	r := reader{files: files, shown: shown, project: p, paths: map[string][]string{}}
	r.definition()
	if dir == "." {
		p.Name = cmp.Or(p.Title, "dbt")
	}
	r.packages()
	r.profiles()
	for _, words := range pathKeys {
		if r.paths[words[0]] == nil {
			r.paths[words[0]] = words[len(words)-1:]
		}
		p.Paths = append(p.Paths, r.paths[words[0]]...)
	}
	slices.Sort(p.Paths)
	p.Paths = slices.Compact(p.Paths)
	var found problem.List
	p.Lock, found = FindLock(files, dir, shown)
	return p, append(r.problems, found...)
}

// reader reads one project.
type reader struct {
	files    fs.FS
	shown    string
	project  *Project
	problems problem.List
	// paths are the folders that dbt reads, by the first word of pathKeys.
	paths map[string][]string
}

// pathKeys are the keys with folders that dbt reads, in all spellings; the last word
// is the default. Source: https://docs.getdbt.com/reference/dbt_project.yml
var pathKeys = [][]string{
	{"model-paths", "source-paths", "models"}, {"seed-paths", "data-paths", "seeds"}, {"test-paths", "tests"}, {"analysis-paths", "analyses"},
	{"macro-paths", "macros"}, {"snapshot-paths", "snapshots"}, {"function-paths", "functions"}, {"docs-paths", "docs"}, {"asset-paths", "assets"},
}

// read reads a file of the project; it is nil when there is none, or when it cannot
// be read, which is a problem.
func (r *reader) read(name string) ([]byte, *tree.File) {
	file := path.Join(r.project.Dir, name)
	f := &tree.File{Name: path.Join(r.shown, file)}
	data, err := fs.ReadFile(r.files, file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		r.problems = append(r.problems, problem.Problem{File: f.Name, Summary: "the file cannot be read", Detail: err.Error(), Hint: "Make it readable."})
	}
	return data, f
}

// definition reads dbt_project.yml, of which only a few keys matter here. dbt itself
// checks the rest.
func (r *reader) definition() {
	p := r.project
	data, f := r.read(ProjectFile)
	defer func() { r.problems = append(r.problems, f.Problems...) }()
	root := f.Read(data)
	if root == nil {
		if len(f.Problems) == 0 {
			f.Refuse(nil, "there is no dbt project", "the file is missing or empty", "Write it: name and profile at least (https://docs.getdbt.com/reference/dbt_project.yml).")
		}
		return
	}
	entries, ok := f.Mapping(root, "a dbt project")
	if !ok {
		return
	}
	seen := map[string]bool{}
	for _, e := range entries {
		seen[e.Name] = true
		switch e.Name {
		case "name":
			p.Title = f.Text(e.Value, "name")
			if p.Title != "" && !titleForm.MatchString(p.Title) {
				f.Refuse(e.Value, fmt.Sprintf("%q cannot be the name of a dbt project", tree.Shorten(p.Title)), "dbt allows letters, digits and underscores, and no digit first", "Rename it.")
			}
		case "profile":
			p.Profile = f.Text(e.Value, "profile")
			if strings.Contains(p.Profile, "{{") {
				f.Refuse(e.Value, "the profile is not a plain word", "dorc writes the profile into the image, so its name must be known before dbt runs", "Write the name itself.")
			}
		case "target-path":
			p.TargetPath = r.folder(f, e, p.TargetPath)
		case "log-path":
			p.LogPath = r.folder(f, e, p.LogPath)
		case "packages-install-path", "modules-path":
			p.PackagesPath = r.folder(f, e, p.PackagesPath)
		default:
			for _, words := range pathKeys {
				if slices.Contains(words[:len(words)-1], e.Name) {
					r.paths[words[0]] = r.folders(f, e)
				}
			}
		}
	}
	for _, required := range []struct{ key, detail, hint string }{
		{"name", "dbt needs a name", "Add it, such as name: " + identifier(p.Name) + "."},
		{"profile", "dbt would not know which BigQuery is meant", "Add it, such as profile: " + identifier(p.Name) + "; dorc writes the profile itself into the image (docs/dbt.md)."},
	} {
		if !seen[required.key] {
			f.Refuse(root, "the dbt project has no "+required.key, required.detail, required.hint)
		}
	}
}

// folder reads a folder below the project. One that is told by Jinja is known to
// dbt alone; the default stays.
func (r *reader) folder(f *tree.File, e tree.Entry, otherwise string) string {
	value := f.Text(e.Value, e.Name)
	if value == "" || strings.Contains(value, "{{") {
		return otherwise
	}
	return path.Clean(value)
}

// folders are the folders of a list; what Jinja tells is left out.
func (r *reader) folders(f *tree.File, e tree.Entry) []string {
	all := []string{}
	for _, folder := range f.Texts(e.Value, e.Name) {
		if folder != "" && !strings.Contains(folder, "{{") {
			all = append(all, path.Clean(folder))
		}
	}
	return all
}

// packages notes where packages of others are asked for.
func (r *reader) packages() {
	for _, name := range []string{"packages.yml", "dependencies.yml"} {
		data, f := r.read(name)
		if root := f.Read(data); root != nil && r.project.Packages == nil {
			r.project.Packages = asked(f, root)
		}
		r.problems = append(r.problems, f.Problems...)
	}
}

func asked(f *tree.File, root *yaml.Node) *problem.Problem {
	entries, _ := f.Mapping(root, "the list of packages")
	for _, e := range entries {
		if e.Name == "packages" && tree.Follow(e.Value).Tag != "!!null" && len(f.List(e.Value, "packages")) > 0 {
			return &problem.Problem{File: f.Name, Line: e.Key.Line, Column: e.Key.Column}
		}
	}
	return nil
}

// identifier is a word with what BigQuery and dbt take in names.
func identifier(word string) string {
	return strings.Map(func(c rune) rune {
		if c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' {
			return c
		}
		return '_'
	}, word)
}
