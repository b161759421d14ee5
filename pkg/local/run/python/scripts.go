package python

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// scriptText starts a function of a package. Source of the form:
// https://packaging.python.org/en/latest/specifications/entry-points/#use-for-scripts
const scriptText = `#!%s
import re, sys
from %s import %s
sys.argv[0] = re.sub(r"\.pyw?$", "", sys.argv[0])
sys.exit(%s())
`

// entry is a line of an entry_points.txt: name = module:object, with extras that do not matter.
var entry = regexp.MustCompile(`^([\w.-]+)\s*=\s*([\w.]+):([\w.]+)\s*(?:\[.*\])?$`)

// Scripts writes the console scripts of the packages in a folder, and python itself, into another, to be started with this
// interpreter. An image's own scripts name the image's interpreter.
func Scripts(into, interpreter, site string) error {
	if err := os.MkdirAll(into, 0o755); err != nil {
		return err
	}
	for _, name := range []string{"python", "python3"} {
		if err := os.WriteFile(filepath.Join(into, name), fmt.Appendf(nil, "#!/bin/sh\nexec '%s' \"$@\"\n", strings.ReplaceAll(interpreter, "'", `'\''`)), 0o755); err != nil { //nolint:gosec // a program
			return err
		}
	}
	files, err := filepath.Glob(filepath.Join(site, "*.dist-info", "entry_points.txt"))
	if err != nil {
		return err
	}
	for _, file := range files {
		if err := scriptsOf(file, into, interpreter); err != nil {
			return err
		}
	}
	return nil
}

func scriptsOf(file, into, interpreter string) (err error) {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	section := ""
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		if strings.HasPrefix(line, "[") {
			section = line
			continue
		}
		found := entry.FindStringSubmatch(line)
		if section != "[console_scripts]" || found == nil {
			continue
		}
		first, _, _ := strings.Cut(found[3], ".")
		text := fmt.Sprintf(scriptText, interpreter, found[2], first, found[3])
		if err := os.WriteFile(filepath.Join(into, found[1]), []byte(text), 0o755); err != nil { //nolint:gosec // a program
			return err
		}
	}
	return lines.Err()
}

// SiteOf is the folder of the packages of a virtual environment, by its interpreter <env>/bin/python; "" when there is none.
func SiteOf(interpreter string) string {
	found, err := filepath.Glob(filepath.Join(filepath.Dir(filepath.Dir(interpreter)), "lib", "python*", "site-packages"))
	if err != nil || len(found) != 1 {
		return ""
	}
	return found[0]
}
