package main

import (
	"fmt"
	"io"
	"time"
)

// noChangeGoal is for each function.
const noChangeGoal = 20 * time.Millisecond

func (m *many) print(w io.Writer, o options) {
	last := m.first[len(m.first)-1]
	downloads := "packages were downloaded anew: pip or uv kept none"
	if m.keptDownloads {
		downloads = "pip or uv kept its downloads"
	}
	fmt.Fprintf(w, "%d functions in %d pipelines, %d sets of requirements, `base-images.lock` in the repo. First push: to an empty registry, with an\n"+
		"empty cache (also without the base image; %s), median of %d. Otherwise medians of %d runs after a warm-up.\n\n",
		manyFunctions, manyPipelines, len(packageSets), downloads, len(m.first), o.runs)
	row := func(what string, goal, measured any) { fmt.Fprintf(w, "| %s | %v | %v |\n", what, goal, measured) }
	each := func(d time.Duration) string {
		return fmt.Sprintf("%.1f ms (%s s in all)", float64(d.Microseconds())/1e3/manyFunctions, seconds(d))
	}
	row("many functions", "goal", "measured")
	row("---", "---:", "---:")
	row("first push: wall", "", seconds(time.Duration(median(m.first, pushedWall)))+" s")
	row("distinct layers of packages in the images", len(packageSets), m.packages)
	row("sets of packages installed, layers made of packages", len(packageSets), fmt.Sprintf("%d, %d", m.sets, m.layers-m.functions))
	row("uploads of each layer of packages", 1, m.uploaded)
	row("distinct blobs, uploads of all", "the same", fmt.Sprintf("%d, %d", len(last.uploads), last.all()))
	row("uploads of the blob that was uploaded most often", 1, last.most())
	row("mounted from another repository instead", "", last.mounts)
	row("bytes pushed", "", thousands(last.bytes))
	row("no change, `dorc image push`: per function", fmt.Sprintf("at most %d ms", noChangeGoal.Milliseconds()), each(time.Duration(median(m.again, pushedWall))))
	row("no change: images built, images pushed", "0, 0", fmt.Sprintf("%d, %d", m.rebuilt, m.repushed))
	row("no change: blobs, manifests, bytes that reached the registry", "0, 0, 0", m.reached())
	row("no change, `dorc apply infra` on the local target: per function", fmt.Sprintf("at most %d ms", noChangeGoal.Milliseconds()), each(median(m.noop, wall)))
	fmt.Fprintln(w)
}

// reached is what all pushes without a change sent.
func (m *many) reached() string {
	blobs, manifests, bytes := 0, 0, int64(0)
	for _, p := range m.again {
		blobs, manifests, bytes = blobs+p.all()+p.mounts, manifests+p.manifests, bytes+p.bytes
	}
	return fmt.Sprintf("%d, %d, %d", blobs, manifests, bytes)
}
