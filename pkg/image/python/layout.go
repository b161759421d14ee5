package python

import (
	"bytes"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
)

// laid is a file where it lies in the image.
type laid struct {
	wheelFile
	// project owns the file: the last one, by name, when several have it.
	project string
}

// layout is all files of all wheels, by path in the image without leading slash.
type layout struct {
	target Target
	files  map[string]laid
	// owned are the files of each project, for its RECORD.
	owned map[string][]string
}

// lay places the wheels' files as pip would in the image.
func lay(wheels map[string]*wheel, t Target) (*layout, error) {
	l := &layout{target: t, files: map[string]laid{}, owned: map[string][]string{}}
	for _, name := range sortedKeys(wheels) {
		if err := l.wheel(wheels[name]); err != nil {
			return nil, err
		}
	}
	return l, l.checkFolders(wheels)
}

func (l *layout) wheel(w *wheel) error {
	own := map[string]wheelFile{}
	for _, name := range sortedKeys(w.files) {
		target, file, err := l.place(w, name)
		if err != nil {
			return err
		}
		if target != "" {
			own[target] = file
		}
	}
	scripts, err := w.scripts(l.target)
	if err != nil {
		return err
	}
	for name, content := range scripts {
		own[relative(path.Join(l.target.Scripts, name))] = inMemory(content, true)
	}
	own[path.Join(relative(l.target.SitePackages), w.info, "INSTALLER")] = inMemory([]byte("dorc\n"), false)
	for target, file := range own {
		l.files[target] = laid{file, w.project()}
		l.owned[w.project()] = append(l.owned[w.project()], target)
	}
	slices.Sort(l.owned[w.project()])
	return nil
}

// place is where a file of a wheel goes, "" for nowhere.
func (l *layout) place(w *wheel, name string) (string, wheelFile, error) {
	f := w.files[name]
	site := relative(l.target.SitePackages)
	if rest, ok := strings.CutPrefix(name, w.data+"/"); ok {
		scheme, rest, _ := strings.Cut(rest, "/")
		if dropped(w, rest) {
			return "", f, nil
		}
		switch scheme {
		case "purelib", "platlib":
			return path.Join(site, rest), f, nil
		case "headers":
			return path.Join(relative(l.target.prefix()), "include", "python"+l.target.minor(), w.name, rest), f, nil
		case "data":
			return path.Join(relative(l.target.prefix()), rest), f, nil
		case "scripts":
			f, err := fixScript(f, l.target.Interpreter)
			return path.Join(relative(l.target.Scripts), rest), f, err
		}
		return "", f, &damaged{w.info, fmt.Sprintf("%s is in an unknown place: %q", name, scheme)}
	}
	if dropped(w, name) {
		return "", f, nil
	}
	return path.Join(site, name), f, nil
}

// dropped tells whether a file is not installed: what an installer writes
// itself, and bytecode that Python makes from the source beside it.
func dropped(w *wheel, name string) bool {
	if rest, ok := strings.CutPrefix(name, w.info+"/"); ok &&
		slices.Contains([]string{"RECORD", "RECORD.jws", "RECORD.p7s", "INSTALLER", "REQUESTED", "direct_url.json", "uv_cache.json", "uv_build.json"}, rest) {
		return true
	}
	if slices.Contains(strings.Split(name, "/"), "__pycache__") {
		return true
	}
	source, isBytecode := strings.CutSuffix(name, ".pyc")
	_, hasSource := w.files[source+".py"]
	return isBytecode && hasSource
}

// checkFolders finds files that stand where others need a folder.
func (l *layout) checkFolders(wheels map[string]*wheel) error {
	for _, name := range sortedKeys(l.files) {
		for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
			if other, ok := l.files[dir]; ok {
				return &damaged{wheels[l.files[name].project].info, fmt.Sprintf("/%s needs a folder where %s has a file", name, other.project)}
			}
		}
	}
	return nil
}

func relative(imagePath string) string { return strings.TrimPrefix(imagePath, "/") }

func inMemory(content []byte, executable bool) wheelFile {
	return wheelFile{size: int64(len(content)), executable: executable, open: func() (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(content)), nil
	}}
}
