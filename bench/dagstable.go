package main

import (
	"fmt"
	"io"
	"time"
)

func (d *dagsResult) print(w io.Writer, o options) {
	fmt.Fprintf(w, "%d DAGs of %d tasks in `dag.yaml` with a file of SQL for each task but one; `dorc dag compile` as a whole process, `--out` where files are written. Airflow (%s) parses %d\n"+
		"of them, and the same DAGs that %s builds from YAML while it parses, in one process each; the time is that of `DagBag` without the imports that\n"+
		"both share. Medians of %d runs after a warm-up.\n\n", dagCount, dagTasks, dagImage, dagsParsed, dagFactory, o.runs)
	row := func(what string, goal, measured any) { fmt.Fprintf(w, "| %s | %v | %v |\n", what, goal, measured) }
	of := func(s []sample) string { return seconds(median(s, wall)) + " s" }
	per := func(p []parsing) string {
		return fmt.Sprintf("%.1f ms", float64(median(p, func(p parsing) time.Duration { return p.perDAG }).Microseconds())/1000)
	}
	memory := func(p []parsing) string {
		return megabytes(median(p, func(p parsing) int64 { return p.whole.peak })) + " MB"
	}
	row("DAGs without code", "goal", "measured")
	row("---", "---:", "---:")
	row("read, check and compile", "at most 2 s", of(d.alone))
	row("peak memory of it", "", megabytes(median(d.alone, peak))+" MB")
	row("and write 20,000 files", "", of(d.cold))
	row("and find them as they should be", "", of(d.same))
	row("compile after one file of SQL", "", of(d.changed))
	row("files that it wrote", "1", d.written)
	row("Airflow parses a compiled DAG", "", per(d.compiled))
	row("the same DAG, built by dag-factory", "", per(d.factory))
	row("peak memory of the process, compiled", "", memory(d.compiled))
	row("peak memory of the process, dag-factory", "", memory(d.factory))
	fmt.Fprintln(w)
}
