package compile

import (
	"strings"

	"golang.org/x/text/width"
)

// lineLength is black's.
const lineLength = 88

// node is an expression of Python: an atom, or a bracket around items.
type node struct {
	// atom is the text of an expression that stays on its line.
	atom string
	// lines are the parts of a string of several lines, each quoted.
	lines []string
	// open and close are the brackets, with what is called before the first.
	open, close string
	items       []item
	// plus is what the expression is added to; "" for nothing.
	plus string
	// after stands behind the expression, as the >> of a dependency.
	after string
	// wide writes one item a line, however short.
	wide bool
}

// item is one of a bracket: a positional value, a keyword ("name=") or a key ("name": ).
type item struct {
	prefix string
	value  node
}

func atom(text string) node { return node{atom: text} }

// call is a call with its arguments.
func call(name string, items ...item) node { return node{open: name + "(", close: ")", items: items} }

func list(values ...node) node {
	n := node{open: "[", close: "]"}
	for _, v := range values {
		n.items = append(n.items, item{value: v})
	}
	return n
}

func dict(items ...item) node { return node{open: "{", close: "}", items: items} }

// keyword is name=value; key is "name": value.
func keyword(name string, value node) item { return item{name + "=", value} }

func key(name string, value node) item { return item{quote(name) + ": ", value} }

// text is a string; one with several lines that does not fit is written line by line.
func text(s string) node {
	n := node{atom: quote(s)}
	if body := strings.TrimSuffix(s, "\n"); strings.Contains(body, "\n") {
		for _, line := range strings.SplitAfter(s, "\n") {
			if line != "" {
				n.lines = append(n.lines, quote(line))
			}
		}
	}
	return n
}

func texts(all []string) node {
	n := list()
	for _, s := range all {
		n.items = append(n.items, item{value: text(s)})
	}
	return n
}

// flat adds the expression on one line.
func (n node) flat(b *strings.Builder) {
	if n.plus != "" {
		b.WriteString(n.plus + " + ")
	}
	if n.open == "" {
		b.WriteString(n.atom)
	} else {
		b.WriteString(n.open)
		for i, it := range n.items {
			if i > 0 {
				b.WriteString(", ")
			}
			b.WriteString(it.prefix)
			it.value.flat(b)
		}
		b.WriteString(n.close)
	}
	b.WriteString(n.after)
}

// fits says that the expression on one line has at most this many columns, and may have
// one line.
func (n node) fits(room int) bool { return n.room(room) >= 0 }

// room is what is left of the columns behind the expression; negative when it does not
// fit or has to have several lines.
func (n node) room(columnsLeft int) int {
	if n.wide {
		return -1
	}
	left := columnsLeft - columns(n.after)
	if n.plus != "" {
		left -= len(n.plus) + len(" + ")
	}
	if n.open == "" {
		return left - columns(n.atom)
	}
	left -= columns(n.open) + len(n.close)
	for i, it := range n.items {
		if i > 0 {
			left -= len(", ")
		}
		if left < 0 {
			return -1
		}
		left = it.value.room(left - columns(it.prefix))
	}
	return left
}

// write adds the expression to b, where the line has used columns, is indented by
// indent, and has tail more columns behind the expression.
func (n node) write(b *strings.Builder, indent, used, tail int) {
	fits := n.fits(lineLength - used - tail)
	if n.plus != "" && !fits {
		b.WriteString(n.plus)
		newLine(b, indent)
		b.WriteString("+ ")
		n.plus, used = "", indent+2
		n.write(b, indent, used, tail)
		return
	}
	switch {
	case fits || n.open == "" && n.lines == nil || n.open != "" && n.items == nil:
		n.flat(b)
	case n.open == "":
		b.WriteString("(")
		lines := n.lines
		if joined := strings.Join(lines, " "); indent+4+columns(joined) <= lineLength {
			lines = []string{joined}
		}
		for _, line := range lines {
			newLine(b, indent+4)
			b.WriteString(line)
		}
		newLine(b, indent)
		b.WriteString(")" + n.after)
	default:
		b.WriteString(n.open)
		for _, it := range n.items {
			newLine(b, indent+4)
			b.WriteString(it.prefix)
			it.value.write(b, indent+4, indent+4+columns(it.prefix), 1)
			b.WriteString(",")
		}
		newLine(b, indent)
		b.WriteString(n.close + n.after)
	}
}

func newLine(b *strings.Builder, indent int) {
	b.WriteString("\n")
	b.WriteString(strings.Repeat(" ", indent))
}

// columns is how wide a text is shown, as black counts.
func columns(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r >= 0x1100 {
			if k := width.LookupRune(r).Kind(); k == width.EastAsianWide || k == width.EastAsianFullwidth {
				n++
			}
		}
	}
	return n
}
