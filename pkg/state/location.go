package state

import (
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/dorc-dev/dorc/pkg/problem"
)

const fileScheme = "file://"

// filePath is the absolute folder that a file:// URL names. Like the stock CLI
// it accepts paths relative to the working folder and to the home folder (~).
func filePath(raw string) (string, error) {
	path, _, _ := strings.Cut(strings.TrimPrefix(raw, fileScheme), "?")
	if unescaped, err := url.PathUnescape(path); err == nil {
		path = unescaped
	}
	if path == "" {
		return "", problem.Problem{
			Resource: raw, Summary: "the state URL names no folder",
			Hint: "write file:// and a path, such as file://.dorc/state or file:///var/lib/dorc",
		}
	}
	if path == "~" || strings.HasPrefix(path, "~/") {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", err
		}
		path = filepath.Join(home, strings.TrimPrefix(path, "~"))
	}
	return filepath.Abs(path)
}
