package configrepo

import (
	"fmt"
	"strings"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// Starts lists the IDs of the pipelines that this one starts and waits for.
func (p *Pipeline) Starts() []string {
	var ids []string
	for _, f := range p.Definition.Functions {
		if f.Next != nil && f.Next.Pipeline != "" {
			ids = append(ids, f.Next.Pipeline)
		}
	}
	return append(ids, p.AlsoStarts...)
}

// Order is the pipelines in levels: each starts only pipelines of earlier
// levels, so those of one level can be applied at a time. To destroy, go
// through them backwards. Pipelines that start each other, which Load refuses,
// make the last level.
func (r *Repo) Order() [][]*Pipeline {
	byID := r.byID()
	done := make(map[*Pipeline]bool, len(r.Pipelines))
	var levels [][]*Pipeline
	for rest := r.Pipelines; len(rest) > 0; {
		var level, later []*Pipeline
		for _, p := range rest {
			if ready(p, byID, done) {
				level = append(level, p)
			} else {
				later = append(later, p)
			}
		}
		if len(level) == 0 {
			return append(levels, rest)
		}
		for _, p := range level {
			done[p] = true
		}
		levels, rest = append(levels, level), later
	}
	return levels
}

func ready(p *Pipeline, byID map[string]*Pipeline, done map[*Pipeline]bool) bool {
	for _, id := range p.Starts() {
		if started := byID[id]; started != nil && !done[started] {
			return false
		}
	}
	return true
}

func (r *Repo) byID() map[string]*Pipeline {
	byID := make(map[string]*Pipeline, len(r.Pipelines))
	for _, p := range r.Pipelines {
		byID[p.ID()] = p
	}
	return byID
}

// checkLinks refuses a next pipeline that does not exist, and pipelines that
// start each other in a circle.
func (r *Repo) checkLinks() problem.List {
	var problems problem.List
	byID := r.byID()
	ids := make([]string, len(r.Pipelines))
	for i, p := range r.Pipelines {
		ids[i] = p.ID()
	}
	for _, p := range r.Pipelines {
		for _, f := range p.Definition.Functions {
			if f.Next == nil || f.Next.Pipeline == "" || byID[f.Next.Pipeline] != nil {
				continue
			}
			hint := "A pipeline is named as <layer>/<name>."
			if near := problem.Nearest(f.Next.Pipeline, ids); near != "" {
				hint = fmt.Sprintf("Did you mean %q?", near)
			}
			problems = append(problems, p.Source.Problem(p.nextPath(f.Name),
				fmt.Sprintf("there is no pipeline %q", f.Next.Pipeline), "", hint))
		}
	}
	return append(problems, r.circles(byID)...)
}

func (p *Pipeline) nextPath(function string) string {
	return p.Source.Function(function) + ".next.pipeline"
}

// circles finds each circle of pipelines once. Every pipeline starts few others,
// so following them with a mark on those done is enough.
func (r *Repo) circles(byID map[string]*Pipeline) problem.List {
	var problems problem.List
	done := map[*Pipeline]bool{}
	for _, first := range r.Pipelines {
		var way []*Pipeline
		on := map[*Pipeline]bool{}
		var follow func(p *Pipeline)
		follow = func(p *Pipeline) {
			way, on[p] = append(way, p), true
			for _, f := range p.Definition.Functions {
				if f.Next == nil || byID[f.Next.Pipeline] == nil {
					continue
				}
				next := byID[f.Next.Pipeline]
				switch {
				case on[next]:
					problems = append(problems, p.Source.Problem(p.nextPath(f.Name), "pipelines start each other in a circle",
						circle(way, next), "Remove one of these links: each pipeline waits for the one it starts, so none would end."))
				case !done[next]:
					follow(next)
				}
			}
			way, on[p], done[p] = way[:len(way)-1], false, true
		}
		if !done[first] {
			follow(first)
		}
	}
	return problems
}

// circle writes the part of the way that begins at a pipeline and returns to it.
func circle(way []*Pipeline, to *Pipeline) string {
	var ids []string
	for _, p := range way {
		if p == to || len(ids) > 0 {
			ids = append(ids, p.ID())
		}
	}
	return strings.Join(append(ids, to.ID()), " -> ")
}
