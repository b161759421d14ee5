package python

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"regexp"
	"strings"
)

// RequirementFiles are the files of an image's task root that say what a function needs, in the order
// in which they are installed: the repository's, the pipeline's, the function's.
var RequirementFiles = []string{"global-requirements.txt", "pipeline-requirements.txt", "requirements.txt"}

// file is a requirements file with its content.
type file struct {
	name, content string
}

var (
	includes = regexp.MustCompile(`^\s*(?:-r|--requirement|-c|--constraint)(?:\s+|\s*=\s*)(\S+)`)
	named    = regexp.MustCompile(`^\s*([A-Za-z0-9][A-Za-z0-9._-]*)`)
	runs     = regexp.MustCompile(`[-_.]+`)
)

// requirements reads the requirement files of a task root with the files that they include.
// first are those to install; all has the included ones too.
func requirements(taskRoot string) (first, all []file, err error) {
	root, err := os.OpenRoot(taskRoot)
	if err != nil {
		return nil, nil, err
	}
	defer root.Close()
	seen := map[string]bool{}
	var read func(name, from string) (file, error)
	read = func(name, from string) (file, error) {
		content, err := root.ReadFile(name)
		if err != nil {
			if from != "" {
				err = fmt.Errorf("%s includes %s: %w", from, name, err)
			}
			return file{}, err
		}
		f := file{name, string(content)}
		if seen[name] {
			return f, nil
		}
		seen[name] = true
		all = append(all, f)
		for _, line := range strings.Split(f.content, "\n") {
			if m := includes.FindStringSubmatch(line); m != nil {
				if _, err := read(path.Join(path.Dir(name), m[1]), name); err != nil {
					return file{}, err
				}
			}
		}
		return f, nil
	}
	for _, name := range RequirementFiles {
		f, err := read(name, "")
		if errors.Is(err, fs.ErrNotExist) && !seen[name] {
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		first = append(first, f)
	}
	return first, all, nil
}

// names has the normalised names of the packages that requirement files ask for.
func names(files []file) map[string]bool {
	out := map[string]bool{}
	for _, f := range files {
		for _, line := range strings.Split(f.content, "\n") {
			if m := named.FindStringSubmatch(line); m != nil {
				out[strings.ToLower(runs.ReplaceAllString(m[1], "-"))] = true
			}
		}
	}
	return out
}
