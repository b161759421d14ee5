package image

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/dorc-dev/dorc/pkg/image/base"
	"github.com/dorc-dev/dorc/pkg/image/layer"
	"github.com/dorc-dev/dorc/pkg/image/source"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// fit is what is put on the images below it: of the SDK image what workers need,
// and of the packages those that the base does not have.
func (b *Standard) fit(ctx context.Context, r Request, packages []layer.Entry) (worker, fitting []layer.Entry, err error) {
	sdk, err := b.Contents.Contents(ctx, r.SDK, r.Say)
	if err != nil {
		return nil, nil, err
	}
	below := sdk
	if r.Base.Digest != r.SDK.Digest {
		if below, err = b.Contents.Contents(ctx, r.Base, r.Say); err != nil {
			return nil, nil, err
		}
	}
	if err := check(r, sdk, below); err != nil {
		return nil, nil, err
	}
	if r.Snapshot.Kind == source.KindFlexTemplate && !sameFiles(below.Beam, sdk.Beam) {
		if worker, err = entriesOf(sdk); err != nil {
			return nil, nil, err
		}
	}
	fitting, err = fitPackages(packages, below, r.Base.Python.SitePackages)
	return worker, fitting, err
}

// check refuses images that do not go together, before anything is made of them.
func check(r Request, sdk, below *base.Contents) error {
	version, err := installedBeam(sdk, r.SDK)
	if err != nil {
		return err
	}
	for _, image := range []struct {
		what     string
		base     base.Base
		contents *base.Contents
	}{{"launcher image ", r.Base, below}, {"SDK image ", r.SDK, sdk}} {
		if want := image.base.Python.Interpreter; !slices.Contains(image.contents.Interpreters, want) {
			return problem.Problem{
				Resource: image.what + image.base.Name,
				Summary:  "the image's Python is not where images of its kind have it",
				Detail:   fmt.Sprintf("there is no %s; what looks like a Python: %v", want, image.contents.Interpreters),
				Hint:     "Use Google's launcher image and Beam's SDK image, or images made from them.",
			}
		}
	}
	if r.Base.Python.Version != r.SDK.Python.Version {
		return problem.Problem{
			Resource: r.Snapshot.Owner(),
			Summary:  "launcher and workers would have two versions of Python",
			Detail:   fmt.Sprintf("%s has Python %s, %s has %s", r.Base.Name, r.Base.Python.Version, r.SDK.Name, r.SDK.Python.Version),
			Hint:     "Name a launcher image and an SDK image of one minor version of Python.",
		}
	}
	if version != r.Beam {
		return twoBeams("SDK image "+r.SDK.Name, "its name says "+r.Beam+", and it has "+version)
	}
	if r.Snapshot.Kind != source.KindFlexTemplate {
		return nil
	}
	if beam, ok := below.Package(beamProject, r.Base.Python.SitePackages); ok && beam.Version != version {
		return twoBeams("launcher image "+r.Base.Name, fmt.Sprintf("it has %s, and the SDK image %s has %s", beam.Version, r.SDK.Name, version))
	}
	if !below.Launcher {
		return problem.Problem{
			Resource: "launcher image " + r.Base.Name,
			Summary:  "the launcher image has no launcher",
			Detail:   "there is no " + base.LauncherFile + " in it (https://cloud.google.com/dataflow/docs/guides/templates/configuring-flex-templates)",
			Hint:     "Use Google's launcher image, or one made from it: gcp.launcher_image in the universal configuration.",
		}
	}
	if !slices.ContainsFunc(sdk.Beam, func(f base.File) bool { return "/"+f.Name == base.BootFile }) {
		return problem.Problem{
			Resource: "SDK image " + r.SDK.Name,
			Summary:  "the SDK image cannot start a worker",
			Detail:   "there is no " + base.BootFile + " in it (https://cloud.google.com/dataflow/docs/guides/build-container-image)",
			Hint:     "Use Beam's SDK image, or one made from it: gcp.sdk_image in the universal configuration.",
		}
	}
	return nil
}

func twoBeams(image, detail string) error {
	return problem.Problem{
		Resource: image,
		Summary:  "launcher and workers would have two versions of Beam",
		Detail:   detail,
		Hint:     "Name a launcher image without Beam or with the SDK image's version, and the SDK image by its version.",
	}
}

func sameFiles(a, b []base.File) bool {
	return slices.EqualFunc(a, b, func(a, b base.File) bool {
		a.Content, b.Content = "", ""
		return a == b
	})
}

// entriesOf are the files of Beam's folder.
func entriesOf(sdk *base.Contents) ([]layer.Entry, error) {
	var entries []layer.Entry
	for _, f := range sdk.Beam {
		e := layer.Entry{Name: f.Name, Executable: f.Executable, Size: f.Size, Link: f.Link}
		if f.Link == "" {
			e.CopyTo = copyOf(sdk.Path(f), f.Size)
			if n, err := hex.Decode(e.Hash[:], []byte(f.SHA256)); err != nil || n != len(e.Hash) {
				return nil, fmt.Errorf("the cache has no hash of /%s: remove the folder of the cache", f.Name)
			}
		}
		entries = append(entries, e)
	}
	return entries, nil
}

// whiteout begins the name of an entry that takes away what lower layers have.
// Source: https://github.com/opencontainers/image-spec/blob/main/layer.md#whiteouts
const whiteout = ".wh."

// fitPackages leaves out the packages that the base has in the same version, and
// takes away what it has of others: two versions of one package are in no image.
func fitPackages(entries []layer.Entry, below *base.Contents, site string) ([]layer.Entry, error) {
	installed, err := packagesIn(entries)
	if err != nil {
		return nil, err
	}
	have, drop := map[string]bool{}, map[string]bool{}
	for _, e := range entries {
		have[e.Name] = true
	}
	var hidden []string
	for _, p := range installed {
		old, ok := below.Package(p.Name, site)
		switch {
		case !ok:
		case old.Version == p.Version:
			for _, f := range p.Files {
				drop[f] = true
			}
		default:
			hidden = append(hidden, old.Info)
			for _, f := range old.Files {
				if !have[f] && !strings.HasPrefix(f, old.Info+"/") {
					hidden = append(hidden, f)
				}
			}
		}
	}
	fitting := slices.DeleteFunc(slices.Clone(entries), func(e layer.Entry) bool { return drop[e.Name] })
	slices.Sort(hidden)
	for _, name := range slices.Compact(hidden) {
		fitting = append(fitting, layer.Entry{
			Name: path.Join(path.Dir(name), whiteout+path.Base(name)), Hash: sha256.Sum256(nil), CopyTo: func(io.Writer) error { return nil },
		})
	}
	return fitting, nil
}

// packagesIn are the Python packages among the entries.
func packagesIn(entries []layer.Entry) (all []base.Package, err error) {
	text := map[string][]byte{}
	for _, e := range entries {
		if name := path.Base(e.Name); strings.HasSuffix(path.Dir(e.Name), ".dist-info") && (name == "METADATA" || name == "RECORD") {
			var b bytes.Buffer
			if err := e.CopyTo(&b); err != nil {
				return nil, err
			}
			text[e.Name] = b.Bytes()
		}
	}
	for name, content := range text {
		if info := path.Dir(name); path.Base(name) == "METADATA" {
			if p, ok := base.ReadPackage(info, content, text[info+"/RECORD"]); ok {
				all = append(all, p)
			}
		}
	}
	return all, nil
}
