package syntax

import (
	"errors"
	"strconv"
	"unicode/utf8"

	"github.com/dorc-dev/dorc/pkg/workflows/expression"
	"gopkg.in/yaml.v3"
)

// Value is a value as it is written: a constant, an expression, or a list or map
// of values.
type Value struct {
	Position
	// Expression is set for ${…}.
	Expression *expression.Expression
	// Items are those of a list.
	Items []*Value
	// Fields are those of a map, in order of writing.
	Fields []Field
	// List and Map say what the value is; when neither is set and Expression is
	// nil, it is Scalar: nil, bool, int64, float64 or string.
	List, Map bool
	Scalar    any
}

// Field is a key of a map with its value.
type Field struct {
	Position
	Name  string
	Value *Value
}

// Field returns a field of a map, or nil.
func (v *Value) Field(name string) *Value {
	if v == nil {
		return nil
	}
	for _, f := range v.Fields {
		if f.Name == name {
			return f.Value
		}
	}
	return nil
}

// Constant is the value when no expression is in it and it is no list or map.
func (v *Value) Constant() (any, bool) {
	if v.Expression != nil {
		return v.Expression.Constant()
	}
	return v.Scalar, !v.List && !v.Map
}

// visit calls f for the value and those inside it.
func (v *Value) visit(f func(*Value)) {
	if v == nil {
		return
	}
	f(v)
	for _, item := range v.Items {
		item.visit(f)
	}
	for _, field := range v.Fields {
		field.Value.visit(f)
	}
}

func (r *reader) value(n *yaml.Node) *Value {
	n = r.resolve(n)
	v := &Value{Position: positionOf(n)}
	switch n.Kind {
	case yaml.SequenceNode:
		v.List = true
		for _, item := range n.Content {
			if item = r.enter(item); item != nil {
				v.Items = append(v.Items, r.value(item))
				r.leave()
			}
		}
	case yaml.MappingNode:
		v.Map = true
		for _, p := range r.pairs(n) {
			if inner := r.enter(p.value); inner != nil {
				v.Fields = append(v.Fields, Field{positionOf(p.key), p.name, r.value(inner)})
				r.leave()
			}
		}
	default:
		v.Scalar = r.scalar(n)
		if text, ok := v.Scalar.(string); ok {
			if inner, ok := expression.Inner(text); ok {
				v.Expression = r.expression(n, inner)
				v.Scalar = nil
			}
		}
	}
	return v
}

func (r *reader) scalar(n *yaml.Node) any {
	switch n.ShortTag() {
	case "!!null":
		return nil
	case "!!bool":
		var b bool
		if n.Decode(&b) == nil {
			return b
		}
	case "!!int":
		var i int64
		if n.Decode(&i) == nil {
			return i
		}
		r.problem(positionOf(n), "the number is too large", n.Value+" does not fit an integer of 64 bits", "Put it in quotes if it is a text.")
		return int64(0)
	case "!!float":
		if f, err := strconv.ParseFloat(n.Value, 64); err == nil {
			return f
		}
	}
	return n.Value
}

// expression parses what is inside ${…} of a node; a mistake is a problem with
// the column inside. The expression is then null.
func (r *reader) expression(n *yaml.Node, inner string) *expression.Expression {
	if length := utf8.RuneCountInString(inner); length > MaxExpression {
		r.problem(positionOf(n), "the expression is too long", strconv.Itoa(length)+" characters; Workflows allows "+
			strconv.Itoa(MaxExpression)+" ("+quotas+")", "Assign parts of it to variables first.")
	}
	e, err := expression.Parse(inner)
	if err == nil {
		r.origin[e] = n
		return e
	}
	var wrong *expression.SyntaxError
	errors.As(err, &wrong)
	r.problem(r.inside(n, len("${")+wrong.Offset), "the expression is not valid", wrong.Message, wrong.Hint)
	e, _ = expression.Parse("null")
	return e
}
