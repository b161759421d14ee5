package definition

import (
	"fmt"
	"math"

	"github.com/goccy/go-yaml/ast"
)

// text reads a string. Other scalars are refused rather than converted: what
// YAML takes for a number or a truth value often is not what was written.
func (d *decoder) text(n ast.Node, path, what string) string {
	if !d.enter(path) {
		return ""
	}
	defer d.leave()
	switch v := d.resolve(n, path).(type) {
	case nil:
		return ""
	case *ast.StringNode:
		return v.Value
	case *ast.LiteralNode:
		return v.Value.Value
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		d.refuse(path, fmt.Sprintf("%s is %s, but a text is needed", lastKey(path), describe(v)), "",
			fmt.Sprintf("Put it in quotes: %q", v.GetToken().Value))
		return ""
	default:
		d.wrongType(path, v, what)
		return ""
	}
}

// integer reads a whole number.
func (d *decoder) integer(n ast.Node, path, what string) int {
	if !d.enter(path) {
		return 0
	}
	defer d.leave()
	switch v := d.resolve(n, path).(type) {
	case nil:
		return 0
	case *ast.IntegerNode:
		switch i := v.Value.(type) {
		case int64:
			if i >= math.MinInt32 && i <= math.MaxInt32 {
				return int(i)
			}
		case uint64:
			if i <= math.MaxInt32 {
				return int(i)
			}
		}
		d.refuse(path, lastKey(path)+" is out of range", shorten(v.GetToken().Value)+" is given", "")
		return 0
	default:
		d.wrongType(path, v, what)
		return 0
	}
}

// number reads a number with or without a fraction.
func (d *decoder) number(n ast.Node, path, what string) float64 {
	if !d.enter(path) {
		return 0
	}
	defer d.leave()
	switch v := d.resolve(n, path).(type) {
	case nil:
		return 0
	case *ast.FloatNode:
		return v.Value
	case *ast.IntegerNode:
		return float64(d.integer(v, path, what))
	default:
		d.wrongType(path, v, what)
		return 0
	}
}

// truth reads true or false.
func (d *decoder) truth(n ast.Node, path string) bool {
	if !d.enter(path) {
		return false
	}
	defer d.leave()
	switch v := d.resolve(n, path).(type) {
	case nil:
		return false
	case *ast.BoolNode:
		return v.Value
	default:
		d.wrongType(path, v, "true or false")
		return false
	}
}

func (d *decoder) wrongType(path string, n ast.Node, what string) {
	subject := lastKey(path)
	if _, null := n.(*ast.NullNode); null {
		d.refuse(path, subject+" has no value", "it is "+what, "Give it a value, or remove the key.")
		return
	}
	d.refuse(path, fmt.Sprintf("%s is %s, but it must be %s", subject, describe(n), what), "", "")
}

// describe says in words what a node is.
func describe(n ast.Node) string {
	switch v := n.(type) {
	case *ast.MappingNode, *ast.MappingValueNode:
		return "a mapping"
	case *ast.SequenceNode:
		return "a list"
	case *ast.StringNode:
		return fmt.Sprintf("the text %q", shorten(v.Value))
	case *ast.LiteralNode:
		return "a text of several lines"
	case *ast.InfinityNode, *ast.NanNode:
		return v.GetToken().Value
	case *ast.IntegerNode, *ast.FloatNode:
		return "the number " + shorten(v.GetToken().Value)
	case *ast.BoolNode:
		return "the truth value " + v.GetToken().Value
	case *ast.NullNode:
		return "empty"
	default:
		return "something else"
	}
}

// shorten keeps a value that someone wrote from filling the screen.
func shorten(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:57]) + "..."
	}
	return s
}
