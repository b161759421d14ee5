package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/dorc-dev/dorc/pkg/configrepo/configrepotest"
)

// largeRepo measures finding and validating a config repo of 2,000 pipelines
// with 3 functions each.
func largeRepo(w io.Writer, o options, work string) error {
	repo := filepath.Join(work, "large")
	if err := configrepotest.Write(repo, configrepotest.Large); err != nil {
		return err
	}
	for name, text := range map[string]string{
		"universal/Pulumi.universal.yaml": "config:\n  project: bench\n",
		"infra/Pulumi.prod.yaml":          "config:\n  environment: prod\n  data_buckets:\n    - name: raw\n",
	} {
		path := filepath.Join(repo, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			return err
		}
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	fmt.Fprintln(w, "| config repo of 2,000 pipelines with 3 functions each | at most | wall | CPU | MB |")
	fmt.Fprintln(w, "| --- | ---: | ---: | ---: | ---: |")
	for _, c := range []struct {
		what, goal, binary string
		args               []string
	}{
		{"find and validate it, and every name it leads to", "2 s", self, []string{loadHelper, repo}},
		{"`dorc validate`: also run all 2,002 programs against the rules of the cloud", "", o.dorc, []string{"validate"}},
	} {
		samples, err := repeat(o, work, repo, c.binary, c.args)
		if errors.Is(err, errCap) {
			fmt.Fprintf(w, "| %s | %s | > %.0f | | |\n", c.what, c.goal, o.cap.Seconds())
			continue
		}
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "| %s | %s | %s | %s | %s |\n", c.what, c.goal,
			seconds(median(samples, wall)), seconds(median(samples, cpu)), megabytes(median(samples, peak)))
	}
	return nil
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
