package definition

import (
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// pipeline reads the file. Kind says which keys there are; "" stands for those of every kind.
func (d *decoder) pipeline(n ast.Node, p *Pipeline, kind Kind) {
	readers := map[string]reader{
		"kind": func(n ast.Node, path string) {
			p.Kind = Kind(d.text(n, path, "a text"))
		},
		"description": func(n ast.Node, path string) {
			p.Description = d.text(n, path, "a text")
		},
		"functions": func(n ast.Node, path string) {
			d.list(n, path, "a list of functions", func(n ast.Node, path string) {
				p.Functions = append(p.Functions, d.function(n, path))
			})
		},
		"triggers": func(n ast.Node, path string) {
			d.list(n, path, "a list of triggers", func(n ast.Node, path string) {
				p.Triggers = append(p.Triggers, d.trigger(n, path))
			})
		},
	}
	d.dataflow(p, kind, readers)
	what := "a mapping with keys such as functions and triggers"
	if kind == KindDataflow || kind == KindWorkflow {
		what = "a mapping with keys such as parameters and schedule"
	}
	if kind == KindDag {
		what = "a mapping with keys such as description"
	}
	d.entries(n, "", what, func(key string, k, v ast.Node) {
		d.source.set(key, k, v)
		read, known := readers[key]
		switch {
		case known && (kind == "" || slices.Contains(keysOf(kind), key)):
			read(v, key)
		case known && d.refuseForeign(kind, key):
		case kind == "":
			d.unknown(key, key, names(readers))
		case kind == KindDag && !near(key, keysOf(kind)):
			d.problems = append(d.problems, d.source.KeyProblem(key, fmt.Sprintf("unknown key %q", key),
				"known keys: "+strings.Join(keysOf(kind), ", "), foreignHint(kind)))
		default:
			d.unknown(key, key, keysOf(kind))
		}
	})
}

// near reports whether a key is most likely one of the known ones misspelt.
func near(key string, known []string) bool { return problem.Nearest(key, known) != "" }

func (d *decoder) function(n ast.Node, path string) Function {
	var f Function
	d.object(n, path, "a function, such as {name: clean}", map[string]reader{
		"name": func(n ast.Node, path string) { f.Name = d.text(n, path, "a text") },
		"next": func(n ast.Node, path string) { f.Next = d.next(n, path) },
		"timeout": func(n ast.Node, path string) {
			f.Timeout = d.integer(n, path, "a whole number of seconds")
		},
		"memory": func(n ast.Node, path string) {
			f.Memory = d.integer(n, path, "a whole number of MB")
		},
		"environment": func(n ast.Node, path string) { f.Environment = d.environment(n, path) },
		"retry":       func(n ast.Node, path string) { f.Retry = d.retry(n, path) },
		"on_failure":  func(n ast.Node, path string) { f.OnFailure = d.text(n, path, "a text") },
	})
	return f
}

// next reads a function's name, or an object with exactly one key.
func (d *decoder) next(n ast.Node, path string) *Next {
	const what = "a function's name or {pipeline: <layer>/<name>}"
	var next Next
	switch d.resolve(n, path).(type) {
	case nil:
		return nil
	case *ast.MappingNode, *ast.MappingValueNode:
		d.object(n, path, what, map[string]reader{
			"function": func(n ast.Node, path string) { next.Function = d.text(n, path, "a text") },
			"pipeline": func(n ast.Node, path string) { next.Pipeline = d.text(n, path, "a text") },
		})
	default:
		next.Function = d.text(n, path, what)
	}
	return &next
}

func (d *decoder) environment(n ast.Node, path string) map[string]string {
	variables := map[string]string{}
	d.entries(n, path, "a mapping of names to texts", func(name string, k, v ast.Node) {
		at := field(path, name)
		d.source.set(at, k, v)
		variables[name] = d.text(v, at, "a text")
	})
	return variables
}

func (d *decoder) retry(n ast.Node, path string) *Retry {
	var r Retry
	d.object(n, path, "an object, such as {max_attempts: 3}", map[string]reader{
		"max_attempts": func(n ast.Node, path string) {
			attempts := d.integer(n, path, "a whole number")
			r.MaxAttempts = &attempts
		},
		"interval_seconds": func(n ast.Node, path string) {
			r.IntervalSeconds = d.integer(n, path, "a whole number of seconds")
		},
		"backoff_rate": func(n ast.Node, path string) { r.BackoffRate = d.number(n, path, "a number") },
		"error_equals": func(n ast.Node, path string) {
			d.list(n, path, "a list of error names", func(n ast.Node, path string) {
				r.ErrorEquals = append(r.ErrorEquals, d.text(n, path, "a text"))
			})
		},
	})
	return &r
}

func (d *decoder) trigger(n ast.Node, path string) Trigger {
	var t Trigger
	d.object(n, path, "a trigger, such as {schedule: rate(1 day)}", map[string]reader{
		"schedule": func(n ast.Node, path string) {
			t.Schedule = d.text(n, path, "a text")
		},
		"object": func(n ast.Node, path string) {
			t.Object = &ObjectTrigger{}
			d.object(n, path, "an object, such as {bucket: raw, prefix: weather/}", map[string]reader{
				"bucket": func(n ast.Node, path string) { t.Object.Bucket = d.text(n, path, "a text") },
				"prefix": func(n ast.Node, path string) { t.Object.Prefix = d.text(n, path, "a text") },
			})
		},
	})
	return t
}
