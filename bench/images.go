package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// images measures how images are built and pushed: a change of code beside Docker,
// and many functions at once. It needs the folder of the sources as its working
// directory, for scripts/containers.sh and the example's Dockerfile.
func images(w io.Writer, o options, work string) error {
	dir := filepath.Join(work, "images")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	f, err := openField(dir)
	if err != nil {
		return err
	}
	defer f.close()
	fmt.Fprintf(w, "Base image: %s. Registry: %s. Load average %s before.\n\n", f.baseIs, f.registryIs, load1())
	if f.docker != nil {
		fmt.Fprintf(w, "Docker %s, BuildKit.\n\n", f.docker.version)
	}
	change, err := measureChange(o, f)
	if err != nil {
		return err
	}
	change.print(w, o, f)
	fmt.Fprintf(w, "Load average %s between.\n\n", load1())
	many, err := measureMany(o, f)
	if err != nil {
		return err
	}
	many.print(w, o)
	fmt.Fprintf(w, "Load average %s after.\n\n", load1())
	return nil
}

// pushed is one push: what it took, and what went to the registry.
type pushed struct {
	sample
	traffic
	// build and push are the two commands of Docker that wall is the sum of.
	build, push sample
}

func pushedWall(p pushed) int64  { return int64(p.wall) }
func pushedBytes(p pushed) int64 { return p.bytes }
