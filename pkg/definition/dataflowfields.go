package definition

import (
	"math"

	"github.com/goccy/go-yaml/ast"
)

// dataflow adds the readers of the keys of kinds dataflow and workflow.
func (d *decoder) dataflow(p *Pipeline, kind Kind, readers map[string]reader) {
	integer := func(to *int, what string) reader {
		return func(n ast.Node, path string) { *to = d.integer(n, path, what) }
	}
	truth := func(to *bool) reader {
		return func(n ast.Node, path string) { *to = d.truth(n, path) }
	}
	readers["parameters"] = func(n ast.Node, path string) { p.Parameters = d.parameters(n, path, kind) }
	readers["machine_type"] = func(n ast.Node, path string) { p.MachineType = d.text(n, path, "a text") }
	readers["workers"] = integer(&p.Workers, "a whole number of workers")
	readers["max_workers"] = integer(&p.MaxWorkers, "a whole number of workers")
	readers["network_tags"] = func(n ast.Node, path string) {
		d.list(n, path, "a list of network tags", func(n ast.Node, path string) {
			p.NetworkTags = append(p.NetworkTags, d.text(n, path, "a text"))
		})
	}
	readers["streaming"] = truth(&p.Streaming)
	readers["update"] = func(n ast.Node, path string) { p.Update = Update(d.text(n, path, "a text")) }
	readers["worker_image"] = func(n ast.Node, path string) { p.WorkerImage = WorkerImage(d.text(n, path, "a text")) }
	readers["polling_seconds"] = integer(&p.PollingSeconds, "a whole number of seconds")
	readers["cancel_with_execution"] = truth(&p.CancelWithExecution)
	readers["schedule"] = func(n ast.Node, path string) { p.Schedule = d.schedule(n, path, kind) }
}

func (d *decoder) schedule(n ast.Node, path string, kind Kind) *Schedule {
	s := Schedule{Enabled: true}
	d.object(n, path, `a schedule, such as {cron: "0 3 * * *"}`, map[string]reader{
		"name":     func(n ast.Node, path string) { s.Name = d.text(n, path, "a text") },
		"cron":     func(n ast.Node, path string) { s.Cron = d.text(n, path, "a text") },
		"timezone": func(n ast.Node, path string) { s.Timezone = d.text(n, path, "a text") },
		"enabled":  func(n ast.Node, path string) { s.Enabled = d.truth(n, path) },
		"retries":  func(n ast.Node, path string) { s.Retries = d.integer(n, path, "a whole number") },
		"attempt_deadline": func(n ast.Node, path string) {
			s.AttemptDeadline = d.integer(n, path, "a whole number of seconds")
		},
		"parameters": func(n ast.Node, path string) { s.Parameters = d.parameters(n, path, kind) },
	})
	return &s
}

// parameters are texts by name in kind dataflow, and any values else.
func (d *decoder) parameters(n ast.Node, path string, kind Kind) map[string]any {
	const what = "a mapping of names to values"
	all := map[string]any{}
	d.entries(n, path, what, func(name string, k, v ast.Node) {
		at := field(path, name)
		d.source.set(at, k, v)
		if kind == KindDataflow {
			all[name] = d.text(v, at, "a text")
			return
		}
		all[name] = d.value(v, at)
	})
	return all
}

// value reads anything that JSON has too.
func (d *decoder) value(n ast.Node, path string) any {
	switch v := d.resolve(n, path).(type) {
	case *ast.MappingNode, *ast.MappingValueNode:
		return d.parameters(v, path, KindWorkflow)
	case *ast.SequenceNode:
		all := []any{}
		d.list(v, path, "a list", func(n ast.Node, path string) { all = append(all, d.value(n, path)) })
		return all
	case *ast.BoolNode:
		return d.truth(v, path)
	case *ast.IntegerNode:
		switch i := v.Value.(type) {
		case int64:
			return i
		case uint64:
			if i <= math.MaxInt64 {
				return int64(i)
			}
		}
		d.refuse(path, lastKey(path)+" is out of range", shorten(v.GetToken().Value)+" is given", "")
		return nil
	case *ast.FloatNode:
		return d.number(v, path, "a number")
	case nil, *ast.NullNode:
		return nil
	default:
		return d.text(v, path, "a value that JSON has")
	}
}
