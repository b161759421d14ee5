package scaffold

import (
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/dorc-dev/dorc/pkg/definition"
)

// editChain puts a function behind the end of the chain by adding to two lines,
// so that comments and layout stay. The result is read again, and must be what
// was there with this one function more; else the layout is one that lines
// cannot be added to, such as a list in brackets.
func editChain(text string, d *definition.Pipeline, source *definition.Source, end definition.Function, name string) (string, bool) {
	lineEnd := "\n"
	if strings.Contains(text, "\r\n") {
		lineEnd = "\r\n"
		text = strings.ReplaceAll(text, "\r\n", "\n")
	}
	e := chainEditor{lines: strings.Split(text, "\n"), source: source, count: len(d.Functions)}
	path := source.Function(end.Name)
	// The item goes in first: it comes later in the file, so lines above it keep their numbers.
	if !e.addItem(path, name) || !e.addNext(path, end.Name, name) {
		return "", false
	}
	edited := strings.Join(e.lines, "\n")
	got, _, problems := definition.Parse(source.File, []byte(edited))
	if len(problems) > 0 || !reflect.DeepEqual(got, wanted(d, end.Name, name)) {
		return "", false
	}
	return strings.ReplaceAll(edited, "\n", lineEnd), true
}

type chainEditor struct {
	lines  []string
	source *definition.Source
	count  int
}

// line and column are where a field's value stands, counted from 0.
func (e *chainEditor) at(path string) (line, column int) {
	p := e.source.Problem(path, "", "", "")
	return p.Line - 1, p.Column - 1
}

// addItem adds the item "- name: …" behind the item at path.
func (e *chainEditor) addItem(path, name string) bool {
	first, _ := e.at(path)
	if first < 0 || first >= len(e.lines) {
		return false
	}
	dash := indentOf(e.lines[first])
	if !strings.HasPrefix(e.lines[first][dash:], "- ") {
		return false
	}
	last := e.lastLine(first, e.next(path), dash)
	item := []string{strings.Repeat(" ", dash) + "- name: " + name}
	if e.spaced(first, dash) {
		item = append([]string{""}, item...)
	}
	e.lines = slices.Insert(e.lines, last+1, item...)
	return true
}

// next is the line of what follows the item: another item, or the next key of the file.
func (e *chainEditor) next(path string) int {
	first, _ := e.at(path)
	following := len(e.lines)
	consider := func(line int) {
		if line > first && line < following {
			following = line
		}
	}
	for i := range e.count {
		line, _ := e.at(itemPath(i))
		consider(line)
	}
	for _, key := range []string{"kind", "description", "triggers"} {
		if e.source.Has(key) {
			consider(e.source.KeyProblem(key, "", "", "").Line - 1)
		}
	}
	return following
}

// lastLine is the last line of the item that begins at first. Blank lines, and
// comments that are not indented deeper than its dash, belong to what follows.
func (e *chainEditor) lastLine(first, following, dash int) int {
	last := following - 1
	for last > first {
		line := strings.TrimSpace(e.lines[last])
		comment := strings.HasPrefix(line, "#") && indentOf(e.lines[last]) <= dash
		if line != "" && !comment {
			break
		}
		last--
	}
	return last
}

// spaced says that a blank line stands between this item and its neighbours.
func (e *chainEditor) spaced(first, dash int) bool {
	if e.count < 2 {
		return false
	}
	above := first - 1
	for above >= 0 && strings.HasPrefix(strings.TrimSpace(e.lines[above]), "#") && indentOf(e.lines[above]) <= dash {
		above--
	}
	return above >= 0 && strings.TrimSpace(e.lines[above]) == ""
}

// addNext adds "next: …" behind the name of the function at path: on a line of
// its own, or in the braces that it stands in.
func (e *chainEditor) addNext(path, end, name string) bool {
	line, column := e.at(path + ".name")
	itemLine, itemColumn := e.at(path)
	if line < 0 || line >= len(e.lines) || column < 0 {
		return false
	}
	runes := []rune(e.lines[line])
	item := []rune(e.lines[itemLine])
	if column > len(runes) || itemColumn >= len(item) {
		return false
	}
	if item[itemColumn] != '{' {
		key := e.source.KeyProblem(path+".name", "", "", "").Column - 1
		e.lines = slices.Insert(e.lines, line+1, strings.Repeat(" ", key)+"next: "+name)
		return true
	}
	for _, written := range []string{end, `"` + end + `"`, `'` + end + `'`} {
		if rest, ok := strings.CutPrefix(string(runes[column:]), written); ok {
			e.lines[line] = string(runes[:column]) + written + ", next: " + name + rest
			return true
		}
	}
	return false
}

func itemPath(i int) string { return "functions[" + strconv.Itoa(i) + "]" }

// indentOf is how many spaces a line begins with.
func indentOf(line string) int { return len(line) - len(strings.TrimLeft(line, " ")) }
