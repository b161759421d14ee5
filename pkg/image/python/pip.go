package python

import (
	"context"
	_ "embed" // driver.py
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

//go:embed driver.py
var driver []byte

// runPip downloads the wheels of a group.
func (r *resolver) runPip(ctx context.Context, j job) ([]*wheel, error) {
	script, dest, log := filepath.Join(j.dir, "driver.py"), filepath.Join(j.dir, "wheels"), filepath.Join(j.dir, "log")
	if err := os.WriteFile(script, driver, 0o600); err != nil {
		return nil, err
	}
	markers, err := json.Marshal(r.target.environment())
	if err != nil {
		return nil, err
	}
	same := "other"
	if r.python.same(r.target) {
		same = "same"
	}
	argv := []string{r.python.path, "-I", "-B", script, string(markers), same, "download",
		"--no-input", "--no-color", "--progress-bar=off", "--disable-pip-version-check", "--log=" + log, "--dest=" + dest, "--only-binary=:all:",
		"--python-version=" + r.target.full(), "--implementation=cp", "--abi=cp" + r.target.tag()}
	for _, p := range r.target.platforms() {
		argv = append(argv, "--platform="+p)
	}
	argv = append(append(argv, "-r", j.requirements), j.constraint...)
	if j.group.hashed || j.group.locked {
		argv = append(argv, "--require-hashes")
	}
	if j.group.locked {
		argv = append(argv, "--no-deps")
	}
	if j.pre {
		argv = append(argv, "--pre")
	}
	env := append(slices.Clone(r.env), "TMPDIR="+r.work, "PIP_CACHE_DIR="+filepath.Join(r.folder(), "pip"))
	out, err := r.run(ctx, j, env, argv)
	if err != nil {
		return nil, &failure{tool: Pip, lines: out, log: r.readLog(log), err: err}
	}
	archives, err := filepath.Glob(filepath.Join(dest, "*.whl"))
	if err != nil {
		return nil, err
	}
	return openAll(archives, openArchive)
}

// readLog reads pip's log, which tells why it passed over files. Without one,
// the output has to do.
func (r *resolver) readLog(file string) (out []string) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil
	}
	for line := range strings.SplitSeq(string(data), "\n") {
		out = append(out, r.red.line(line))
	}
	return out
}

func openAll(paths []string, open func(string) (*wheel, error)) (all []*wheel, err error) {
	for _, p := range paths {
		w, err := open(p)
		if err != nil {
			for _, w := range all {
				w.close()
			}
			return nil, err
		}
		all = append(all, w)
	}
	return all, nil
}
