package run

import (
	"bufio"
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// consoleScript is a line of the group console_scripts: a command, its module and function
// (https://packaging.python.org/en/latest/specifications/entry-points/).
var consoleScript = regexp.MustCompile(`^\s*([A-Za-z0-9][A-Za-z0-9_.-]*)\s*=\s*([A-Za-z_][\w.]*)\s*:\s*([A-Za-z_][\w.]*)\s*(?:\[.*\])?\s*$`)

// script starts a command of a package as installers write it, with the first Python of PATH.
const script = `#!/usr/bin/env python3
import sys
from importlib import import_module
from operator import attrgetter

sys.argv[0] = %[1]q
sys.exit(attrgetter(%[3]q)(import_module(%[2]q))())
`

// writeScripts writes the commands of the packages in site into a folder: those of the image name the image's own
// interpreter. Without site there are none: the interpreter's environment has them.
func writeScripts(site, folder string) error {
	if err := os.MkdirAll(folder, 0o755); err != nil || site == "" {
		return err
	}
	root, err := os.OpenRoot(site)
	if err != nil {
		return err
	}
	defer root.Close()
	all, err := fs.Glob(root.FS(), "*.dist-info/entry_points.txt")
	if err != nil {
		return err
	}
	for _, name := range all {
		data, err := fs.ReadFile(root.FS(), name)
		if err != nil {
			return err
		}
		for _, s := range consoleScripts(data) {
			if err := os.WriteFile(filepath.Join(folder, s[0]), fmt.Appendf(nil, script, s[0], s[1], s[2]), 0o755); err != nil { //nolint:gosec // a program
				return err
			}
		}
	}
	return nil
}

// consoleScripts are command, module and function of each command in an entry_points.txt.
func consoleScripts(data []byte) (found [][3]string) {
	group := ""
	for lines := bufio.NewScanner(bytes.NewReader(data)); lines.Scan(); {
		line := strings.TrimSpace(lines.Text())
		if strings.HasPrefix(line, "[") && strings.HasSuffix(line, "]") {
			group = strings.Trim(line, "[] \t")
			continue
		}
		if m := consoleScript.FindStringSubmatch(line); m != nil && group == "console_scripts" {
			found = append(found, [3]string{m[1], m[2], m[3]})
		}
	}
	return found
}
