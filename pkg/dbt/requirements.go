package dbt

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/dorc-dev/dorc/internal/tree"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// The forms of what stands in a lock file of pip's format. Sources:
// https://pip.pypa.io/en/stable/reference/requirements-file-format/,
// https://packaging.python.org/en/latest/specifications/dependency-specifiers/
var (
	pinned   = regexp.MustCompile(`^([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[([^\]]*)\])?\s*={2,3}\s*([A-Za-z0-9][A-Za-z0-9.!+_-]*)\s*(?:;\s*(.*))?$`)
	comment  = regexp.MustCompile(`(^|\s)#.*$`)
	option   = regexp.MustCompile(`\s--?[A-Za-z]`)
	hashOf   = regexp.MustCompile(`--hash[= ]\s*(\S+)`)
	elseFrom = regexp.MustCompile(`^(?:-r|-c|-e|--requirement|--constraint|--editable)(?:[\s=]|$)`)
)

// requirements reads a lock file in pip's format. Options that say where packages
// come from are the installer's business.
func (l *Lock) requirements(data []byte) (problems problem.List) {
	refuse := func(line int, summary, detail, hint string) {
		problems = append(problems, problem.Problem{File: l.Shown, Line: line, Summary: summary, Detail: detail, Hint: hint})
	}
	const how = "Let a tool write it: uv pip compile, pip-compile or pip freeze."
	for _, r := range logical(data) {
		switch m := pinned.FindStringSubmatch(r.text); {
		case elseFrom.MatchString(r.text):
			refuse(r.line, "a lock file has all packages itself", fmt.Sprintf("%q leads to another file", tree.Shorten(r.text)), how)
		case strings.HasPrefix(r.text, "-"):
		case m == nil:
			refuse(r.line, "a package is not pinned to a version", fmt.Sprintf("%q has no ==, and a lock file pins every package", tree.Shorten(r.text)), how)
		default:
			p := Package{Name: normalize(m[1]), Extras: m[2], Version: m[3], Marker: strings.TrimSpace(m[4]), Line: r.line}
			for _, h := range hashOf.FindAllStringSubmatch(r.options, -1) {
				p.Hashes = append(p.Hashes, h[1])
			}
			l.Packages = append(l.Packages, p)
		}
	}
	return problems
}

// line is a requirement, with its options, and where it begins.
type line struct {
	text, options string
	line          int
}

// logical joins lines that are continued and leaves comments out.
func logical(data []byte) (all []line) {
	pending, first := "", 0
	add := func() {
		text := strings.TrimSpace(pending)
		pending = ""
		if text == "" {
			return
		}
		options := ""
		if at := option.FindStringIndex(text); at != nil && !strings.HasPrefix(text, "-") {
			text, options = strings.TrimSpace(text[:at[0]]), text[at[0]:]
		}
		all = append(all, line{text, options, first})
	}
	text := strings.TrimPrefix(strings.ReplaceAll(string(data), "\r\n", "\n"), "\ufeff")
	for i, physical := range strings.Split(text, "\n") {
		if strings.TrimSpace(pending) == "" {
			first = i + 1
		}
		if strings.HasPrefix(strings.TrimSpace(physical), "#") {
			add()
			continue
		}
		before, continued := strings.CutSuffix(physical, `\`)
		pending += comment.ReplaceAllString(before, "") + " "
		if !continued {
			add()
		}
	}
	add()
	return all
}
