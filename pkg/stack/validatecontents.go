package stack

import (
	"fmt"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/dorc-dev/dorc/pipelines"
	"github.com/dorc-dev/dorc/pkg/beam/launcher"
	"github.com/dorc-dev/dorc/pkg/config"
	"github.com/dorc-dev/dorc/pkg/configrepo"
	"github.com/dorc-dev/dorc/pkg/content"
	"github.com/dorc-dev/dorc/pkg/definition"
	"github.com/dorc-dev/dorc/pkg/naming"
	"github.com/dorc-dev/dorc/pkg/problem"
	"github.com/dorc-dev/dorc/universal"
)

// readContents reads the files of every pipeline on Google Cloud, and says what is
// wrong with them alone.
func readContents(repo *configrepo.Repo) problem.List {
	found := make([]problem.List, len(repo.Pipelines))
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, pipeline := range repo.Pipelines {
		if pipeline.Definition.Kind == definition.KindFunctions {
			continue
		}
		group.Go(func() error {
			_, found[i] = content.Read(pipeline, nil)
			return nil
		})
	}
	_ = group.Wait() //nolint:errcheck // none of them gives an error
	return slices.Concat(found...)
}

// contents checks the files of the pipelines on Google Cloud.
type contents struct {
	// warnings and problems are what was found, each once: most of it is the same
	// in every environment.
	warnings, problems problem.List
}

// validateContents checks what the files of pipelines of kinds dataflow and
// workflow say: alone, and together with each environment.
func (p *Project) validateContents(u *config.Universal, repo *configrepo.Repo, environments []string) (warnings, problems problem.List) {
	if u == nil || repo == nil {
		return nil, nil
	}
	c := &contents{}
	c.refuse(universal.CheckClouds(*u, repo)...)
	dags, found := readDAGs(repo, repo.Pipelines, p.composerImages(u, environments))
	c.refuse(found...)
	c.refuse(checkHosts(dags, p.dagHosts(environments...))...)
	for _, d := range dags {
		c.warnings = append(c.warnings, d.Warnings...)
	}
	if len(found) == 0 {
		c.refuse(p.compileDAGs(repo, environments)...)
	}
	read := map[string]bool{}
	for _, pipeline := range repo.Pipelines {
		if pipeline.Definition.Kind == definition.KindFunctions {
			continue
		}
		// What is wrong with it was said when the repo was read.
		if own, _ := content.Read(pipeline, nil); own != nil && pipeline.Definition.Kind != definition.KindDag {
			read[pipeline.ID()] = true
			c.warnings = append(c.warnings, own.Warnings...)
		}
	}
	if u.GCP == nil || len(read) == 0 {
		return c.warnings, c.problems
	}
	for _, env := range environments {
		e, err := p.Environment(env)
		if err != nil {
			continue // said where the environments' files are checked
		}
		google, err := u.GoogleIn(*e)
		if err != nil || google == nil {
			continue // likewise
		}
		profiles := pipelines.Profiles(google)
		profiles.File = p.Settings.Relative(p.infraConfigPath(env))
		in := &environment{contents: c, env: env, google: google, profiles: profiles, schedules: map[string]problem.Problem{}, images: map[string]string{}}
		for _, pipeline := range repo.Pipelines {
			if read[pipeline.ID()] {
				in.pipeline(pipeline)
			}
		}
	}
	return c.warnings, c.problems
}

func (c *contents) refuse(found ...problem.Problem) {
	for _, f := range found {
		if !slices.Contains(c.problems, f) {
			c.problems = append(c.problems, f)
		}
	}
}

// environment checks the pipelines of one environment.
type environment struct {
	*contents
	env      string
	google   *config.Google
	profiles *launcher.Profiles
	// schedules are where the jobs of Cloud Scheduler stand, images whose they are, by name.
	schedules map[string]problem.Problem
	images    map[string]string
}

func (e *environment) pipeline(p *configrepo.Pipeline) {
	c, found := content.Read(p, e.profiles)
	e.refuse(found...)
	if c == nil {
		return
	}
	e.refuse(c.InProject(e.google.ProjectID)...)
	_, _, found = c.Arguments(e.placeholder)
	e.refuse(found...)
	e.schedule(p, c)
	if _, err := e.google.Names.Workflow(p.Layer, p.Name); err != nil {
		e.refuse(inFile(problem.Shown(p.Dir), err)...)
	}
	if p.Definition.Kind == definition.KindDataflow {
		e.image(p)
	}
}

// placeholder is the value that a parameter will have, as far as names tell.
func (e *environment) placeholder(name string) (string, error) {
	switch name {
	case "environment":
		return e.env, nil
	case "project_id":
		return e.google.ProjectID, nil
	case "region":
		return e.google.Region, nil
	case "bucket":
		return e.google.BucketName, nil
	}
	bucket, ok := strings.CutPrefix(name, definition.BucketPlaceholder)
	if !ok {
		return "", nil // it was refused where pipeline.yaml was read
	}
	for _, b := range e.google.DataBuckets {
		if b.Name == bucket {
			return e.google.Names.GoogleBucket(bucket)
		}
	}
	return "", pipelines.NoBucket(e.env, bucket, e.google.DataBuckets)
}

// schedule refuses two schedules of one name, with both places.
func (e *environment) schedule(p *configrepo.Pipeline, c *content.Content) {
	if c.Schedule == nil {
		return
	}
	at := c.SchedulePlace()
	name, err := pipelines.ScheduleName(e.google.Names, p.Layer, p.Name, c.Schedule)
	if err != nil {
		for _, f := range asProblems(err) {
			f.File, f.Line, f.Column = at.File, at.Line, at.Column
			e.refuse(f)
		}
		return
	}
	other, taken := e.schedules[name]
	if !taken {
		e.schedules[name] = at
		return
	}
	at.Summary = fmt.Sprintf("two schedules have one name, %s", scheduleName(c.Schedule, name))
	at.Detail = "the other one is " + other.Place()
	at.Hint = "Rename one of them."
	e.refuse(at)
}

// scheduleName is the name as it is written, or the one that was made.
func scheduleName(s *definition.Schedule, made string) string {
	if s.Name != "" {
		return s.Name
	}
	return made
}

// image refuses two images of one name: a pipeline's may be that of another's workers.
func (e *environment) image(p *configrepo.Pipeline) {
	makers := []func(layer, pipeline string) (string, error){naming.GoogleImage}
	if p.Definition.WorkerImage == definition.WorkerImageSeparate {
		makers = append(makers, naming.GoogleWorkerImage)
	}
	for _, make := range makers {
		name, err := make(p.Layer, p.Name)
		if err != nil {
			e.refuse(inFile(problem.Shown(p.Dir), err)...)
			continue
		}
		if other, taken := e.images[name]; taken {
			e.refuse(problem.Problem{File: problem.Shown(p.Dir), Summary: "two pipelines have one image name",
				Detail: fmt.Sprintf("%s and %s both make %s", other, p.ID(), name), Hint: "Rename one of the folders."})
		}
		e.images[name] = p.ID()
	}
}
