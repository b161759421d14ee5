package execute

import (
	"fmt"

	"github.com/dorc-dev/dorc/pkg/workflows/expression"
	"github.com/dorc-dev/dorc/pkg/workflows/syntax"
)

// Variable, Value and Call make a thread the scope of its expressions.
func (t *thread) Variable(name string) (any, bool) {
	c, _ := t.scope.find(name)
	if c == nil {
		return nil, false
	}
	return c.get(), true
}

// Value is a function or subworkflow used as a value.
func (t *thread) Value(path string) (any, bool) {
	if _, ok := t.workflow.Subworkflows[path]; ok {
		return expression.Callable{Name: path}, true
	}
	return expression.Value(path)
}

// Call calls a function or subworkflow from an expression.
func (t *thread) Call(name string, arguments []any) (any, error) {
	if s := t.workflow.Subworkflows[name]; s != nil {
		return t.subworkflow(s, arguments)
	}
	return t.function(name, arguments)
}

// value evaluates a value as written.
func (t *thread) value(v *syntax.Value) (any, error) {
	switch {
	case v == nil:
		return nil, nil
	case v.Expression != nil:
		return v.Expression.Eval(t)
	case v.List:
		list := make([]any, len(v.Items))
		for i, item := range v.Items {
			var err error
			if list[i], err = t.value(item); err != nil {
				return nil, err
			}
		}
		return list, nil
	case v.Map:
		m := make(map[string]any, len(v.Fields))
		for _, f := range v.Fields {
			value, err := t.value(f.Value)
			if err != nil {
				return nil, err
			}
			m[f.Name] = value
		}
		return m, nil
	}
	return v.Scalar, nil
}

// assign gives a variable, or a place in it, the value that eval computes.
func (t *thread) assign(target *expression.Target, at syntax.Position, eval func() (any, error)) error {
	c, writable := t.scope.find(target.Name)
	switch {
	case !writable:
		return t.unsupported(at, fmt.Sprintf("assigning to %q in a parallel step", target.Name),
			"A variable from around a parallel step can be assigned to when it is in shared.")
	case c == nil && !target.Whole():
		return expression.Faultf(expression.KeyError, "there is no variable %q", target.Name)
	case c != nil:
		c.assign.Lock()
		defer c.assign.Unlock()
	}
	v, err := eval()
	if err != nil {
		return err
	}
	var old any
	if c != nil {
		old = c.get()
	}
	if v, err = target.Set(old, v, t); err != nil {
		return err
	}
	if size(v) > syntax.MaxMemory {
		return expression.Faultf(expression.ResourceLimitError, "variable %q takes more than the %d bytes that all variables may take together", target.Name, syntax.MaxMemory)
	}
	if c == nil {
		t.scope.make(target.Name, v)
	} else {
		c.set(v)
	}
	return nil
}

// size is how many bytes a value takes at least.
func size(v any) int {
	total := 1
	switch v := v.(type) {
	case string:
		total = len(v)
	case []byte:
		total = len(v)
	case []any:
		for _, item := range v {
			total += size(item)
		}
	case map[string]any:
		for k, item := range v {
			total += len(k) + size(item)
		}
	}
	return total
}
