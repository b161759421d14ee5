package content

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/dorc-dev/dorc/pkg/beam/launcher"
	"github.com/dorc-dev/dorc/pkg/beam/translate"
	"github.com/dorc-dev/dorc/pkg/beam/yamlpipeline"
	"github.com/dorc-dev/dorc/pkg/configrepo"
	"github.com/dorc-dev/dorc/pkg/definition"
	"github.com/dorc-dev/dorc/pkg/flextemplate"
	"github.com/dorc-dev/dorc/pkg/problem"
	"github.com/dorc-dev/dorc/pkg/workflows/syntax"
)

// Content is what the files of one pipeline say.
type Content struct {
	// Metadata is that of metadata.json; nil without one.
	Metadata *flextemplate.Metadata
	// YAML is the text of a pipeline in Beam YAML: the file's own, or the translation
	// of a launcher's config; nil for a pipeline with code.
	YAML []byte
	// Config is the text of a launcher's config, Launcher what it says, Translation
	// what it becomes; nil for other pipelines.
	Config      []byte
	Launcher    *launcher.Pipeline
	Translation *translate.Translation
	// Workflow is the text of a workflow.yaml; nil for kind dataflow.
	Workflow []byte
	// Schedule is that of pipeline.yaml or of a launcher's config; nil when there is none.
	Schedule *definition.Schedule
	// Warnings are no mistakes, but hardly what is meant.
	Warnings problem.List

	pipeline *configrepo.Pipeline
	problems problem.List
}

// Read reads and checks the files of a pipeline. Profiles are the connections that
// a launcher's config may name; nil means that they are not known. The content
// is nil when there are problems.
func Read(p *configrepo.Pipeline, profiles *launcher.Profiles) (*Content, problem.List) {
	c := &Content{Schedule: p.Definition.Schedule, pipeline: p}
	switch {
	case p.Workflow != "":
		c.workflow(p.Workflow)
	case p.Beam == nil:
	case p.Beam.YAML != "":
		c.beamYAML(p.Beam.YAML)
	case p.Beam.Config != "":
		c.config(p.Beam.Config, profiles)
	case p.Beam.Metadata != "":
		c.metadata(p.Beam.Metadata)
	}
	c.formParameters()
	if len(c.problems) > 0 {
		return nil, c.problems
	}
	return c, nil
}

// maxFile bounds what is read; every reader has a lower limit of its own.
const maxFile = 1 << 20

// read reads a file of the pipeline's folder; one that a link out of it leads to is refused.
func (c *Content) read(path string) ([]byte, bool) {
	data, err := func() ([]byte, error) {
		root, err := os.OpenRoot(filepath.Dir(path))
		if err != nil {
			return nil, err
		}
		defer root.Close()
		file, err := root.Open(filepath.Base(path))
		if err != nil {
			return nil, err
		}
		defer file.Close()
		return io.ReadAll(io.LimitReader(file, maxFile))
	}()
	if err != nil {
		reason := err.Error()
		if at := (*os.PathError)(nil); errors.As(err, &at) {
			reason = at.Err.Error()
		}
		c.problems = append(c.problems, problem.Problem{File: problem.Shown(path), Summary: "the file cannot be read", Detail: reason})
		return nil, false
	}
	return data, true
}

// add takes the problems of an error that another reader gave.
func (c *Content) add(err error) {
	var all problem.List
	var one problem.Problem
	switch {
	case err == nil:
	case errors.As(err, &all):
		c.problems = append(c.problems, all...)
	case errors.As(err, &one):
		c.problems = append(c.problems, one)
	default:
		c.problems = append(c.problems, problem.Problem{File: problem.Shown(c.pipeline.Dir), Summary: err.Error()})
	}
}

func (c *Content) workflow(path string) {
	data, ok := c.read(path)
	if !ok {
		return
	}
	_, problems := syntax.Parse(problem.Shown(path), data)
	c.problems = append(c.problems, problems...)
	c.Workflow = data
}

func (c *Content) beamYAML(path string) {
	data, ok := c.read(path)
	if !ok {
		return
	}
	_, err := yamlpipeline.Check(problem.Shown(path), data)
	c.add(err)
	c.YAML = data
}

func (c *Content) metadata(path string) {
	data, ok := c.read(path)
	if !ok {
		return
	}
	m, problems := flextemplate.ReadMetadata(problem.Shown(path), data)
	c.problems = append(c.problems, problems...)
	c.Metadata = m
}

func (c *Content) config(path string, profiles *launcher.Profiles) {
	data, ok := c.read(path)
	if !ok {
		return
	}
	shown := problem.Shown(path)
	// Queries and schemas lie beside the file. A link out of the folder is not followed.
	root, err := os.OpenRoot(filepath.Dir(path))
	if err != nil {
		c.add(problem.Problem{File: shown, Summary: "the folder cannot be read", Detail: err.Error()})
		return
	}
	defer root.Close()
	p, err := launcher.Read(shown, data, launcher.Options{Files: root.FS(), Profiles: profiles})
	if err != nil {
		c.add(err)
		return
	}
	if _, err := translate.Translate(p); err != nil {
		c.add(err)
		return
	}
	// The text names the file. It must not depend on where someone stands who applies it.
	named := *p
	named.File = c.pipeline.ID() + "/" + filepath.Base(path)
	translation, err := translate.Translate(&named)
	if err != nil {
		c.add(err)
		return
	}
	if _, err := yamlpipeline.Check(shown, translation.YAML); err != nil {
		c.add(fmt.Errorf("dorc made Beam YAML that is not valid, which is a mistake of dorc: %w", err))
		return
	}
	c.Config, c.Launcher, c.Translation, c.YAML = data, p, translation, translation.YAML
	c.Warnings = p.Warnings
	c.schedule(p)
	if c.pipeline.Definition.Streaming {
		c.problems = append(c.problems, c.pipeline.Source.Problem("streaming", "a launcher's config is a batch pipeline",
			"its sources are read from their beginning to their end", "Remove streaming."))
	}
}

// schedule takes the schedule of a launcher's config.
func (c *Content) schedule(p *launcher.Pipeline) {
	s := p.Schedule
	if s == nil {
		return
	}
	at := problem.Problem{File: p.File, Line: s.Line, Column: s.Column}
	if c.Schedule != nil {
		at.Summary, at.Detail = "the schedule is there twice", "pipeline.yaml has one too"
		at.Hint = "Keep that of pipeline.yaml, which can say more, or this one."
		c.problems = append(c.problems, at)
		return
	}
	if reason, hint := definition.BadCron(s.Cron); reason != "" {
		at.Summary, at.Detail, at.Hint = fmt.Sprintf("%q is no schedule that Cloud Scheduler accepts", s.Cron), reason, hint
		c.problems = append(c.problems, at)
		return
	}
	c.Schedule = &definition.Schedule{Name: s.Name, Cron: s.Cron, Enabled: s.Enabled}
	c.Schedule.FillDefaults()
}

// SchedulePlace is where the schedule stands, for problems with it.
func (c *Content) SchedulePlace() problem.Problem {
	if c.pipeline.Definition.Schedule == nil && c.Launcher != nil && c.Launcher.Schedule != nil {
		return problem.Problem{File: c.Launcher.File, Line: c.Launcher.Schedule.Line, Column: c.Launcher.Schedule.Column}
	}
	return c.pipeline.Source.Problem("schedule.name", "", "", "")
}
