package ui

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/dorc-dev/dorc/pkg/cloud/google"
)

// CloudRunDisplay shows the events of an execution in Google Cloud as they come.
type CloudRunDisplay struct {
	// Output is where they are shown.
	Output Output
}

// Event shows one event.
func (d *CloudRunDisplay) Event(e google.Event) {
	if d.Output.JSON {
		encoder := json.NewEncoder(d.Output.Out)
		encoder.SetEscapeHTML(false)
		_ = encoder.Encode(e) //nolint:errcheck // an output that is gone has nobody to tell
		return
	}
	say := func(format string, args ...any) { fmt.Fprintf(d.Output.Out, format+"\n", args...) }
	switch e.Kind {
	case google.ExecutionStarted:
		say("%s started (%s)\n  %s", e.Workflow, e.Execution, e.Link)
	case google.StepEntered:
		say("> %s", e.Step)
	case google.JobStarted:
		say("job %s is %s (%s)\n  %s", e.JobName, e.State, e.Job, e.Link)
	case google.JobState:
		say("job %s is %s", e.JobName, e.State)
	case google.JobMessage:
		mark := "|"
		if e.Importance == "ERROR" {
			mark = "!"
		}
		prefix := fmt.Sprintf("    %s %s ", mark, e.Time.Local().Format(time.TimeOnly))
		if e.Importance == "WARNING" {
			prefix += "warning: "
		}
		writeLog(d.Output.Out, prefix, e.Message)
	case google.JobUnseen:
		say("  the job is not shown: %s", strings.ReplaceAll(e.Message, "\n", "\n  "))
	case google.Silence:
		say("  Google does not answer: %s; asking again in %s", e.Message, round(e.Retry))
	case google.ExecutionState:
		if e.Took > 0 {
			say("%s %s in %s", e.Workflow, strings.ToLower(e.State), round(e.Took))
			return
		}
		say("%s is %s", e.Workflow, strings.ToLower(e.State))
	}
}
