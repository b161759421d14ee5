// Package problem is dorc's error for what a person wrote or must decide: it
// names the place, says what is wrong and says what to do. It renders nothing
// and knows no command; the command line prints it.
package problem

import "strings"

// Problem is one thing that is wrong. Summary is stable and short; Detail has
// the values; Hint says what to do. File is empty when the place is not a file.
type Problem struct {
	// File is the path as the user would type it, relative where possible.
	File string
	// Line and Column count from 1; 0 means unknown.
	Line, Column int
	// Resource names what is concerned when the place is not a file.
	Resource string
	// Summary says what is wrong in one line, without a final full stop.
	Summary string
	// Detail gives the values and the reason, for a limit with its source.
	Detail string
	// Hint says what to do, with the nearest correct spelling where there is one.
	Hint string
}

// Error renders the problem on one to three lines: place and summary, detail, hint.
func (p Problem) Error() string {
	var b strings.Builder
	if place := p.Place(); place != "" {
		b.WriteString(place)
		b.WriteString(": ")
	}
	b.WriteString(p.Summary)
	if p.Detail != "" {
		b.WriteString("\n  ")
		b.WriteString(p.Detail)
	}
	if p.Hint != "" {
		b.WriteString("\n  ")
		b.WriteString(p.Hint)
	}
	return b.String()
}

// List is several problems found in one pass. A nil or empty List is no error.
type List []Problem

// Error renders every problem, one after the other.
func (l List) Error() string {
	lines := make([]string, len(l))
	for i, p := range l {
		lines[i] = p.Error()
	}
	return strings.Join(lines, "\n")
}

// Err returns the list as an error, or nil when it is empty.
func (l List) Err() error {
	if len(l) == 0 {
		return nil
	}
	return l
}
