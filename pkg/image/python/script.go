package python

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"regexp"
	"strings"
)

// maxScript is the largest script whose first line is looked at, in bytes.
const maxScript = 64 << 20

// fixScript puts the image's interpreter into a script of a wheel that asks for
// it, and makes it executable, as the wheel format says.
func fixScript(f wheelFile, interpreter string) (wheelFile, error) {
	f.executable = true
	r, err := f.open()
	if err != nil {
		return f, err
	}
	defer r.Close()
	start, err := bufio.NewReader(r).Peek(len("#!python"))
	if err != nil && err != io.EOF {
		return f, err
	}
	if string(start) != "#!python" {
		return f, nil
	}
	content, err := f.read(maxScript)
	if err != nil {
		return f, err
	}
	_, rest, _ := bytes.Cut(content, []byte("\n"))
	return inMemory(append([]byte("#!"+interpreter+"\n"), rest...), true), nil
}

// Entry points. Source: https://packaging.python.org/en/latest/specifications/entry-points/
var (
	commandForm = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.+ -]*$`)
	objectForm  = regexp.MustCompile(`^([\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{N}_]*)*)\s*:\s*([\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{N}_]*)*)\s*(?:\[[^\]]*\])?$`)
)

// scripts are the commands of entry_points.txt, by file name, with the text that
// pip would write.
func (w *wheel) scripts(t Target) (map[string][]byte, error) {
	f, ok := w.files[w.info+"/entry_points.txt"]
	if !ok {
		return nil, nil
	}
	data, err := f.read(maxMetadata)
	if err != nil {
		return nil, err
	}
	all := map[string][]byte{}
	section := ""
	for line := range strings.SplitSeq(string(data), "\n") {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || line[0] == '#' || line[0] == ';':
			continue
		case line[0] == '[':
			section = strings.TrimSpace(strings.Trim(line, "[]"))
			continue
		case section != "console_scripts" && section != "gui_scripts":
			continue
		}
		name, object, _ := strings.Cut(line, "=")
		name, object = strings.TrimSpace(name), strings.TrimSpace(object)
		m := objectForm.FindStringSubmatch(object)
		if m == nil || !commandForm.MatchString(name) {
			return nil, &damaged{w.info, fmt.Sprintf("entry_points.txt has a command that is not understood: %q", line)}
		}
		all[name] = script(t.Interpreter, m[1], m[2])
	}
	return all, nil
}

// script is the text of a command. It is pip's, so that tools that look at
// scripts know it.
func script(interpreter, module, object string) []byte {
	name, _, _ := strings.Cut(object, ".")
	return fmt.Appendf(nil, `#!%s
# -*- coding: utf-8 -*-
import re
import sys
from %s import %s
if __name__ == '__main__':
    sys.argv[0] = re.sub(r'(-script\.pyw|\.exe)?$', '', sys.argv[0])
    sys.exit(%s())
`, interpreter, module, name, object)
}
