package ui

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/dorc-dev/dorc/pkg/local/run"
)

// RunDisplay shows the events of a run as they come.
type RunDisplay struct {
	// Output is where they are shown.
	Output Output
	// Platform also shows the lines that Lambda itself writes to a function's log.
	Platform bool

	preparing string
	// entered are the steps of workflows that were shown: one that comes again, as a look at a job, is not news.
	entered map[string]bool
	// traced says that a log line since the last attempt had a Python traceback.
	traced bool
}

// Event shows one event.
func (d *RunDisplay) Event(e run.Event) {
	if d.Output.JSON {
		encoder := json.NewEncoder(d.Output.Out)
		encoder.SetEscapeHTML(false)
		_ = encoder.Encode(e) //nolint:errcheck // an output that is gone has nobody to tell
		return
	}
	indent := strings.Repeat("  ", len(e.Path))
	say := func(format string, args ...any) {
		fmt.Fprintf(d.Output.Out, indent+format+"\n", args...)
	}
	switch e.Kind {
	case run.RunStarted:
		say("%s started (%s)", e.StateMachine, e.Run)
	case run.Preparing:
		// Progress of one preparation stands below its name.
		if e.Subject != d.preparing {
			d.preparing = e.Subject
			say("  … %s", e.Subject)
		}
		say("      %s", strings.TrimSpace(e.Message))
	case run.StateEntered:
		if d.isNews(e) {
			say("> %s", e.State)
		}
	case run.Log:
		d.traced = d.traced || strings.Contains(e.Message, "Traceback (most recent call last)")
		if d.Platform || !e.Platform {
			writeLog(d.Output.Out, indent+"    | ", e.Message)
		}
	case run.FunctionFailed:
		// The Lambda runtime writes the traceback to the log, where it is shown already.
		if !d.traced {
			for _, line := range e.Traceback {
				writeLog(d.Output.Out, indent+"    ! ", strings.TrimRight(line, "\n"))
			}
		}
		d.traced = false
		say("    ! %s: %s", e.Error, e.Cause)
	case run.Retry:
		say("  retry of %s in %s: %s", e.State, round(e.Duration), e.Error)
	case run.Wait:
		say("  %s waits %s", e.State, round(e.Duration))
	case run.JobLaunched:
		say("    job %s", e.Job)
	case run.JobState:
		say("    job %s is %s%s", e.Job, strings.ToLower(e.Message), after(e.Duration))
	case run.Following:
		say("  … %s", e.Message)
	case run.ChildStarted:
		say("  %s", strings.TrimSpace(e.State+" starts "+e.ChildStateMachine))
	case run.ObjectCreated:
		say("    + %s/%s (%d bytes)%s", e.Bucket, e.Key, e.Size, wouldStart(e.Matches))
	case run.StateExited:
		say("< %s  %s", e.State, round(e.Duration))
	case run.StateFailed:
		if e.Type == "Fail" {
			say("x %s: %s", e.State, e.Error)
			return
		}
		if e.Type == "" { // of a workflow
			writeLog(d.Output.Out, indent+"    ! ", e.Cause)
		}
		say("x %s failed: %s%s", firstOf(e.State, e.StateMachine), e.Error, caughtBy(e.Next))
	case run.StateSkipped:
		say("- %s  %s", e.State, e.Message)
	case run.RunFinished:
		say("%s %s in %s", e.StateMachine, strings.ToLower(string(e.Status)), round(e.Duration))
	case run.Prepared, run.Attempt, run.ChildFinished:
		// The lines before and after say the same.
	}
}

// steps are the kinds of a workflow's steps that are shown. The others reckon.
var steps = []string{"call", "try", "raise", "parallel"}

// isNews tells whether the beginning of a state or step is shown. Of a subworkflow the step that calls it is.
func (d *RunDisplay) isNews(e run.Event) bool {
	if e.Type != strings.ToLower(e.Type) || e.Type == "" {
		return true // a state of a state machine, as "Task"
	}
	key := e.Run + " " + e.State
	if !slices.Contains(steps, e.Type) || e.Subworkflow != "" || e.Function == "sys.log" || d.entered[key] {
		return false
	}
	if d.entered == nil {
		d.entered = map[string]bool{}
	}
	d.entered[key] = true
	return true
}

func after(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return " after " + round(d).String()
}

func firstOf(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

func writeLog(w io.Writer, prefix, text string) {
	for line := range strings.SplitSeq(text, "\n") {
		fmt.Fprintln(w, prefix+line)
	}
}

func wouldStart(matches []run.RuleMatch) string {
	var targets []string
	for _, m := range matches {
		targets = append(targets, m.Targets...)
	}
	if len(targets) == 0 {
		return ""
	}
	return ", would start " + strings.Join(targets, ", ")
}

func caughtBy(next string) string {
	if next == "" {
		return ""
	}
	return ", goes on with " + next
}

func round(d time.Duration) time.Duration {
	if d < time.Second {
		return d.Round(time.Millisecond)
	}
	return d.Round(100 * time.Millisecond)
}
