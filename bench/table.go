package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"time"
)

// median is that of one measure over samples.
func median[S any, T cmp.Ordered](samples []S, of func(S) T) T {
	var values []T
	for _, s := range samples {
		values = append(values, of(s))
	}
	slices.Sort(values)
	return values[len(values)/2]
}

func wall(s sample) time.Duration { return s.wall }
func cpu(s sample) time.Duration  { return s.cpu }
func peak(s sample) int64         { return s.peak }

func seconds(d time.Duration) string {
	if d < 10*time.Second {
		return fmt.Sprintf("%.2f", d.Seconds())
	}
	return fmt.Sprintf("%.0f", d.Seconds())
}

func megabytes(bytes int64) string { return fmt.Sprintf("%.0f", float64(bytes)/1e6) }

func printResults(w io.Writer, o options, tools []*tool, r *results) {
	fmt.Fprintf(w, "Medians of %d runs after a warm-up (one run without, where a command takes more than %.0f s).\n"+
		"Wall and CPU (user and system) in seconds, peak memory in MB (10^6 bytes), per command.\n\n", o.runs, o.slow.Seconds())
	fmt.Fprintln(w, "| resources | tool | apply | CPU | MB | no-op | CPU | MB | destroy | CPU | MB |")
	fmt.Fprintln(w, "| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
	for _, n := range o.sizes {
		for _, t := range tools {
			if !o.wants(t) {
				continue
			}
			fmt.Fprintf(w, "| %d | %s |", n, t.name)
			if t.absent != "" {
				fmt.Fprintf(w, " %s | | | | | | | | |\n", t.absent)
				continue
			}
			for _, phase := range phases {
				fmt.Fprint(w, r.cells(o, key{t.name, n, phase}))
			}
			fmt.Fprintln(w)
		}
	}
	fmt.Fprintln(w)
}

func (r *results) cells(o options, k key) string {
	samples := r.samples[k]
	switch {
	case r.capped[k]:
		return fmt.Sprintf(" > %.0f | | |", o.cap.Seconds())
	case len(samples) == 0:
		return " not run | | |"
	}
	return fmt.Sprintf(" %s | %s | %s |",
		seconds(median(samples, wall)), seconds(median(samples, cpu)), megabytes(median(samples, peak)))
}
