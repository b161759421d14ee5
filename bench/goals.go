package main

import (
	"fmt"
	"io"
	"time"
)

// printGoals puts what dorc is to reach beside what was measured.
func printGoals(w io.Writer, r *results) {
	fmt.Fprintln(w, "| goal of dorc | at most | measured |")
	fmt.Fprintln(w, "| --- | ---: | ---: |")
	r.timeGoal(w, 10, "apply", "0.25 s")
	r.timeGoal(w, 10, "no-op", "0.15 s")
	r.timeGoal(w, 1000, "apply", "2 s")
	for _, phase := range phases {
		small, large := r.samples[key{"dorc", 1000, phase}], r.samples[key{"dorc", 5000, phase}]
		measured := "not run"
		if len(small) > 0 && len(large) > 0 {
			measured = fmt.Sprintf("%.1f", median(large, wall).Seconds()/median(small, wall).Seconds())
		}
		fmt.Fprintf(w, "| %s: 5,000 resources take, of the time of 1,000 | 6 times | %s |\n", phase, measured)
	}
	var highest int64
	for _, phase := range phases {
		if samples := r.samples[key{"dorc", 5000, phase}]; len(samples) > 0 {
			highest = max(highest, median(samples, peak))
		}
	}
	measured := "not run"
	if highest > 0 {
		measured = megabytes(highest) + " MB"
	}
	fmt.Fprintf(w, "| peak memory at 5,000 resources | 600 MB | %s |\n\n", measured)
}

func (r *results) timeGoal(w io.Writer, n int, phase, goal string) {
	measured := "not run"
	if samples := r.samples[key{"dorc", n, phase}]; len(samples) > 0 {
		measured = fmt.Sprintf("%.2f s", median(samples, wall).Round(10*time.Millisecond).Seconds())
	}
	fmt.Fprintf(w, "| %s of %d resources | %s | %s |\n", phase, n, goal, measured)
}
