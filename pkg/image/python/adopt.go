package python

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// adopt makes wheels of the releases without one that the plan needs, once, and
// returns the folders that have them. A release that cannot be had is no error
// here: an index of the user's may have a wheel of it. Why is told when the tool
// then finds none.
func (r *resolver) adopt(ctx context.Context, p *plan, x indexes) (folders []string) {
	for _, s := range sourceOnlys {
		if !p.asksFor(append([]string{normalize(s.name)}, s.neededBy...)) {
			continue
		}
		dir := filepath.Join(r.folder(), "made", s.sha256[:16])
		sum, err := r.made(ctx, s, dir, x)
		if err != nil {
			if r.notAdopted == nil {
				r.notAdopted = map[string]error{}
			}
			r.notAdopted[normalize(s.name)] = err
			continue
		}
		folders = append(folders, dir)
		p.trust(s, sum)
	}
	return folders
}

// asksFor is true when a requirement names one of the projects.
func (p *plan) asksFor(projects []string) bool {
	return slices.ContainsFunc(p.groups, func(g group) bool {
		return slices.ContainsFunc(g.requirements, func(q requirement) bool { return slices.Contains(projects, q.name) })
	})
}

// trust lets a requirement that has the archive's hash be met by the wheel.
func (p *plan) trust(s sourceOnly, wheel string) {
	for _, g := range p.groups {
		for i, q := range g.requirements {
			if q.name == normalize(s.name) && slices.Contains(q.hashes, "sha256:"+s.sha256) {
				g.requirements[i].hashes = append(slices.Clone(q.hashes), "sha256:"+wheel)
			}
		}
	}
}

// made makes the wheel when the cache does not have it, and returns its hash.
func (r *resolver) made(ctx context.Context, s sourceOnly, dir string, x indexes) (sum string, err error) {
	file := filepath.Join(dir, s.wheel())
	if content, err := os.ReadFile(file); err == nil {
		return hexSum(content), nil
	}
	archive, err := r.fetch(ctx, s, x)
	if err != nil {
		return "", err
	}
	if got := hexSum(archive); got != s.sha256 {
		return "", fmt.Errorf("%s has the hash %s, not %s", s.archive(), got, s.sha256)
	}
	files, err := s.unpack(archive)
	if err != nil {
		return "", err
	}
	content, err := s.toWheel(files)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	return hexSum(content), writeWhole(file, content)
}

func hexSum(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// writeWhole writes a file under another name first, so that its name always has
// the whole content.
func writeWhole(path string, content []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // gone already when it was renamed
	_, err = f.Write(content)
	if err := errors.Join(err, f.Chmod(0o644), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
