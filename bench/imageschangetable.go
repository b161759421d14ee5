package main

import (
	"fmt"
	"io"
	"time"
)

// Goals for the change of one line.
const (
	changeGoal = time.Second
	timesGoal  = 10
	bytesGoal  = 16 << 10 // besides the code
)

func (r *changed) print(w io.Writer, o options, f *field) {
	fmt.Fprintf(w, "One line of a function with %s bytes of code is changed. Medians of %d runs after a warm-up; wall in seconds, bytes of\n"+
		"all request bodies that reached the registry.\n\n", thousands(r.code), o.runs)
	fmt.Fprintln(w, "| code-only change of one function | wall | bytes pushed |")
	fmt.Fprintln(w, "| --- | ---: | ---: |")
	for _, c := range r.contenders {
		if c.absent != "" {
			fmt.Fprintf(w, "| %s | not measured: %s | |\n", c.name, c.absent)
			continue
		}
		fmt.Fprintf(w, "| %s | %s | %s |\n", c.name, c.wall(), thousands(median(c.took, pushedBytes)))
	}
	fmt.Fprintln(w)
	r.goals(w, f)
}

// wall is the median, and for Docker those of its two commands.
func (c *contender) wall() string {
	text := seconds(time.Duration(median(c.took, pushedWall)))
	if c.took[0].build.wall > 0 {
		text += fmt.Sprintf(" (%s + %s)",
			seconds(median(c.took, func(p pushed) time.Duration { return p.build.wall })),
			seconds(median(c.took, func(p pushed) time.Duration { return p.push.wall })))
	}
	return text
}

func (r *changed) goals(w io.Writer, f *field) {
	dorc := r.contenders[0]
	mine := median(dorc.took, pushedWall)
	fmt.Fprintln(w, "| goal of dorc for it | goal | measured |")
	fmt.Fprintln(w, "| --- | ---: | ---: |")
	fmt.Fprintf(w, "| wall | at most %.0f s | %s s |\n", changeGoal.Seconds(), seconds(time.Duration(mine)))
	for i, what := range []string{"the standard Dockerfile", "the rewritten one"} {
		times, goal := "not measured", "—"
		if i == 0 {
			goal = fmt.Sprintf("at least %d", timesGoal)
		}
		if f.docker != nil {
			times = fmt.Sprintf("%.1f", float64(median(r.contenders[i+1].took, pushedWall))/float64(mine))
		}
		fmt.Fprintf(w, "| Docker with %s takes, times dorc's | %s | %s |\n", what, goal, times)
	}
	fmt.Fprintf(w, "| bytes pushed: code and 16 KiB | at most %s | %s |\n\n", thousands(r.code+bytesGoal), thousands(median(dorc.took, pushedBytes)))
}

// thousands writes a number with commas.
func thousands(n int64) string {
	text := fmt.Sprint(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
