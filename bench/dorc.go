package main

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// functionsPerPipeline shapes the generated config repo.
const functionsPerPipeline = 5

// dorcTool is dorc's `universal` on the local target: two resources, an image
// repository and its lifecycle policy, for each function of a config repo.
func dorcTool(binary string) *tool {
	t := &tool{name: "dorc"}
	out, err := exec.Command(binary, "version").Output()
	if err != nil {
		t.absent = fmt.Sprintf("%s does not start: %v", binary, err)
		return t
	}
	t.version, _, _ = strings.Cut(strings.TrimSpace(string(out)), "\n")
	t.set = func(dir string, n int) (*project, error) {
		if err := writeRepo(filepath.Join(dir, "repo"), n/2); err != nil {
			return nil, err
		}
		env := environment("CONFIG_REPO_PATH=" + filepath.Join(dir, "repo"))
		return &project{
			phase: func(phase string, limit time.Duration) (sample, error) {
				verb := map[string]string{"apply": "apply", "no-op": "apply", "destroy": "destroy"}[phase]
				return timed(dir, env, limit, binary, verb, "universal")
			},
			check: func(n int) error { return documents(filepath.Join(dir, ".dorc", "resources"), n) },
		}, nil
	}
	return t
}

// writeRepo writes a config repo with this many functions.
func writeRepo(dir string, functions int) error {
	files := map[string]string{"universal/Pulumi.universal.yaml": "config:\n  project: bench\n"}
	for i := range functions {
		name := fmt.Sprintf("src/default/p%04d/f%d/lambda.py", i/functionsPerPipeline, i%functionsPerPipeline)
		files[name] = "def handler(event, context):\n    return event\n"
	}
	return writeFiles(dir, files)
}

func writeFiles(dir string, files map[string]string) error {
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// documents says whether the local cloud has this many resources.
func documents(dir string, want int) error {
	got, err := countDocuments(dir)
	if err == nil && got != want {
		err = fmt.Errorf("the local cloud has %d resources, not %d", got, want)
	}
	return err
}

// countDocuments is how many resources the local cloud has.
func countDocuments(dir string) (count int, err error) {
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && filepath.Ext(path) == ".json" {
			count++
		}
		return err
	})
	return count, err
}
