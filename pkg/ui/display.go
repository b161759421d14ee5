package ui

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/pulumi/pulumi/pkg/v3/backend"
	"github.com/pulumi/pulumi/pkg/v3/backend/display"
	pulumiengine "github.com/pulumi/pulumi/pkg/v3/engine"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"

	"github.com/dorc-dev/dorc/pkg/engine"
)

// Display shows an operation as the Pulumi CLI does: a tree that moves on a
// terminal, plain lines without one, or one JSON event per line.
type Display struct {
	// Output is where it is shown.
	Output Output
	// Diff shows every changed property instead of the tree.
	Diff bool
	// SuppressOutputs hides the stack's outputs at the end.
	SuppressOutputs bool
}

// Show implements engine.Display.
func (d Display) Show(op engine.Operation, events <-chan pulumiengine.Event) {
	if d.Output.JSON {
		d.showJSON(op, events)
		return
	}
	options := display.Options{
		Color:                d.Output.Color,
		IsInteractive:        d.Output.Interactive,
		ShowReplacementSteps: true,
		SuppressPermalink:    true,
		SuppressOutputs:      d.SuppressOutputs,
		TruncateOutput:       true,
		Type:                 display.DisplayProgress,
		Stdout:               d.Output.Out,
		Stderr:               d.Output.Err,
	}
	if d.Diff {
		options.Type = display.DisplayDiff
	}
	if !d.Output.Interactive {
		events = lasting(events)
	}
	done := make(chan bool)
	display.ShowEvents(strings.ToLower(backend.ActionLabel(op.Kind, op.Preview)), op.Kind,
		tokens.MustParseStackName(op.Stack), engine.ProjectName, "", events, done, options, op.Preview)
	<-done
}

// lasting leaves out what providers say while they work on a resource. A terminal
// shows the last of it in the resource's row; a log would have every line.
func lasting(events <-chan pulumiengine.Event) <-chan pulumiengine.Event {
	left := make(chan pulumiengine.Event)
	go func() {
		defer close(left)
		for e := range events {
			if said, ok := e.Payload().(pulumiengine.DiagEventPayload); ok && said.Ephemeral {
				continue
			}
			left <- e
		}
	}()
	return left
}

// event is an engine event of Pulumi's own format with the stack it belongs to.
type event struct {
	Stack string `json:"stack"`
	apitype.EngineEvent
}

func (d Display) showJSON(op engine.Operation, events <-chan pulumiengine.Event) {
	encoder := json.NewEncoder(d.Output.Out)
	encoder.SetEscapeHTML(false)
	sequence := 0
	for e := range events {
		if e.Internal() {
			continue
		}
		converted, err := display.ConvertEngineEvent(e, false)
		if err != nil {
			continue // an event that has no JSON form, such as a debugger's
		}
		converted.Sequence = sequence
		converted.Timestamp = int(time.Now().Unix())
		sequence++
		if err := encoder.Encode(event{Stack: op.Stack, EngineEvent: converted}); err != nil {
			return
		}
	}
}
