package airflow

import "strings"

// frames leaves Airflow's own calls out of tracebacks: what is wrong is below them.
type frames struct{ inside, skipping bool }

// keep tells whether a line is shown.
func (f *frames) keep(line string) bool {
	switch {
	case strings.HasPrefix(line, "Traceback (most recent call last)"):
		f.inside, f.skipping = true, false
	case !f.inside:
	case strings.HasPrefix(line, `  File "`):
		f.skipping = strings.Contains(line, "/site-packages/airflow/")
	case !strings.HasPrefix(line, " "):
		f.inside, f.skipping = false, false
	}
	return !f.skipping
}

// trim is a text of several lines without those calls.
func (f *frames) trim(text string) string {
	var kept []string
	for line := range strings.SplitSeq(text, "\n") {
		if f.keep(line) {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "\n")
}
