package asl

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

func (p *parser) task(s *State, object map[string]any) *Task {
	t := &Task{TimeoutSeconds: p.seconds(s.Name, object, "TimeoutSeconds"), timeoutPath: p.reference(s.Name, object, "TimeoutSecondsPath")}
	arn, _ := object["Resource"].(string)
	if arn == "" {
		p.bad(s.Name, "a Task state has a Resource")
		return t
	}
	var err error
	if t.Resource, t.Function, err = parseResource(arn); err != nil {
		p.refuse(s.Name, err.Error()+": it")
		return t
	}
	required, allowed := argumentsOf(t.Resource)
	if required == "" {
		return t
	}
	if s.parameters == nil {
		p.bad(s.Name, "Parameters must have %s", required)
		return t
	}
	for _, name := range slices.Sorted(maps.Keys(s.parameters.object)) {
		if !slices.Contains(allowed, name) {
			p.bad(s.Name, "Parameters of %s do not take %q", t.Resource, name)
		}
	}
	if s.parameters.object[required] == nil {
		p.bad(s.Name, "Parameters must have %s", required)
	}
	value, constant := s.parameters.constant(required)
	if t.Resource == LambdaInvoke {
		t.Function = value
		if kind, ok := s.parameters.object["InvocationType"]; ok && kind.literal != "RequestResponse" {
			p.refuse(s.Name, "an InvocationType other than RequestResponse")
		}
		return t
	}
	t.StateMachine = value
	if !constant && s.parameters.object[required] != nil {
		p.refuse(s.Name, "a state machine that is chosen during the run (StateMachineArn.$)")
	}
	return t
}

func (p *parser) wait(state string, object map[string]any) waitState {
	w := waitState{secondsPath: p.reference(state, object, "SecondsPath"), timestampPath: p.reference(state, object, "TimestampPath")}
	count := 0
	for _, field := range []string{"Seconds", "SecondsPath", "Timestamp", "TimestampPath"} {
		if _, ok := object[field]; ok {
			count++
		}
	}
	if count != 1 {
		p.bad(state, "a Wait state has exactly one of Seconds, SecondsPath, Timestamp, TimestampPath")
	}
	if v, ok := object["Seconds"]; ok {
		w.seconds = float64(p.whole(state, "Seconds", v, 0, 99999999))
	}
	if v, ok := object["Timestamp"]; ok {
		w.timestamp, _ = v.(string)
		if _, ok := timestamp(v); !ok {
			p.bad(state, "Timestamp must be a time such as 2030-01-31T00:00:00Z, not %s", brief(v))
		}
	}
	return w
}

func (p *parser) failState(state string, object map[string]any) failState {
	f := failState{}
	text := func(field string) (string, *expression) {
		v, has := object[field]
		s, ok := v.(string)
		if has && !ok {
			p.bad(state, "%s must be a string", field)
		}
		path, has := object[field+"Path"]
		if !has {
			return s, nil
		}
		if v != nil {
			p.bad(state, "a Fail state has %s or %sPath, not both", field, field)
		}
		t, ok := path.(string)
		if !ok {
			p.bad(state, "%sPath must be a string", field)
			return s, nil
		}
		e, err := parseExpression(t)
		if err != nil {
			p.bad(state, "%sPath: %v", field, err)
		}
		return s, e
	}
	f.err, f.errPath = text("Error")
	f.cause, f.causePath = text("Cause")
	return f
}

func (p *parser) retriers(state string, object map[string]any) []retrier {
	var out []retrier
	for i, item := range p.list(state, object, "Retry") {
		r := retrier{interval: 1, maxAttempts: 3, backoff: 2}
		for _, field := range slices.Sorted(maps.Keys(item)) {
			v := item[field]
			switch field {
			case "ErrorEquals", "Comment":
			case "IntervalSeconds":
				r.interval = float64(p.whole(state, field, v, 1, 99999999))
			case "MaxAttempts":
				r.maxAttempts = p.whole(state, field, v, 0, 99999999)
			case "MaxDelaySeconds":
				r.maxDelay = float64(p.whole(state, field, v, 1, 31622400))
			case "BackoffRate":
				n, ok := v.(json.Number)
				f, err := n.Float64()
				if !ok || err != nil || f < 1 {
					p.bad(state, "BackoffRate must be a number of at least 1, not %s", brief(v))
				}
				r.backoff = f
			case "JitterStrategy":
				if v != "FULL" && v != "NONE" {
					p.bad(state, "JitterStrategy must be FULL or NONE, not %s", brief(v))
				}
				r.jitter = v == "FULL"
			default:
				p.bad(state, "the field %q does not exist in Retry", field)
			}
		}
		r.errorEquals = p.errorEquals(state, "Retry", item, i == len(object["Retry"].([]any))-1)
		out = append(out, r)
	}
	return out
}

func (p *parser) catchers(state string, object map[string]any) []catcher {
	var out []catcher
	for i, item := range p.list(state, object, "Catch") {
		for _, field := range slices.Sorted(maps.Keys(item)) {
			if field == "Assign" {
				p.refuse(state, "variables (Assign)")
			} else if !slices.Contains([]string{"ErrorEquals", "Next", "ResultPath", "Comment"}, field) {
				p.bad(state, "the field %q does not exist in Catch", field)
			}
		}
		c := catcher{resultPath: p.resultPath(state, item)}
		c.next, _ = item["Next"].(string)
		c.errorEquals = p.errorEquals(state, "Catch", item, i == len(object["Catch"].([]any))-1)
		out = append(out, c)
	}
	return out
}

// list reads a list of objects.
func (p *parser) list(state string, object map[string]any, field string) []map[string]any {
	v, ok := object[field]
	if !ok {
		return nil
	}
	items, ok := v.([]any)
	if !ok {
		p.bad(state, "%s must be a list", field)
		return nil
	}
	var out []map[string]any
	for i, item := range items {
		o, ok := item.(map[string]any)
		if !ok {
			p.bad(state, "%s[%d] must be an object", field, i)
			return nil
		}
		out = append(out, o)
	}
	return out
}

// errorEquals reads the error names; States.ALL stands alone in the last entry.
func (p *parser) errorEquals(state, field string, item map[string]any, last bool) []string {
	list, ok := item["ErrorEquals"].([]any)
	if !ok || len(list) == 0 {
		p.bad(state, "ErrorEquals in %s must be a list with at least one error name", field)
		return nil
	}
	var names []string
	for _, v := range list {
		name, ok := v.(string)
		if !ok || strings.TrimSpace(name) == "" {
			p.bad(state, "ErrorEquals in %s must have error names, not %s", field, brief(v))
			continue
		}
		names = append(names, name)
	}
	if slices.Contains(names, errAll) && (len(names) > 1 || !last) {
		p.bad(state, "States.ALL stands alone, and in the last entry of %s", field)
	}
	return names
}
