package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"time"
)

// kill is what was found after one kill.
type kill struct {
	command string
	// ended says that the command had ended before its moment came.
	ended bool
	// changed says that a state file is another one than before.
	changed bool
	// lease says that the killed process left its lease.
	lease bool
	// entries are those of journals, pending the calls that began and did not end.
	entries, pending int
}

// moment names when a kill came.
func (k kill) moment() int {
	switch {
	case k.ended:
		return momentEnded
	case k.pending > 0:
		return momentIn
	case k.entries > 0:
		return momentBetween
	case k.changed:
		return momentAfter
	default:
		return momentBefore
	}
}

const (
	momentBefore = iota
	momentIn
	momentBetween
	momentAfter
	momentEnded
	moments
)

type report struct {
	kills  map[string]*[moments]int
	leases int
	// again counts kills of the apply that takes up an ended run.
	again int
	// met counts rounds in which applies met.
	met int
	// journals were taken up, with this many entries and calls under way.
	journals, entries, pending int
	// litter counts half-written files of images that nothing sweeps.
	litter int
}

func newReport() report { return report{kills: map[string]*[moments]int{}} }

func (r *report) add(k kill) {
	if r.kills[k.command] == nil {
		r.kills[k.command] = &[moments]int{}
	}
	r.kills[k.command][k.moment()]++
	if k.lease {
		r.leases++
	}
}

func (r *report) print(w io.Writer, seed uint64, took time.Duration) {
	fmt.Fprintln(w, "| killed | before the first call | in a call | between calls | after the last | it had ended | together |")
	fmt.Fprintln(w, "| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
	var all [moments]int
	row := func(name string, counts [moments]int) {
		total := 0
		fmt.Fprintf(w, "| %s |", name)
		for _, n := range counts {
			fmt.Fprintf(w, " %d |", n)
			total += n
		}
		fmt.Fprintf(w, " %d |\n", total)
	}
	for _, name := range slices.Sorted(maps.Keys(r.kills)) {
		row("dorc "+name, *r.kills[name])
		for i, n := range r.kills[name] {
			all[i] += n
		}
	}
	row("together", all)
	fmt.Fprintf(w, "\nThe runs after them took up %d journals with %d entries, of which %d calls had begun and not ended.\n",
		r.journals, r.entries, r.pending)
	fmt.Fprintf(w, "%d kills were of an apply that was taking up a killed one. %d killed processes left a lease, which the next run took over.\n", r.again, r.leases)
	fmt.Fprintf(w, "In %d rounds applies met: one worked, one ended with 3, one waited.\n", r.met)
	fmt.Fprintf(w, "%d half-written files of images were left at the end; the next push to their repository sweeps them.\n", r.litter)
	fmt.Fprintf(w, "It took %s; seed %d.\n", took.Round(time.Second), seed)
}
