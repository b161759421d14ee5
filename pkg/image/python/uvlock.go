package python

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
)

// lockFile is what is read of a uv.lock. Its format is uv's own; version 1 is
// the only one. Source: https://docs.astral.sh/uv/concepts/resolution/#lockfile-versioning
type lockFile struct {
	Version  int          `toml:"version"`
	Packages []lockedItem `toml:"package"`
}

type lockedItem struct {
	Name         string                  `toml:"name"`
	Version      string                  `toml:"version"`
	Source       map[string]any          `toml:"source"`
	Markers      []string                `toml:"resolution-markers"`
	Dependencies []lockedNeed            `toml:"dependencies"`
	Optional     map[string][]lockedNeed `toml:"optional-dependencies"`
	Wheels       []struct {
		URL      string `toml:"url"`
		Hash     string `toml:"hash"`
		Filename string `toml:"filename"`
	} `toml:"wheels"`
	SDist *struct{} `toml:"sdist"`
}

type lockedNeed struct {
	Name    string   `toml:"name"`
	Version string   `toml:"version"`
	Extra   []string `toml:"extra"`
	Marker  string   `toml:"marker"`
}

// lockFormat is the version of the format that is read here.
const lockFormat = 1

// lock takes the locked versions that the image's Python needs, with their
// hashes: the project's dependencies and theirs, without development groups.
func (r *reading) lock(file string, t Target) {
	r.group.locked = true
	var l lockFile
	if !r.decode(file, &l) {
		return
	}
	at := requirement{file: file}
	if l.Version != lockFormat {
		at.line = lineOf(r.all.Files[file], 1, "version")
		r.refuse(at, 0, "the lock file has another format", fmt.Sprintf("its version is %d; %d is supported", l.Version, lockFormat), "Lock again with a uv that writes version 1, or export a requirements.txt: uv export -o requirements.txt.")
		return
	}
	name := r.projectName(beside(file, "pyproject.toml"))
	if name == "" {
		return
	}
	w := lockWalk{reading: r, file: file, lock: l, environment: t.environment(), extras: map[*lockedItem][]string{}}
	root := w.root(name)
	if root == nil {
		at.line = lineOf(r.all.Files[file], 1, "[[package]]")
		r.refuse(at, 0, "the lock file is of another project", fmt.Sprintf("it has no project %s", name), "Lock again: uv lock.")
		return
	}
	w.visit(root, nil)
	for _, item := range slices.SortedFunc(maps.Keys(w.extras), func(a, b *lockedItem) int { return strings.Compare(a.Name, b.Name) }) {
		if item != root {
			w.take(item)
		}
	}
}

// projectName is the project's normalized name, and "" after a problem.
func (r *reading) projectName(file string) string {
	if _, ok := r.all.Files[file]; !ok {
		r.refuse(requirement{file: file}, 0, "a lock file lies without its pyproject.toml", "uv.lock tells versions, pyproject.toml what is needed", "Add the pyproject.toml of the lock file.")
		return ""
	}
	var f projectFile
	if !r.decode(file, &f) {
		return ""
	}
	if f.Project == nil || f.Project.Name == "" {
		r.refuse(requirement{file: file}, 0, "the project has no name", "uv.lock lies beside it, and a [project] name is needed to find it there", "Add [project] with a name.")
		return ""
	}
	r.uvIndexes(file, f)
	return normalize(f.Project.Name)
}

// take makes a requirement of a locked package.
func (w *lockWalk) take(item *lockedItem) {
	data := w.all.Files[w.file]
	q := requirement{name: normalize(item.Name), file: w.file}
	q.line = lineOfItem(data, item.Name, item.Version)
	for _, wheel := range item.Wheels {
		if !hashForm.MatchString(wheel.Hash) {
			w.refuse(q, 0, "a locked wheel has no hash", fmt.Sprintf("%s %s", item.Name, item.Version), "Lock again: uv lock.")
			return
		}
		q.hashes = append(q.hashes, wheel.Hash)
	}
	registry, isRegistry := item.Source["registry"].(string)
	direct, isURL := item.Source["url"].(string)
	switch {
	case isURL:
		q.text = fmt.Sprintf("%s @ %s", item.Name, direct)
	case isRegistry && isWeb(registry):
		q.text = fmt.Sprintf("%s==%s", item.Name, item.Version)
	default:
		kinds := slices.Sorted(maps.Keys(item.Source))
		w.refuse(q, 0, "this requirement cannot be in an image", fmt.Sprintf("%s is locked from a source of the kind %s", item.Name, strings.Join(kinds, ", ")),
			"Publish the package to an index, or put its code in the shared code folder.")
		return
	}
	if len(item.Wheels) == 0 {
		w.refuse(q, 0, "a package has no wheel", fmt.Sprintf("%s %s is locked as a source distribution only", item.Name, item.Version),
			"Pin a version that has wheels, or use image_builder: docker.")
		return
	}
	w.add(q, false)
}

// lineOfItem is the line of a package's name, 0 when it is written otherwise.
func lineOfItem(data []byte, name, version string) int {
	all := strings.Split(string(data), "\n")
	for i := range len(all) - 1 {
		if strings.TrimSpace(all[i]) == fmt.Sprintf("name = %q", name) && strings.TrimSpace(all[i+1]) == fmt.Sprintf("version = %q", version) {
			return i + 1
		}
	}
	return 0
}

func isWeb(address string) bool {
	u, err := url.Parse(address)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
}
