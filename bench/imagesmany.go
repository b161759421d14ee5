package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Many functions.
const (
	manyPipelines = 40
	manyFunctions = 200
)

// packingCode is what dorc says once of each image that it builds.
const packingCode = ": packing function\n"

// many are the results for many functions.
type many struct {
	first, again []pushed
	// noop is apply of an environment with nothing to do, on the local target.
	noop []sample
	// sets and layers are what the first push put into the cache; packages are the
	// distinct layers of packages that the images have, and functions those of code.
	sets, layers, packages, functions int
	// uploaded is how often the layer of packages was uploaded that was most often.
	uploaded int
	// keptDownloads says that pip's or uv's downloads were there.
	keptDownloads bool
	// rebuilt and repushed are images, when nothing had changed.
	rebuilt, repushed int
}

func measureMany(o options, f *field) (*many, error) {
	m := &many{}
	dir := filepath.Join(f.dir, "many")
	repo := filepath.Join(dir, "repo")
	if _, err := imageRepo(repo, f.base, manyPipelines, manyFunctions/manyPipelines); err != nil {
		return nil, err
	}
	ws, err := newWorkspace(o, filepath.Join(dir, "dorc"), repo)
	if err != nil {
		return nil, err
	}
	if err := ws.lock(); err != nil {
		return nil, err
	}
	for round := range o.runs + 1 {
		done, err := m.round(o, ws, filepath.Join(dir, "registry"), round)
		if err != nil {
			return nil, err
		}
		if done {
			break
		}
	}
	return m, m.measureNoop(o, filepath.Join(dir, "local"), repo)
}

// round is a first push to an empty registry with an empty cache; in the last
// round the same push follows, again and again.
func (m *many) round(o options, ws *workspace, dir string, round int) (done bool, err error) {
	if m.keptDownloads, err = emptyCache(ws.cache()); err != nil {
		return false, err
	}
	address, stop, err := startRegistry(dir)
	if err != nil {
		return false, err
	}
	defer stop()
	between, err := startProxy(address)
	if err != nil {
		return false, err
	}
	defer between.close()
	if err := ws.aim(between.address); err != nil {
		return false, err
	}
	fmt.Fprintf(os.Stderr, "%s: %d functions, first push, run %d\n", time.Now().Format(time.TimeOnly), manyFunctions, round)
	took, err := ws.push()
	if err != nil {
		return false, err
	}
	slow := took.wall > o.slow
	if round > 0 || slow {
		m.first = append(m.first, pushed{sample: took, traffic: between.take()})
	}
	if done = slow || round == o.runs; !done {
		return false, nil
	}
	if err := m.lookAt(ws); err != nil {
		return false, err
	}
	return true, m.measureAgain(o, ws, between)
}

// emptyCache removes all but what pip or uv keeps of its downloads.
func emptyCache(cache string) (kept bool, err error) {
	paths, err := filepath.Glob(filepath.Join(cache, "*"))
	if err != nil {
		return false, err
	}
	inPython, err := filepath.Glob(filepath.Join(cache, "python", "*"))
	if err != nil {
		return false, err
	}
	for _, path := range append(paths, inPython...) {
		switch filepath.Base(path) {
		case "python":
		case "pip", "uv":
			kept = true
		default:
			if err := os.RemoveAll(path); err != nil {
				return false, err
			}
		}
	}
	return kept, nil
}

// lookAt counts what the first push made.
func (m *many) lookAt(ws *workspace) error {
	facts, err := ws.facts("inspect")
	if err != nil {
		return err
	}
	if len(facts) != manyFunctions {
		return fmt.Errorf("%d images were pushed, not %d", len(facts), manyFunctions)
	}
	by := map[string]map[string]bool{}
	for _, fact := range facts {
		for _, l := range fact.Layers {
			if by[l.CreatedBy] == nil {
				by[l.CreatedBy] = map[string]bool{}
			}
			by[l.CreatedBy][l.Digest] = true
		}
	}
	packages := by["dorc: Python packages"]
	m.packages, m.functions = len(packages), len(by["dorc: function"])
	for digest := range packages {
		m.uploaded = max(m.uploaded, m.first[len(m.first)-1].uploads[digest])
	}
	sets, err := filepath.Glob(filepath.Join(ws.cache(), "python", "*", "manifest.json"))
	if err != nil {
		return err
	}
	layers, err := filepath.Glob(filepath.Join(ws.cache(), "layers", "*.tar.gz"))
	m.sets, m.layers = len(sets), len(layers)
	return err
}

// measureAgain pushes what is pushed.
func (m *many) measureAgain(o options, ws *workspace, between *proxy) error {
	between.take()
	for round := range o.runs + 1 {
		fmt.Fprintf(os.Stderr, "%s: %d functions, nothing changed, run %d\n", time.Now().Format(time.TimeOnly), manyFunctions, round)
		took, err := ws.push()
		if err != nil {
			return err
		}
		if p := (pushed{sample: took, traffic: between.take()}); round > 0 {
			m.again = append(m.again, p)
		}
	}
	table, progress, err := ws.said("push")
	m.rebuilt, m.repushed = strings.Count(progress, packingCode), strings.Count(string(table), "pushed now")
	return err
}

// measureNoop applies an environment that is applied, on the local target.
func (m *many) measureNoop(o options, dir, repo string) error {
	ws, err := newWorkspace(o, dir, repo)
	if err != nil {
		return err
	}
	apply := func() (sample, error) {
		return timed(dir, ws.local(), o.cap, o.dorc, "apply", "infra", "--env", "prod")
	}
	if _, err := apply(); err != nil {
		return err
	}
	for round := range o.runs + 1 {
		fmt.Fprintf(os.Stderr, "%s: %d functions, apply without a change, run %d\n", time.Now().Format(time.TimeOnly), manyFunctions, round)
		took, err := apply()
		if err != nil {
			return err
		}
		if round > 0 {
			m.noop = append(m.noop, took)
		}
	}
	// It ends with 2 when there is something to do after all.
	_, err = timed(dir, ws.local(), o.cap, o.dorc, "plan", "infra", "--env", "prod", "--detailed-exitcode")
	return err
}
