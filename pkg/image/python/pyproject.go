package python

import (
	"fmt"
	"slices"
	"strings"
)

// projectFile is what is read of a pyproject.toml. Source:
// https://packaging.python.org/en/latest/specifications/pyproject-toml/
type projectFile struct {
	Project *struct {
		Name         string   `toml:"name"`
		Dependencies []string `toml:"dependencies"`
		Dynamic      []string `toml:"dynamic"`
	} `toml:"project"`
	Tool struct {
		Poetry *struct{} `toml:"poetry"`
		UV     struct {
			Index []struct {
				Name     string `toml:"name"`
				URL      string `toml:"url"`
				Default  bool   `toml:"default"`
				Explicit bool   `toml:"explicit"`
			} `toml:"index"`
			Sources map[string]any `toml:"sources"`
		} `toml:"uv"`
	} `toml:"tool"`
}

// pyproject reads the static dependencies. The project itself is not installed.
func (r *reading) pyproject(file string) {
	var f projectFile
	if !r.decode(file, &f) {
		return
	}
	data := r.all.Files[file]
	at := requirement{file: file}
	switch {
	case f.Project == nil && f.Tool.Poetry != nil:
		at.line = lineOf(data, 1, "[tool.poetry")
		r.refuse(at, 0, "dependencies of Poetry's own form are not supported", "the file has [tool.poetry] and no [project]",
			"Write them as [project] dependencies, which Poetry 2 reads too, or export a requirements.txt: poetry export -o requirements.txt.")
		return
	case f.Project == nil:
		r.refuse(at, 0, "the file names no dependencies", "it has no [project] table", `Add [project] with name and dependencies = ["name==version"].`)
		return
	case slices.Contains(f.Project.Dynamic, "dependencies"):
		at.line = lineOf(data, 1, "dynamic")
		r.refuse(at, 0, "dynamic dependencies are not supported", "the project's code would have to run on this machine to tell them",
			"Write them as [project] dependencies, or use a requirements.txt.")
		return
	}
	for _, text := range f.Project.Dependencies {
		q := r.place(file, text)
		q.text = strings.TrimSpace(text)
		name, _ := parseRequirement(q.text)
		for source := range f.Tool.UV.Sources {
			if name != "" && normalize(source) == name && !indexSource(f.Tool.UV.Sources[source]) {
				q.line, q.column = lineOf(data, max(1, lineOf(data, 1, "tool.uv.sources")), source), 0
				r.refuse(q, 0, "this requirement cannot be in an image", fmt.Sprintf("%s has a source in [tool.uv.sources] that is no index", source),
					"Publish the package to an index, or put its code in the shared code folder.")
				name = ""
			}
		}
		r.add(q, false)
	}
	r.uvIndexes(file, f)
}

func indexSource(source any) bool {
	switch s := source.(type) {
	case map[string]any:
		_, ok := s["index"]
		return ok
	case []map[string]any:
		return !slices.ContainsFunc(s, func(m map[string]any) bool { return !indexSource(m) })
	}
	return false
}

// uvIndexes takes the indexes of [[tool.uv.index]]. Their credentials are in the
// environment, as uv has it: UV_INDEX_<NAME>_USERNAME and _PASSWORD.
func (r *reading) uvIndexes(file string, f projectFile) {
	for _, index := range f.Tool.UV.Index {
		l := logical{text: index.URL}
		q := r.place(file, index.URL)
		l.line, l.column = q.line, q.column
		r.checkIndex(q, l, "index", index.URL)
		if index.Explicit && !r.group.locked {
			r.refuse(q, q.column, "an explicit index needs a lock file", fmt.Sprintf("index %s is for the packages that name it alone, and pip has no such rule", index.Name),
				"Lock with uv lock: the hashes of uv.lock say which packages are meant.")
		}
		r.nameIndex(index.URL, index.Name)
		if index.Default {
			r.settings.index = index.URL
		} else {
			r.settings.extra = append(r.settings.extra, index.URL)
		}
	}
}

func (r *reading) nameIndex(address, name string) {
	if name == "" {
		return
	}
	if r.settings.named == nil {
		r.settings.named = map[string]string{}
	}
	r.settings.named[address] = name
}
