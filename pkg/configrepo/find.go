package configrepo

import (
	"os"
	"path/filepath"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// Find walks up from dir to the root of the config repo, the nearest folder that
// has the source folder ("src" when empty), or DAGs where DOP has them. Programs that run in universal/,
// infra/ or a pipeline's folder find their repo with it.
func Find(dir, sourceCodeFolder string) (string, error) {
	if sourceCodeFolder == "" {
		sourceCodeFolder = DefaultSourceCodeFolder
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", unreadable(dir, err)
	}
	for at := abs; ; at = filepath.Dir(at) {
		source := filepath.Join(at, sourceCodeFolder)
		if info, err := os.Stat(source); err == nil && info.IsDir() && !isPipelines(source) {
			return at, nil
		}
		if isServiceProject(at) {
			return at, nil
		}
		if at == filepath.Dir(at) {
			return "", problem.Problem{File: dir, Summary: "there is no config repo here or above",
				Detail: "no folder has " + sourceCodeFolder, Hint: "Go to the config repo, or set CONFIG_REPO_PATH."}
		}
	}
}

// isPipelines reports whether a source folder is a pipeline's own: functions
// lie directly in it, where a repo's has layers.
func isPipelines(source string) bool {
	handlers, err := filepath.Glob(filepath.Join(globEscape(source), "*", handlerFile))
	return err == nil && len(handlers) > 0
}

// globEscape keeps characters of a path from being patterns.
func globEscape(p string) string {
	var escaped []rune
	for _, r := range p {
		if r == '*' || r == '?' || r == '[' || r == '\\' && filepath.Separator != '\\' {
			escaped = append(escaped, '\\')
		}
		escaped = append(escaped, r)
	}
	return string(escaped)
}
