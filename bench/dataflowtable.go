package main

import (
	"fmt"
	"io"
)

func (d *dataflow) print(w io.Writer, o options) {
	downloads := "packages were downloaded anew"
	if d.kept {
		downloads = "pip or uv kept its downloads"
	}
	fmt.Fprintf(w, "%d pipelines with a `main.py` and a schedule each, one set of requirements (`apache-beam[gcp,yaml]`), %d resources with universal's. Medians of\n"+
		"%d runs after a warm-up, but for the first row (%s).\n\n", dataflowPipelines, d.resources, o.runs, downloads)
	row := func(what string, goal, measured any) { fmt.Fprintf(w, "| %s | %v | %v |\n", what, goal, measured) }
	of := func(s []sample) string { return seconds(median(s, wall)) + " s" }
	row("Dataflow on the local target", "goal", "measured")
	row("---", "---:", "---:")
	row("first apply, with an empty cache of dorc's", "", seconds(d.cold.wall)+" s")
	row("apply of the environment", "at most 5 s", of(d.first))
	row("peak memory of it", "", megabytes(median(d.first, peak))+" MB")
	row("apply without a change", "at most 2 s", of(d.noop))
	row("apply after one line of one `main.py`", "", of(d.change))
	row("images, layers that it made", "1, 1", fmt.Sprintf("%d, %d", d.images, d.layers))
	row("`dorc run` of a pipeline", "", of(d.run))
	row("the same `main.py` by hand, with the same Python and packages", "", of(d.hand))
	row("what dorc adds", "at most 0.5 s", fmt.Sprintf("%.2f s", (median(d.run, wall)-median(d.hand, wall)).Seconds()))
	fmt.Fprintln(w)
}
