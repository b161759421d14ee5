package python

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// runUV installs a group with links into uv's cache, and returns the unpacked
// wheels that the links lead to.
func (r *resolver) runUV(ctx context.Context, j job) ([]*wheel, error) {
	// uv looks for its settings upwards from the working folder and stops at the first file.
	if err := os.WriteFile(filepath.Join(j.dir, "uv.toml"), nil, 0o600); err != nil {
		return nil, err
	}
	target, python := filepath.Join(j.dir, "target"), r.python.path
	if python == "" {
		python = r.target.minor()
	}
	argv := []string{r.uv, "pip", "install", "--no-progress", "--color=never", "--target=" + target, "--python=" + python,
		"--python-version=" + r.target.full(), "--python-platform=" + r.target.uvPlatform(), "--only-binary=:all:", "--link-mode=symlink",
		"-r", j.requirements}
	argv = append(argv, j.constraint...)
	if j.group.hashed || j.group.locked {
		argv = append(argv, "--require-hashes")
	}
	if j.group.locked {
		argv = append(argv, "--no-deps")
	}
	if j.pre {
		argv = append(argv, "--prerelease=allow")
	}
	if r.noIndex {
		argv = append(argv, "--no-index")
	}
	env := append(slices.Clone(r.env), "UV_NO_WRAP=1", "TMPDIR="+r.work, "UV_CACHE_DIR="+filepath.Join(r.folder(), "uv"))
	out, err := r.run(ctx, j, env, argv)
	if err != nil {
		return nil, &failure{tool: UV, lines: out, err: err}
	}
	files, err := filepath.Glob(filepath.Join(target, "*.dist-info", "WHEEL"))
	if err != nil {
		return nil, err
	}
	cache, err := filepath.EvalSymlinks(filepath.Join(r.folder(), "uv"))
	if err != nil {
		return nil, err
	}
	var folders []string
	for _, f := range files {
		real, err := filepath.EvalSymlinks(f)
		if err != nil {
			return nil, err
		}
		inside, err := filepath.Rel(cache, real)
		if err != nil || !filepath.IsLocal(inside) {
			return nil, fmt.Errorf("uv did not link %s into its cache, so the wheel cannot be read", filepath.Base(filepath.Dir(f)))
		}
		folders = append(folders, filepath.Dir(filepath.Dir(real)))
	}
	return openAll(folders, openFolder)
}
