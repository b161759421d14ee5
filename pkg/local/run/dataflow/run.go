package dataflow

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dorc-dev/dorc/pkg/local/run/process"
)

// run runs a job to its end.
func (s *Service) run(ctx context.Context, j *job) {
	failed := s.work(ctx, j)
	s.mu.Lock()
	wanted, now := j.wanted, j.Job
	s.mu.Unlock()
	switch {
	case wanted != "":
		s.become(j, wanted)
	case ctx.Err() != nil:
		s.become(j, Cancelled)
	case failed != nil:
		text := failed.Error()
		if s.options.Explain != nil {
			text += s.options.Explain(now)
		}
		s.say(j, Error, text)
		s.become(j, Failed)
	default:
		s.become(j, Done)
	}
}

// work makes a job's program ready and runs it.
func (s *Service) work(ctx context.Context, j *job) (err error) {
	program, err := s.options.Prepare(ctx, j.Job, j.template, func(line string) { s.say(j, Debug, line) })
	if err != nil {
		return fmt.Errorf("the job cannot be launched: %w", err)
	}
	if program.Close != nil {
		defer func() { err = errors.Join(err, program.Close()) }()
	}
	if !s.become(j, Running) {
		return nil
	}
	var told tail
	ending, err := process.Run(ctx, program, arguments(j.Job), func(line string) {
		told.add(line)
		s.say(j, importanceOf(line), line)
	})
	if err != nil {
		return err
	}
	if ending != "" {
		return errors.New(told.failure(ending))
	}
	return nil
}

// arguments are the options of a job's program: Beam's own and the parameters, as the launcher of flex templates gives
// them (https://cloud.google.com/dataflow/docs/guides/templates/configuring-flex-templates). The runner is last, so that no parameter
// chooses another.
func arguments(j Job) []string {
	out := []string{"--project=" + j.Project, "--region=" + j.Region, "--job_name=" + j.Name}
	for name, value := range map[string]string{"temp_location": j.TempLocation, "staging_location": j.StagingLocation} {
		if value != "" {
			out = append(out, "--"+name+"="+value)
		}
	}
	if j.Streaming {
		out = append(out, "--streaming")
	}
	slices.Sort(out)
	for _, name := range slices.Sorted(maps.Keys(j.Parameters)) {
		out = append(out, "--"+name+"="+j.Parameters[name])
	}
	return append(out, "--runner=DirectRunner")
}

// tail keeps the last lines of a program, to tell why it failed.
type tail struct{ lines []string }

const tailLines = 200

func (t *tail) add(line string) {
	if len(t.lines) == tailLines {
		t.lines = slices.Delete(t.lines, 0, tailLines/2)
	}
	t.lines = append(t.lines, line)
}

// maxReason is how many lines tell why a program failed.
const maxReason = 12

// failure is the exception of the last traceback, or the last lines where there is none.
func (t *tail) failure(ending string) string {
	reason := t.lines
	for i := len(t.lines) - 1; i >= 0; i-- {
		if strings.HasPrefix(t.lines[i], "Traceback (most recent call last)") {
			// What is not indented after a traceback is the exception's text.
			reason = slices.Clone(t.lines[i+1:])
			for len(reason) > 0 && (strings.HasPrefix(reason[0], " ") || reason[0] == "") {
				reason = reason[1:]
			}
			if len(reason) > maxReason {
				reason = reason[:maxReason]
			}
			break
		}
	}
	if len(reason) > maxReason {
		reason = reason[len(reason)-maxReason:]
	}
	text := strings.TrimSpace(strings.Join(reason, "\n"))
	if text == "" {
		return "The program of the pipeline wrote nothing and ended with " + ending
	}
	return text + "\n(the program of the pipeline ended with " + ending + ")"
}
