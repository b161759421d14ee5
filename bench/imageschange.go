package main

import (
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// contender is a way to get a changed function into the registry.
type contender struct {
	name string
	// run does it; number is new in each round.
	run    func(number int) (pushed, error)
	took   []pushed
	absent string
}

// changed are the results for one function of which one line changes.
type changed struct {
	code       int64
	contenders []*contender
}

// measureChange changes one line and lets the contenders push in turn, the first
// round being the warm-up.
func measureChange(o options, f *field) (*changed, error) {
	dir := filepath.Join(f.dir, "change")
	repo := filepath.Join(dir, "repo")
	folders, err := imageRepo(repo, f.base, 1, 1)
	if err != nil {
		return nil, err
	}
	address, stop, err := startRegistry(filepath.Join(dir, "registry"))
	if err != nil {
		return nil, err
	}
	defer stop()
	between, err := startProxy(address)
	if err != nil {
		return nil, err
	}
	defer between.close()
	ws, err := newWorkspace(o, filepath.Join(dir, "dorc"), repo)
	if err != nil {
		return nil, err
	}
	if err := ws.aim(between.address); err != nil {
		return nil, err
	}
	if err := ws.lock(); err != nil {
		return nil, err
	}
	folder := folders[0]
	r := &changed{contenders: []*contender{dorcContender(ws, between, filepath.Base(folder))}}
	docker, err := dockerContenders(o, f, repo, folder, between)
	if err != nil {
		return nil, err
	}
	r.contenders = append(r.contenders, docker...)
	line := ""
	for round := range o.runs + 1 {
		if line, err = change(filepath.Join(repo, folder), round); err != nil {
			return nil, err
		}
		for _, c := range r.contenders {
			if c.absent != "" {
				continue
			}
			fmt.Fprintf(os.Stderr, "%s: one line changed, %s, run %d\n", time.Now().Format(time.TimeOnly), c.name, round)
			took, err := c.run(round)
			if err != nil {
				return nil, err
			}
			if round > 0 {
				c.took = append(c.took, took)
			}
		}
	}
	if r.code, err = sizeOf(filepath.Join(repo, folder)); err != nil || f.docker == nil {
		return r, err
	}
	return r, checkImages(f.docker, ws, between.address, o.runs, line)
}

func dorcContender(ws *workspace, between *proxy, function string) *contender {
	return &contender{name: "`dorc image push`", run: func(int) (pushed, error) {
		between.take()
		took, err := ws.push("--function", function)
		return pushed{sample: took, traffic: between.take()}, err
	}}
}

// Names of Docker's repositories.
const (
	standardName = "docker/standard"
	reorderName  = "docker/requirements-first"
)

func dockerContenders(o options, f *field, repo, folder string, between *proxy) ([]*contender, error) {
	standard := filepath.Join(repo, "Dockerfile")
	text, err := os.ReadFile(standard)
	if err != nil {
		return nil, err
	}
	other, err := requirementsFirst(string(text))
	if err != nil {
		return nil, err
	}
	reordered := filepath.Join(f.dir, "Dockerfile")
	if err := os.WriteFile(reordered, []byte(other), 0o644); err != nil {
		return nil, err
	}
	contend := func(name, dockerfile, repository string) *contender {
		return &contender{name: name, absent: f.why, run: func(number int) (pushed, error) {
			between.take()
			build, push, err := f.docker.buildAndPush(repo, dockerfile, folder, dockerTag(between.address, repository, number), o.cap)
			return pushed{sample: sample{wall: build.wall + push.wall}, traffic: between.take(), build: build, push: push}, err
		}}
	}
	return []*contender{
		contend("`docker build`, `docker push`; the standard Dockerfile", standard, standardName),
		contend("the same; the Dockerfile rewritten to copy the code last", reordered, reorderName),
	}, nil
}

func dockerTag(registry, repository string, number int) string {
	return fmt.Sprintf("%s/%s:r%d", registry, repository, number)
}

// checkImages runs the images that came last: all have the packages and the change.
func checkImages(d *dockerCLI, ws *workspace, registry string, last int, line string) error {
	facts, err := ws.facts("ls")
	if err != nil {
		return err
	}
	if len(facts) != 1 {
		return fmt.Errorf("dorc image ls has %d images, not 1", len(facts))
	}
	for _, image := range []string{
		facts[0].Repository + ":" + facts[0].Tag, dockerTag(registry, standardName, last), dockerTag(registry, reorderName, last),
	} {
		if err := d.check(image, line); err != nil {
			return err
		}
	}
	return nil
}
