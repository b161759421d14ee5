package compile

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
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
	if reserved[base] || m.whole[base] {
		base += "_task"
	}
	name := base
	for n := 2; m.taken[name]; n++ {
		name = fmt.Sprintf("%s_%d", base, n)
	}
	m.taken[name] = true
	m.variables[id] = name
	return name
}

// digest is a short text that differs for other texts.
func digest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:4])
}

// keywords are Python's.
var keywords = set("False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield")

func set(words string) map[string]bool {
	all := map[string]bool{}
	for _, w := range strings.Fields(words) {
		all[w] = true
	}
	return all
}

// reserved are the names that a task may not have in the file: keywords, what the
// helpers are called and what they use.
var reserved = func() map[string]bool {
	all := set("Any Callable Iterator Mapping ValueError date dict enumerate float int isinstance iter json len list map min os pendulum print re repr str super time timedelta tuple type")
	maps.Copy(all, keywords)
	for _, h := range order {
		all[h.name] = true
		for _, names := range h.names {
			for _, n := range names {
				all[n] = true
			}
		}
	}
	return all
}()

// imported are the modules of the names that helpers import.
var imported = func() map[string]string {
	all := map[string]string{}
	for _, h := range order {
		for module, names := range h.names {
			for _, n := range names {
				all[n] = module
			}
		}
	}
	return all
}()
