package compile

import (
	"fmt"
	"strings"
)

// variable is the name in the file of the task with this id: the id itself, when
// Python and the rest of the file leave it free.
func (m *module) variable(id string) string {
	if name, ok := m.variables[id]; ok {
		return name
	}
	base := strings.Map(func(r rune) rune {
		if r == '_' || r < 0x80 && (r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z') {
			return r
		}
		return '_'
	}, id)
	if base == "" || base[0] >= '0' && base[0] <= '9' {
		base = "task_" + base
	}
	name := base
	if reserved[base] || m.isImported(base) {
		name = base + "_task"
	}
	for n := 2; m.taken[name]; n++ {
		name = fmt.Sprintf("%s_%d", base, n)
	}
	m.taken[name] = true
	m.variables[id] = name
	return name
}

func (m *module) isImported(name string) bool {
	if m.whole[name] {
		return true
	}
	for _, names := range m.names {
		if names[name] {
			return true
		}
	}
	return false
}

// reserved are the names that a task may not have in the file: keywords, what the
// helpers are called and what they use.
var reserved = func() map[string]bool {
	all := map[string]bool{}
	for _, words := range []string{
		"False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield match case type",
		"Any Mapping Iterator date dict float int isinstance iter json len list os pendulum re repr str super time timedelta tuple ValueError all any enumerate map bool print set sorted sum",
	} {
		for _, w := range strings.Fields(words) {
			all[w] = true
		}
	}
	for _, h := range order {
		all[h.name] = true
	}
	return all
}()
