package execute

import (
	"slices"
	"strings"

	"github.com/dorc-dev/dorc/pkg/workflows/expression"
	"github.com/dorc-dev/dorc/pkg/workflows/syntax"
)

// call executes a call step.
func (t *thread) call(c *syntax.Call) error {
	given, err := t.value(c.Arguments)
	if err != nil {
		return err
	}
	result, err := t.dispatch(c, given)
	if err != nil || c.Result == "" {
		return err
	}
	target, err := expression.ParseTarget(c.Result)
	if err != nil {
		return err
	}
	return t.assign(target, c.Position, func() (any, error) { return result, nil })
}

func (t *thread) dispatch(c *syntax.Call, given any) (any, error) {
	if s := t.workflow.Subworkflows[c.Function]; s != nil {
		var names []string
		for _, p := range s.Parameters {
			names = append(names, p.Name)
		}
		arguments, err := positional(c.Function, names, given)
		if err != nil {
			return nil, err
		}
		return t.subworkflow(s, arguments)
	}
	if strings.HasPrefix(c.Function, "googleapis.") {
		return t.connector(c, given)
	}
	f, _ := expression.Library(c.Function)
	var names []string
	for _, p := range f.Parameters {
		names = append(names, p.Name)
	}
	if f.Unmodelled {
		return nil, t.unsupported(c.Position, c.Function, "")
	}
	arguments, err := positional(c.Function, names, given)
	if err != nil {
		return nil, err
	}
	for i, p := range f.Parameters {
		if i < len(arguments) && arguments[i] == (absent{}) {
			if !p.Optional {
				return nil, expression.Faultf(expression.TypeError, "%s needs the argument %s", c.Function, p.Name)
			}
			arguments[i] = nil
		}
	}
	return t.function(c.Function, arguments)
}

func (t *thread) connector(c *syntax.Call, given any) (any, error) {
	if t.options.Connector == nil {
		return nil, t.unsupported(c.Position, "connector "+c.Function, "Call the API with http.request, and auth of type OAuth2.")
	}
	arguments, ok := given.(map[string]any)
	if !ok && given != nil {
		return nil, expression.Faultf(expression.TypeError, "a connector takes a map of arguments, not %s", expression.TypeOf(given))
	}
	result, err := t.options.Connector(t.ctx, c.Function, arguments)
	return expression.Normalize(result), err
}

// absent stands for an argument by name that is not given.
type absent struct{}

// positional orders arguments that are a map by the names of the parameters.
func positional(function string, names []string, given any) ([]any, error) {
	if list, ok := given.([]any); ok {
		return list, nil
	}
	m, ok := given.(map[string]any)
	if !ok && given != nil {
		return nil, expression.Faultf(expression.TypeError, "the arguments of %s must be a map or a list, not %s", function, expression.TypeOf(given))
	}
	for name := range m {
		if !slices.Contains(names, name) {
			return nil, expression.Faultf(expression.TypeError, "%s has no argument %q", function, name)
		}
	}
	arguments := make([]any, len(names))
	for i, name := range names {
		arguments[i] = absent{}
		if v, ok := m[name]; ok {
			arguments[i] = v
		}
	}
	return arguments, nil
}

// subworkflow executes a subworkflow with arguments by position.
func (t *thread) subworkflow(s *syntax.Subworkflow, arguments []any) (any, error) {
	inner := &thread{run: t.run, ctx: t.ctx, sub: s, scope: newScope(nil), calls: t.calls + 1, parallel: t.parallel}
	if inner.calls > syntax.MaxCallDepth {
		return nil, expression.Faultf(expression.RecursionError, "calls are nested deeper than %d", syntax.MaxCallDepth)
	}
	if len(arguments) > len(s.Parameters) {
		return nil, expression.Faultf(expression.TypeError, "%s takes %d arguments; %d are given", s.Name, len(s.Parameters), len(arguments))
	}
	for i, p := range s.Parameters {
		switch {
		case i < len(arguments) && arguments[i] != (absent{}):
			inner.scope.define(p.Name, arguments[i])
		case p.Default != nil:
			v, err := inner.value(p.Default)
			if err != nil {
				return nil, inner.locate(err, nil)
			}
			inner.scope.define(p.Name, v)
		default:
			return nil, expression.Faultf(expression.TypeError, "%s needs the argument %s", s.Name, p.Name)
		}
	}
	out, err := inner.list(s.Steps)
	return out.value, err
}

// function calls a function of the standard library with arguments by position.
func (t *thread) function(name string, arguments []any) (any, error) {
	f, ok := expression.Library(name)
	if !ok || f.Unmodelled {
		return nil, t.unsupported(syntax.Position{}, "function "+name, "")
	}
	if f.Pure() {
		return f.Call(arguments)
	}
	if err := f.Accepts(arguments); err != nil {
		return nil, err
	}
	named := map[string]any{}
	for i, v := range arguments {
		if v != nil {
			named[f.Parameters[i].Name] = v
		}
	}
	if verb, ok := strings.CutPrefix(name, "http."); ok {
		return t.request(verb, named)
	}
	return t.system(name, named)
}
