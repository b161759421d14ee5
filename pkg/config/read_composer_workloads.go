package config

import (
	"gopkg.in/yaml.v3"

	"github.com/dorc-dev/dorc/pkg/composer"
)

// workloadFields are the keys of one component.
func workloadFields() []field[Workload] {
	return []field[Workload]{
		decimalField("cpu", "0.5", func(w *Workload, v float64) { w.CPU = v }),
		decimalField("memory_gb", "2", func(w *Workload, v float64) { w.MemoryGB = v }),
		decimalField("storage_gb", "1", func(w *Workload, v float64) { w.StorageGB = &v }),
		countField("count", "1", func(w *Workload) **int { return &w.Count }),
		countField("min_count", "1", func(w *Workload) **int { return &w.MinCount }),
		countField("max_count", "3", func(w *Workload) **int { return &w.MaxCount }),
	}
}

func decimalField(name, example string, set func(*Workload, float64)) field[Workload] {
	return field[Workload]{name: name, example: example, read: func(r *reader, n *yaml.Node, w *Workload) {
		if v, ok := r.decimal(n, name); ok {
			set(w, v)
		}
	}}
}

func countField(name, example string, at func(*Workload) **int) field[Workload] {
	return field[Workload]{name: name, example: example, read: func(r *reader, n *yaml.Node, w *Workload) {
		if v, ok := r.integer(n, name); ok {
			*at(w) = &v
		}
	}}
}

// workloadsFields are the components, of any generation.
func workloadsFields() []field[composerRead] {
	var fields []field[composerRead]
	for _, name := range composer.Components() {
		fields = append(fields, field[composerRead]{name: name, example: "{cpu: 1}", read: func(r *reader, n *yaml.Node, c *composerRead) {
			var w Workload
			for key, at := range readBlock(r, n, name, workloadFields(), &w) {
				c.at["workloads."+name+"."+key] = at
			}
			c.at["workloads."+name] = n
			c.Workloads[name] = w
		}})
	}
	return fields
}

func readWorkloads(r *reader, n *yaml.Node, c *composerRead) {
	if c.Workloads == nil {
		c.Workloads = map[string]Workload{}
	}
	readBlock(r, n, "workloads", workloadsFields(), c)
}

// readSchedulers reads what is short for workloads.scheduler.count.
func readSchedulers(r *reader, n *yaml.Node, c *composerRead) {
	v, ok := r.integer(n, "schedulers")
	if !ok {
		return
	}
	c.schedulers = &v
}

// takeSchedulers puts schedulers where it belongs.
func takeSchedulers(r *reader, c *composerRead) {
	at := c.at["schedulers"]
	if c.schedulers == nil {
		return
	}
	if c.at["workloads.scheduler.count"] != nil {
		r.add(at, "schedulers and workloads.scheduler.count", "they are the same", "remove one of them")
		return
	}
	if c.Workloads == nil {
		c.Workloads = map[string]Workload{}
	}
	w := c.Workloads[composer.Scheduler]
	w.Count = c.schedulers
	c.Workloads[composer.Scheduler] = w
	c.at["workloads.scheduler.count"] = at
}
