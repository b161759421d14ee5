package python

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// logical is a line of a requirements.txt with the lines that continue it.
type logical struct {
	text string
	// line is where it begins; column is of its first letter. Both count from 1.
	line, column int
	// first is the physical line that it begins with.
	first string
}

var comment = regexp.MustCompile(`(^|\s+)#.*$`)

// logicalLines joins continued lines, takes comments off and leaves empty lines
// out, as pip does. Source: https://pip.pypa.io/en/stable/reference/requirements-file-format/
func logicalLines(data []byte) []logical {
	var all []logical
	var pending []string
	var at logical
	flush := func() {
		at.text = strings.TrimSpace(comment.ReplaceAllString(strings.Join(pending, ""), ""))
		at.column = len(at.first) - len(strings.TrimLeft(at.first, " \t\f")) + 1
		if at.text != "" {
			all = append(all, at)
		}
		pending = nil
	}
	text := strings.TrimPrefix(string(data), "\ufeff")
	for i, line := range strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n") {
		if pending == nil {
			at = logical{line: i + 1, first: line}
		}
		isComment := strings.HasPrefix(strings.TrimSpace(line), "#")
		if continued, ok := strings.CutSuffix(line, `\`); ok && !isComment {
			pending = append(pending, strings.TrimRight(continued, " \t")+" ")
			continue
		}
		if isComment { // A comment ends what is continued, and may stand between the lines.
			line = ""
			if pending != nil {
				line = " "
			}
		}
		pending = append(pending, line)
		flush()
	}
	if pending != nil {
		flush()
	}
	return all
}

// columnOf is the column of a part of the line, or of the line's start when the
// part is further down.
func (l logical) columnOf(part string) int {
	if i := strings.Index(l.first, part); part != "" && i >= 0 {
		return utf8.RuneCountInString(l.first[:i]) + 1
	}
	return l.column
}

var optionStart = regexp.MustCompile(`\s--?[A-Za-z]`)

// cutOptions parts a requirement from the options behind it.
func cutOptions(text string) (requirement string, options []string) {
	at := optionStart.FindStringIndex(text)
	if at == nil {
		return text, nil
	}
	return strings.TrimSpace(text[:at[0]]), strings.Fields(text[at[0]:])
}
