package compile

import (
	"slices"
	"strings"
)

// helper is a constant or a function that a compiled file has when it needs it.
type helper struct {
	// name is what it is called in the file.
	name string
	// text is its source.
	text string
	// whole and names are the imports of its source.
	whole []string
	names map[string][]string
	// helpers are the other ones that it uses.
	helpers []string
}

// need adds a helper and what it uses.
func (m *module) need(h helper) {
	if m.helpers[h.name] {
		return
	}
	m.helpers[h.name] = true
	for _, w := range h.whole {
		m.use(w)
	}
	for module, names := range h.names {
		m.from(module, names...)
	}
	for _, name := range h.helpers {
		m.need(order[slices.IndexFunc(order, func(h helper) bool { return h.name == name })])
	}
}

// definitions is the text of all helpers, in the one order that there is, where text
// may be written anew for this file.
func (m *module) definitions(anew map[string]string) string {
	var constants, functions []string
	for _, h := range order {
		if !m.helpers[h.name] || h.name == m.line.running.name && h.text != m.line.running.text {
			continue
		}
		text := h.text
		if t, ok := anew[h.name]; ok {
			text = t
		}
		if strings.HasPrefix(text, "def ") || strings.HasPrefix(text, "class ") {
			functions = append(functions, text)
		} else {
			constants = append(constants, text)
		}
	}
	var b strings.Builder
	multi := false
	for i, c := range constants {
		// A constant of several lines has an empty line around it.
		many := strings.Count(c, "\n") > 1
		if i > 0 && (many || multi) {
			b.WriteString("\n")
		}
		b.WriteString(c)
		multi = many
	}
	for i, f := range functions {
		if i > 0 || len(constants) > 0 {
			b.WriteString("\n\n")
		}
		b.WriteString(f)
	}
	return b.String()
}
