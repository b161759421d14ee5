package ui

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// Table is rows below a header, in columns.
type Table struct {
	Header []string
	Rows   [][]string
}

// Write writes the table, each column as wide as its widest cell.
func (t Table) Write(w io.Writer) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, row := range append([][]string{t.Header}, t.Rows...) {
		fmt.Fprintln(tw, strings.Join(row, "\t"))
	}
	return tw.Flush()
}
