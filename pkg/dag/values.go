package dag

import (
	"fmt"
	"math"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/dorc-dev/dorc/internal/tree"
)

// allowed says which values there may be.
type allowed bool

const (
	// dataOnly are those of JSON.
	dataOnly allowed = false
	// anyValue are also times.
	anyValue allowed = true
)

// values reads a mapping in the order of the file.
func (r *reader) values(n *yaml.Node, what string, may allowed) Values {
	entries, ok := r.Mapping(n, what)
	if !ok {
		return nil
	}
	all := make(Values, 0, len(entries))
	for _, e := range entries {
		if e.Key.Tag != "!!str" {
			r.Refuse(e.Key, "a key is a text", "this one is "+tree.Describe(e.Key), "Write it in quotes.")
			continue
		}
		all = append(all, Argument{Name: e.Name, Value: r.value(e.Value, may), Line: e.Key.Line, Column: e.Key.Column})
	}
	return all
}

// value reads any value. What cannot be one is refused, and nil.
func (r *reader) value(n *yaml.Node, may allowed) any {
	v := tree.Follow(n)
	if isPython(v) {
		made := r.python(v)
		if _, is := made.(Duration); is && may == dataOnly {
			r.Refuse(n, "a parameter cannot be a time span", "Variables and a run's configuration have none", "Write a number.")
		}
		return made
	}
	switch v.Kind {
	case yaml.MappingNode:
		return r.values(v, "the value", may)
	case yaml.SequenceNode:
		items := make([]any, 0, len(v.Content))
		for _, item := range v.Content {
			items = append(items, r.value(item, may))
		}
		return items
	}
	return r.scalar(n, v, may)
}

func (r *reader) scalar(n, v *yaml.Node, may allowed) any {
	var made any
	var err error
	switch v.Tag {
	case "!!null":
		return nil
	case "!!bool":
		var b bool
		err = v.Decode(&b)
		made = b
	case "!!int":
		var i int64
		err = v.Decode(&i)
		made = i
	case "!!float":
		var f float64
		err = v.Decode(&f)
		switch made = f; {
		case math.IsInf(f, 0) || math.IsNaN(f):
			r.Refuse(n, "infinity and what is no number cannot be values", "this is "+tree.Describe(n), "")
		case !strings.ContainsAny(v.Value, ".eE"):
			r.Refuse(n, "the number is too large", "whole numbers have 64 bits", "Write it in quotes, if a text is meant.")
		}
	case "!!timestamp":
		return r.timestamp(n, v, may)
	default:
		return r.word(n, v, may)
	}
	if err != nil { // a tag that the value does not fit, such as !!int x
		r.Refuse(n, "the value cannot be read", tree.Describe(n), "Write it without a tag.")
	}
	return made
}

// word reads a text. One that YAML 1.1 takes for a truth value is one in DOP's files,
// and would be misunderstood in ours. A moment without a zone is none to YAML's library.
func (r *reader) word(n, v *yaml.Node, may allowed) any {
	if _, err := time.Parse(localTime, v.Value); err == nil && v.Style == 0 {
		return r.timestamp(n, v, may)
	}
	value, is := oldTruth(v)
	switch {
	case is && r.options.DOP:
		return value
	case is:
		r.Refuse(n, fmt.Sprintf("%q may be a text or a truth value", v.Value), "YAML 1.1 and 1.2 differ here", fmt.Sprintf("Write %t, or the text in quotes.", value))
	}
	return v.Value
}

const localTime = "2006-1-2T15:4:5.999999999"

// timestamp reads a moment; one without a zone is in the DAG's.
func (r *reader) timestamp(n, v *yaml.Node, may allowed) any {
	if may == dataOnly {
		return v.Value
	}
	for _, layout := range []string{time.DateOnly, localTime, "2006-1-2 15:4:5.999999999"} {
		if t, err := time.ParseInLocation(layout, v.Value, r.zone); err == nil {
			return t
		}
	}
	var t time.Time
	if err := v.Decode(&t); err != nil {
		r.Refuse(n, "the time cannot be read", err.Error(), "Write it as 2024-01-31T06:00:00.")
	}
	return t
}
