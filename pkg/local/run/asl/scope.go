package asl

import (
	"fmt"
	"maps"
	"time"
)

// scope is where a state stands: in which branches and iterations.
type scope struct {
	path []string
	// item is the context object's Map member inside a Map state.
	item map[string]any
}

// in returns the scope of a branch or iteration of a state.
func (s scope) in(state string, index int) scope {
	path := append(append([]string{}, s.path...), fmt.Sprintf("%s[%d]", state, index))
	return scope{path: path, item: s.item}
}

// iteration returns the scope of an item of a Map state.
func (s scope) iteration(state string, index int, value any) scope {
	inner := s.in(state, index)
	inner.item = map[string]any{"Item": map[string]any{"Index": number(int64(index)), "Value": value}}
	return inner
}

// context makes the context object of a visit
// (https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html).
func (v *visit) context() map[string]any {
	out := maps.Clone(v.x.Context)
	if out == nil {
		out = map[string]any{}
	}
	out["State"] = map[string]any{
		"Name":        v.state.Name,
		"EnteredTime": v.entered.UTC().Format("2006-01-02T15:04:05.000Z"),
		"RetryCount":  number(int64(v.retried)),
	}
	if v.scope.item != nil {
		out["Map"] = v.scope.item
	}
	return out
}

// ContextExecution makes the context object's Execution.
func ContextExecution(id, name, roleARN string, input any, started time.Time) map[string]any {
	return map[string]any{"Id": id, "Name": name, "RoleArn": roleARN, "Input": input,
		"StartTime": started.UTC().Format("2006-01-02T15:04:05.000Z"), "RedriveCount": number(0)}
}
