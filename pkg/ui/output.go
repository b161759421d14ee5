package ui

import (
	"io"
	"os"

	"github.com/pulumi/pulumi/sdk/v3/go/common/diag/colors"
	"golang.org/x/term"
)

// Output is where a command writes, and how.
type Output struct {
	// Out receives results, Err what goes beside them.
	Out, Err io.Writer
	// JSON asks for one JSON document per line instead of text.
	JSON bool
	// Interactive says that Out is a terminal that a person looks at.
	Interactive bool
	// Color is how colours are written.
	Color colors.Colorization
}

// NewOutput looks at the writers and the environment: colours and a moving
// display only on a terminal, no colours with NO_COLOR (https://no-color.org).
func NewOutput(out, err io.Writer, json bool) Output {
	interactive := !json && isTerminal(out) && os.Getenv("TERM") != "dumb" && os.Getenv("CI") == ""
	color := colors.Never
	if isTerminal(out) && !json && os.Getenv("NO_COLOR") == "" {
		color = colors.Always
	}
	return Output{Out: out, Err: err, JSON: json, Interactive: interactive, Color: color}
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd())) //nolint:gosec // a file descriptor fits an int
}

// Prefixed is the output of one of several operations at a time: every line
// begins with the prefix, and nothing moves.
func (o Output) Prefixed(prefix string) Output {
	if o.JSON {
		return o
	}
	o.Interactive = false
	o.Out = newPrefixWriter(o.Out, prefix)
	o.Err = newPrefixWriter(o.Err, prefix)
	return o
}
