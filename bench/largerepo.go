package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/dorc-dev/dorc/pkg/configrepo/configrepotest"
)

// programShape is a repo that is small enough for its programs to be run.
var programShape = configrepotest.Shape{Layers: 2, Pipelines: 20, Functions: 3}

// largeRepo measures finding and validating a config repo of 2,000 pipelines
// with 3 functions each; and, of a smaller one, also running its programs
// against the rules of the cloud.
func largeRepo(w io.Writer, o options, work string) error {
	large, small := filepath.Join(work, "large"), filepath.Join(work, "small")
	if err := writeShape(large, configrepotest.Large); err != nil {
		return err
	}
	if err := writeShape(small, programShape); err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	fmt.Fprintln(w, "| config repo | command | at most | wall | CPU | MB |")
	fmt.Fprintln(w, "| --- | --- | ---: | ---: | ---: | ---: |")
	for _, c := range []struct {
		what, repo, goal, binary string
		args                     []string
	}{
		{"2,000 pipelines, 3 functions each", large, "2 s", o.dorc, []string{"validate", "--programs", "never"}},
		{"the same, in a Go program", large, "2 s", self, []string{loadHelper, large}},
		{"40 pipelines, 3 functions each", small, "", o.dorc, []string{"validate", "--programs", "always"}},
	} {
		command := "`configrepo.Load`, `Check`"
		if c.binary != self {
			command = "`dorc " + strings.Join(c.args, " ") + "`"
		}
		samples, err := repeat(o, work, c.repo, c.binary, c.args)
		if errors.Is(err, errCap) {
			fmt.Fprintf(w, "| %s | %s | %s | > %.0f | | |\n", c.what, command, c.goal, o.cap.Seconds())
			continue
		}
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "| %s | %s | %s | %s | %s | %s |\n", c.what, command, c.goal,
			seconds(median(samples, wall)), seconds(median(samples, cpu)), megabytes(median(samples, peak)))
	}
	return nil
}

func writeShape(repo string, shape configrepotest.Shape) error {
	if err := configrepotest.Write(repo, shape); err != nil {
		return err
	}
	return writeFiles(repo, map[string]string{
		"universal/Pulumi.universal.yaml": "config:\n  project: bench\n",
		"infra/Pulumi.prod.yaml":          "config:\n  environment: prod\n  data_buckets:\n    - name: raw\n",
	})
}

// repeat runs a command after a warm-up, or once when it is slow.
func repeat(o options, dir, repo, binary string, args []string) ([]sample, error) {
	var samples []sample
	for round := range o.runs + 1 {
		s, err := timed(dir, environment("CONFIG_REPO_PATH="+repo), o.cap, binary, args...)
		if err != nil {
			return nil, err
		}
		if s.wall > o.slow {
			return []sample{s}, nil
		}
		if round > 0 {
			samples = append(samples, s)
		}
	}
	return samples, nil
}
