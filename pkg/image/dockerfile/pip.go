package dockerfile

import (
	"regexp"
	"slices"
	"strings"
)

// install is one call of pip install.
type install struct {
	// files are the requirement files, as paths in the image.
	files []string
	// others are flags and packages that change what is installed.
	others []string
}

// harmless are flags of pip install that change nothing in the image but its
// size and what is said (https://pip.pypa.io/en/stable/cli/pip_install/). Those
// with true take a value.
var harmless = map[string]bool{
	"--no-cache-dir": false, "--disable-pip-version-check": false, "--no-input": false, "--no-color": false,
	"--quiet": false, "-q": false, "-qq": false, "-qqq": false, "--verbose": false, "-v": false,
	"--no-compile": false, "--compile": false, "--no-warn-script-location": false, "--no-warn-conflicts": false,
	"--require-hashes": false, "--break-system-packages": false,
	"--root-user-action": true, "--progress-bar": true, "--timeout": true, "--default-timeout": true, "--retries": true,
	"--cache-dir": true, "--only-binary": true,
}

var (
	pipName    = regexp.MustCompile(`^(/var/lang/bin/|/usr/bin/|/usr/local/bin/)?pip[0-9.]*$`)
	pythonName = regexp.MustCompile(`^(/var/lang/bin/|/usr/bin/|/usr/local/bin/)?python[0-9.]*$`)
)

// pip reads one command; ok says that it is pip install of requirement files.
func (c *comparison) pip(words []string) (in install, ok bool) {
	switch {
	case len(words) > 0 && pipName.MatchString(words[0]):
		words = words[1:]
	case len(words) > 2 && pythonName.MatchString(words[0]) && words[1] == "-m" && words[2] == "pip":
		words = words[3:]
	default:
		return in, false
	}
	at := slices.Index(words, "install")
	if at < 0 {
		return in, false
	}
	words = slices.Delete(slices.Clone(words), at, at+1)
	for len(words) > 0 {
		word := words[0]
		words = words[1:]
		name, value, joined := strings.Cut(word, "=")
		if strings.HasPrefix(word, "-r") && !joined && len(word) > 2 {
			name, value, joined = "-r", word[2:], true
		}
		takes, known := harmless[name]
		requirement := name == "-r" || name == "--requirement"
		if (takes || requirement) && !joined {
			if len(words) == 0 {
				return in, false
			}
			value, words = words[0], words[1:]
		}
		switch {
		case requirement:
			in.files = append(in.files, c.below(value))
		case !known:
			in.others = append(in.others, word)
		}
	}
	return in, len(in.files) > 0
}
