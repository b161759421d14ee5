// Package quietinit keeps packages from asking the terminal for its colours while
// they are initialised. Pulumi's display links bubbletea, whose init sends such a
// query and waits up to five seconds for a terminal that does not answer, as under
// script, expect or a recorder, and swallows what was typed meanwhile.
//
// The query is left out for terminals of TERM screen and tmux (termenv,
// termStatusReport). So TERM says screen until Restore. This package imports the
// standard library alone and is therefore initialised before those that ask; a
// test holds that. It is not for anything else.
package quietinit

import "os"

var term, wasSet = os.LookupEnv("TERM")

func init() {
	if wasSet && term != "dumb" {
		_ = os.Setenv("TERM", "screen") // fails only for names that no system accepts
	}
}

// Restore gives TERM its value back. The program calls it first of all.
func Restore() {
	if wasSet {
		_ = os.Setenv("TERM", term) // as above
	}
}
