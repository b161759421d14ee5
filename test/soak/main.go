// Command soak ends dorc with SIGKILL at random moments, lets a normal apply take
// it up, and proves that the local cloud and the state agree: nothing is lost,
// nothing is there twice. `make soak` runs it for 200 rounds and more; a short
// form is this package's test.
//
// What each round does is in round.go, what must hold after it in invariants.go.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

func main() {
	rounds := flag.Int("rounds", 200, "rounds, each with at least one kill")
	seed := flag.Uint64("seed", uint64(time.Now().UnixNano()), "makes the same choices again, though not the same moments") //nolint:gosec // any number is a seed
	dorc := flag.String("dorc", "bin/dorc", "the dorc to end")
	keep := flag.Bool("keep", false, "keep the folder also when all is well")
	flag.Parse()
	if err := soakIn(os.Stdout, *dorc, *rounds, *seed, *keep); err != nil {
		fmt.Fprintln(os.Stderr, "soak:", err)
		os.Exit(1)
	}
}

func soakIn(out io.Writer, dorc string, rounds int, seed uint64, keep bool) error {
	binary, err := filepath.Abs(dorc)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "dorc-soak-")
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "seed %d, %d rounds in %s\n", seed, rounds, dir)
	s := newSoak(process{binary: binary, dir: dir}, seed)
	s.log = os.Stderr
	started := time.Now()
	for i := range rounds {
		if err := s.round(i); err != nil {
			return fmt.Errorf("round %d of seed %d; the folder %s is kept: %w", i, seed, dir, err)
		}
	}
	s.report.litter = s.halfWrittenFiles()
	s.report.print(out, seed, time.Since(started))
	if keep {
		return nil
	}
	return os.RemoveAll(dir)
}
