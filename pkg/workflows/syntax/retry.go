package syntax

import (
	"fmt"
	"slices"
	"strings"
)

// retry checks a policy that is written out. The documentation gives no defaults
// for what is left out, so all of it must be there.
// https://cloud.google.com/workflows/docs/reference/syntax/retrying
func (r *reader) retry(v *Value) {
	if v.Expression != nil {
		return
	}
	if !v.Map {
		r.problem(v.Position, "retry is neither a policy nor a map", "", "Write ${http.default_retry}, or predicate, max_retries and backoff.")
		return
	}
	r.fields(v, "retry", "predicate", "max_retries", "backoff")
	if backoff := v.Field("backoff"); backoff != nil && backoff.Expression == nil {
		if !backoff.Map {
			r.problem(backoff.Position, "backoff is not a map", "", "Write initial_delay, max_delay and multiplier.")
			return
		}
		r.fields(backoff, "backoff", "initial_delay", "max_delay", "multiplier")
		for _, f := range backoff.Fields {
			r.number(f)
		}
	}
	for _, f := range v.Fields {
		if f.Name == "max_retries" {
			r.number(f)
		}
		if f.Name == "predicate" && f.Value.Expression == nil {
			r.problem(f.Value.Position, "predicate is not a function", "", "Write it as an expression: ${http.default_retry_predicate}.")
		}
	}
}

// fields checks that a map has exactly these fields.
func (r *reader) fields(v *Value, what string, names ...string) {
	var missing []string
	for _, name := range names {
		if v.Field(name) == nil {
			missing = append(missing, name)
		}
	}
	mistyped := false
	for _, f := range v.Fields {
		if !slices.Contains(names, f.Name) {
			r.unknown(f.Position, "key", f.Name, names, "known keys: ")
			mistyped = true
		}
	}
	if len(missing) > 0 && !mistyped {
		r.problem(v.Position, fmt.Sprintf("%s has no %s", what, strings.Join(missing, ", ")), "", "Write them out.")
	}
}

func (r *reader) number(f Field) {
	v, constant := f.Value.Constant()
	if !constant && !f.Value.List && !f.Value.Map {
		return
	}
	switch n := v.(type) {
	case int64:
		if n >= 0 {
			return
		}
	case float64:
		if n >= 0 && f.Name != "max_retries" {
			return
		}
	}
	r.problem(f.Value.Position, f.Name+" is not a number of 0 or more", "", "")
}
