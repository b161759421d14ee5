package rootfs

import (
	"archive/tar"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/dorc-dev/dorc/internal/lockfile"
)

// The labels of dorc's images.
const (
	LabelPython       = "dev.dorc.python"
	LabelSitePackages = "dev.dorc.site-packages"
)

// Python is what an image has of Python.
type Python struct {
	// Version is the minor version, as "3.12"; "" when the image does not tell.
	Version string
	// SitePackages is the absolute folder of the packages inside the image; "" when there is none.
	SitePackages string
}

var (
	minorVersion = regexp.MustCompile(`^3\.\d{1,3}$`)
	packages     = regexp.MustCompile(`^(?:(.*)/)?lib(?:64)?/python(3\.\d{1,3})/site-packages$`)
)

// Python finds the image's Python: by dorc's labels, by the variable PYTHON_VERSION of Docker's Python images, or by
// the folders lib/pythonX.Y/site-packages in the layers, of which the first by the image's PATH is taken. Layers are
// read only when there are no labels, once each.
func (i *Image) Python(ctx context.Context, cache string) (Python, error) {
	out := Python{Version: i.Labels[LabelPython], SitePackages: i.Labels[LabelSitePackages]}
	if out.Version != "" && !minorVersion.MatchString(out.Version) {
		return out, fmt.Errorf("the label %s of image %s is %q, which is no minor version of Python 3", LabelPython, i.Digest, out.Version)
	}
	if out.SitePackages != "" && (!path.IsAbs(out.SitePackages) || path.Clean(out.SitePackages) == "/") {
		return out, fmt.Errorf("the label %s of image %s is %q, which is no absolute folder", LabelSitePackages, i.Digest, out.SitePackages)
	}
	if out.Version != "" && out.SitePackages != "" {
		out.SitePackages = path.Clean(out.SitePackages)
		return out, nil
	}
	if out.Version == "" {
		if words := strings.SplitN(i.Env["PYTHON_VERSION"], ".", 3); len(words) >= 2 && minorVersion.MatchString(words[0]+"."+words[1]) {
			out.Version = words[0] + "." + words[1]
		}
	}
	layers, err := i.layers(cache)
	if err != nil {
		return out, err
	}
	found := map[string]bool{}
	for _, l := range layers {
		folders, err := l.pythons(ctx)
		if err != nil {
			return out, fmt.Errorf("reading image %s: layer %s: %w", i.Digest, l.diffID, err)
		}
		for _, f := range folders {
			found[f] = true
		}
	}
	if best := i.choose(slices.Sorted(maps.Keys(found)), out.Version); best != "" {
		out.Version = packages.FindStringSubmatch(best)[2]
		out.SitePackages = cmp.Or(out.SitePackages, "/"+best)
	}
	return out, nil
}

// choose takes the folder whose Python comes first in PATH, then the usual places, then the newest.
func (i *Image) choose(folders []string, version string) string {
	var prefixes []string
	for _, dir := range append(strings.Split(i.Env["PATH"], ":"), "/var/lang/bin", "/usr/local/bin", "/usr/bin") {
		prefixes = append(prefixes, strings.TrimPrefix(path.Dir(path.Clean("/"+dir)), "/"))
	}
	rank := func(folder string) (int, int) {
		m := packages.FindStringSubmatch(folder)
		at := slices.Index(prefixes, m[1])
		if at < 0 {
			at = len(prefixes)
		}
		minor, _ := strconv.Atoi(strings.TrimPrefix(m[2], "3.")) // the expression has digits there
		return at, -minor
	}
	best := ""
	for _, f := range folders {
		if version != "" && packages.FindStringSubmatch(f)[2] != version {
			continue
		}
		place, age := rank(f)
		bestPlace, bestAge := 0, 0
		if best != "" {
			bestPlace, bestAge = rank(best)
		}
		if best == "" || place < bestPlace || place == bestPlace && age < bestAge {
			best = f
		}
	}
	return best
}

// pythons are the folders of Python packages in a layer, found once.
func (l unpackedLayer) pythons(ctx context.Context) (folders []string, err error) {
	file := filepath.Join(l.folder, "pythons.json")
	if data, err := os.ReadFile(file); err == nil {
		return folders, json.Unmarshal(data, &folders)
	} else if !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	found := map[string]bool{}
	err = l.read(ctx, func(name string, _ *tar.Header, _ io.Reader) error {
		if at := strings.Index(name+"/", "/site-packages/"); at >= 0 {
			if folder := name[:at] + "/site-packages"; packages.MatchString(folder) {
				found[folder] = true
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	folders = slices.Sorted(maps.Keys(found))
	data, err := json.Marshal(folders)
	if err != nil {
		return nil, err
	}
	unlock, err := lockfile.Lock(ctx, l.folder+".lock")
	if err != nil {
		return nil, err
	}
	defer unlock()
	if err := os.MkdirAll(l.folder, 0o755); err != nil {
		return nil, err
	}
	if err := os.WriteFile(file+".new", data, 0o644); err != nil {
		return nil, err
	}
	return folders, os.Rename(file+".new", file)
}
