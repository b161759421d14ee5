package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// repo is a config repo that changes from round to round, so that an apply
// creates, updates, replaces and deletes.
type repo struct {
	project   string
	tag       int
	retention int
	buckets   []string
	pipelines []pipeline
	// next numbers what is added, so that no name comes back by chance.
	next int
}

type pipeline struct {
	name      string
	schedule  bool
	functions []function
}

type function struct {
	name string
	// version is in the handler, memory in pipeline.yaml.
	version, memory int
}

func newRepo() *repo {
	r := &repo{project: "soak", retention: 30, buckets: []string{"raw"}}
	for range 2 {
		r.addPipeline()
	}
	return r
}

func (r *repo) addPipeline() {
	r.next++
	p := pipeline{name: fmt.Sprintf("p%d", r.next), schedule: r.next%2 == 0}
	r.pipelines = append(r.pipelines, p)
	r.addFunction(&r.pipelines[len(r.pipelines)-1])
}

func (r *repo) addFunction(p *pipeline) {
	r.next++
	p.functions = append(p.functions, function{name: fmt.Sprintf("f%d", r.next), memory: 128})
}

// mutate changes the repo and returns the pipelines that a person would destroy
// before they remove them.
func (r *repo) mutate(rng *rand.Rand) (removed []string) {
	for range 1 + rng.IntN(3) {
		p := &r.pipelines[rng.IntN(len(r.pipelines))]
		f := &p.functions[rng.IntN(len(p.functions))]
		switch choice := rng.IntN(20); {
		case choice < 4 && len(p.functions) < 4:
			r.addFunction(p)
		case choice < 6 && len(p.functions) > 1:
			p.functions = slices.DeleteFunc(p.functions, func(other function) bool { return other.name == f.name })
		case choice < 9:
			f.version++ // another image: replaced
		case choice < 11:
			f.memory = 128 + 64*rng.IntN(8) // updated
		case choice < 13 && len(r.buckets) < 4:
			r.next++
			r.buckets = append(r.buckets, fmt.Sprintf("b%d", r.next))
		case choice < 15 && len(r.buckets) > 1:
			i := rng.IntN(len(r.buckets))
			r.buckets = slices.Delete(r.buckets, i, i+1)
		case choice < 16 && len(r.pipelines) < 4:
			r.addPipeline()
		case choice < 17 && len(r.pipelines) > 1:
			removed = append(removed, p.name)
			r.pipelines = slices.DeleteFunc(r.pipelines, func(other pipeline) bool { return other.name == removed[len(removed)-1] })
		case choice < 18:
			p.schedule = !p.schedule
		case choice < 19:
			r.retention = []int{7, 14, 30, 60}[rng.IntN(4)]
			r.tag++ // everything with tags is updated
		default:
			r.project = []string{"soak", "other"}[rng.IntN(2)] // every name changes: all is replaced
		}
	}
	return removed
}

// write puts the repo into a folder in place of what is there.
func (r *repo) write(dir string) error {
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	files := map[string]string{
		"universal/Pulumi.universal.yaml": fmt.Sprintf("config:\n  project: %s\n  tags:\n    round: \"%d\"\n", r.project, r.tag),
		"infra/Pulumi.prod.yaml": fmt.Sprintf("config:\n  environment: prod\n  log_retention_days: %d\n  data_buckets:\n    - %s\n",
			r.retention, strings.Join(r.buckets, "\n    - ")),
	}
	for _, p := range r.pipelines {
		base := "src/default/" + p.name
		text := "kind: functions\nfunctions:\n"
		for i, f := range p.functions {
			text += fmt.Sprintf("  - name: %s\n    memory: %d\n", f.name, f.memory)
			if i+1 < len(p.functions) {
				text += "    next: " + p.functions[i+1].name + "\n"
			}
			files[base+"/"+f.name+"/lambda.py"] = fmt.Sprintf("VERSION = %d\n\n\ndef handler(event, context):\n    return event\n", f.version)
		}
		if p.schedule {
			text += "triggers:\n  - schedule: rate(1 hour)\n"
		}
		files[base+"/pipeline.yaml"] = text
	}
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}
