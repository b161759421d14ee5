package compile

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// module is a Python file that is being written.
type module struct {
	line line
	// zone is the DAG's time zone.
	zone string
	// whole are modules that are imported as they are, names those of which names are.
	whole map[string]bool
	names map[string]map[string]bool
	// helpers are those that stand before the DAG, by name.
	helpers map[string]bool
	// variables are the names that tasks have in the file; taken are those given away.
	variables map[string]string
	taken     map[string]bool
	// classes are the names of the classes that are imported.
	classes map[class]string
	// images are the dbt projects whose images tasks use.
	images map[string]bool
	// body are the DAG's statements, indent is that of the next.
	body   strings.Builder
	indent int
}

func newModule(l line, zone string) *module {
	return &module{
		line: l, zone: zone, whole: map[string]bool{}, names: map[string]map[string]bool{},
		helpers: map[string]bool{}, variables: map[string]string{}, taken: map[string]bool{}, classes: map[class]string{}, images: map[string]bool{}, indent: 4,
	}
}

// use imports a module as it is.
func (m *module) use(name string) { m.whole[name] = true }

// from imports names of a module.
func (m *module) from(module string, names ...string) {
	if m.names[module] == nil {
		m.names[module] = map[string]bool{}
	}
	for _, n := range names {
		m.names[module][n] = true
	}
}

// class imports a class and returns its name, which is another when the file has its own
// meaning for that, or another class has it.
func (m *module) class(c class) string {
	if name, ok := m.classes[c]; ok {
		return name
	}
	name := c.name
	for n := 2; m.taken[name] || reserved[name] && imported[name] != c.module; n++ {
		name = fmt.Sprintf("%s%d", c.name, n)
	}
	m.taken[name] = true
	m.classes[c] = name
	if name == c.name {
		m.from(c.module, name)
	} else {
		m.from(c.module, c.name+" as "+name)
	}
	return name
}

// assign writes name = value.
func (m *module) assign(name string, value node) {
	m.body.WriteString(strings.Repeat(" ", m.indent) + name + " = ")
	value.write(&m.body, m.indent, m.indent+columns(name)+3, 0)
	m.body.WriteString("\n")
}

// statement writes an expression on a line of its own.
func (m *module) statement(value node) {
	m.body.WriteString(strings.Repeat(" ", m.indent))
	value.write(&m.body, m.indent, m.indent, 0)
	m.body.WriteString("\n")
}

// imports are the lines of the imports, in the order of isort with black's profile.
func (m *module) imports() string {
	var std, other []string
	for _, plain := range []bool{true, false} {
		var modules []string
		if plain {
			modules = slices.Sorted(maps.Keys(m.whole))
		} else {
			modules = slices.SortedFunc(maps.Keys(m.names), foldCompare)
		}
		for _, name := range modules {
			text := "import " + name + "\n"
			if !plain {
				text = importFrom(name, slices.SortedFunc(maps.Keys(m.names[name]), importCompare))
			}
			if standard[name] {
				std = append(std, text)
			} else {
				other = append(other, text)
			}
		}
	}
	groups := []string{}
	for _, g := range [][]string{std, other} {
		if len(g) > 0 {
			groups = append(groups, strings.Join(g, ""))
		}
	}
	return strings.Join(groups, "\n")
}

// standard are the modules of Python's library that compiled files may use.
var standard = map[string]bool{
	"collections.abc": true, "datetime": true, "json": true, "os": true, "re": true, "time": true, "typing": true,
}

func foldCompare(a, b string) int {
	if c := strings.Compare(strings.ToLower(a), strings.ToLower(b)); c != 0 {
		return c
	}
	return strings.Compare(a, b)
}

// importCompare sorts imported names as isort does: constants, classes, functions.
func importCompare(a, b string) int {
	rank := func(s string) int {
		switch {
		case len(s) > 1 && strings.ToUpper(s) == s:
			return 0
		case strings.ToUpper(s[:1]) == s[:1]:
			return 1
		}
		return 2
	}
	if ra, rb := rank(a), rank(b); ra != rb {
		return ra - rb
	}
	return foldCompare(a, b)
}

// importFrom is a line that imports names; one with another name has its own line.
func importFrom(module string, names []string) string {
	var plain []string
	others := ""
	for _, n := range names {
		if strings.Contains(n, " ") {
			others += "from " + module + " import " + n + "\n"
		} else {
			plain = append(plain, n)
		}
	}
	line := "from " + module + " import " + strings.Join(plain, ", ")
	switch {
	case len(plain) == 0:
		return others
	case columns(line) <= lineLength:
		return line + "\n" + others
	}
	return "from " + module + " import (\n    " + strings.Join(plain, ",\n    ") + ",\n)\n" + others
}
