package image

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"path"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/dorc-dev/dorc/pkg/image/base"
	"github.com/dorc-dev/dorc/pkg/image/layer"
	"github.com/dorc-dev/dorc/pkg/image/python"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// AirflowRoot is where the image of an Airflow has its Python environment. It is one of
// its own, so that no package of the base image is in its way.
const AirflowRoot = "/opt/airflow"

// AirflowBin has the programs of the image, python and airflow among them.
const AirflowBin = AirflowRoot + "/bin"

// airflowKind is the label's value for images of an Airflow.
const airflowKind = "airflow"

// airflowFormat is changed when the same Airflow gives another image.
const airflowFormat = "dorc airflow 1"

// Airflow says of which Airflow an image is wanted.
type Airflow struct {
	// Version is Airflow's, such as "2.10.5".
	Version string
	// Python is the minor version that the lock file is for, such as "3.11".
	Python string
	// Lock is the lock file, with hashes.
	Lock []byte
	// Base is the reference of the base image.
	Base string
}

// AirflowBuilder makes the images in which the local target runs Airflow in containers.
type AirflowBuilder struct {
	// Layers keeps the layer of packages. Required.
	Layers *layer.Cache
	// Install makes what is in it, and tells say how that goes (AirflowPackages). Required.
	Install func(ctx context.Context, say func(string), owner string, r python.Requirements, t python.Target) (*python.Packages, error)
	// Bases finds the base image. Required.
	Bases *base.Finder
}

// AirflowPackages returns the Install of an AirflowBuilder.
func AirflowPackages(installer *python.Installer) func(context.Context, func(string), string, python.Requirements, python.Target) (*python.Packages, error) {
	return func(ctx context.Context, say func(string), owner string, r python.Requirements, t python.Target) (*python.Packages, error) {
		of := *installer
		of.Progress = say
		return of.Packages(ctx, owner, r, t)
	}
}

// Key is the hash of what decides what is in the image: the lock file, the version of
// Python, and the base image by its name and by the digest that it is locked to. Nothing
// is fetched for it, so an image that was made once is found without a network.
func (b *AirflowBuilder) Key(a Airflow) string {
	h := sha256.New()
	for _, part := range []string{airflowFormat, a.Version, a.Python, a.Base, b.Bases.Locked(a.Base), string(a.Lock)} {
		fmt.Fprintf(h, "%d %s\n", len(part), part)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Build makes the complete image: the base, and one layer with an environment that has
// the packages of the lock file.
func (b *AirflowBuilder) Build(ctx context.Context, a Airflow, say func(string)) (v1.Image, error) {
	on, err := b.base(ctx, a)
	if err != nil {
		return nil, err
	}
	entries, err := b.environment(ctx, a, on, say)
	if err != nil {
		return nil, err
	}
	say("base image " + on.Name)
	below, err := b.Bases.Image(ctx, on)
	if err != nil {
		return nil, err
	}
	say("packing Airflow " + a.Version)
	packed, err := b.Layers.Layer(entries)
	if err != nil {
		return nil, problem.OnDisk(err, a.owner(), "packing its image", "Make room, or name a cache folder on another disk: DORC_CACHE_DIR.")
	}
	configured, err := b.config(a, on, below)
	if err != nil {
		return nil, err
	}
	thin := mutate.ConfigMediaType(mutate.MediaType(empty.Image, types.OCIManifestSchema1), types.OCIConfigJSON)
	thin, err = mutate.ConfigFile(thin, &v1.ConfigFile{
		Architecture: "amd64", OS: "linux", Created: v1.Time{Time: layer.Created}, Config: configured, RootFS: v1.RootFS{Type: "layers"},
	})
	if err != nil {
		return nil, err
	}
	thin, err = mutate.Append(thin, mutate.Addendum{
		Layer: packed, MediaType: types.OCILayer, History: v1.History{Created: v1.Time{Time: layer.Created}, CreatedBy: "dorc: Airflow " + a.Version},
	})
	if err != nil {
		return nil, err
	}
	return Complete(thin, below)
}

func (a Airflow) owner() string { return "Airflow " + a.Version }

// base finds the base image, and refuses one with another Python than the lock file is for.
func (b *AirflowBuilder) base(ctx context.Context, a Airflow) (base.Base, error) {
	digest, err := b.Bases.Digest(ctx, a.Base)
	if err != nil {
		return base.Base{}, err
	}
	found, err := b.Bases.Find(ctx, a.Base, digest, "")
	if err != nil || found.Python.Version == a.Python {
		return found, err
	}
	return found, problem.Problem{
		Resource: "base image " + a.Base, Summary: "the base image has another Python than Airflow's lock file is for",
		Detail: fmt.Sprintf("it has Python %s, and the packages of Airflow %s are locked for %s", found.Python.Version, a.Version, a.Python),
		Hint:   fmt.Sprintf("Name a base image with Python %[1]s: gcp.airflow_base_image in the universal configuration, such as python:%[1]s-slim.", a.Python),
	}
}

// environment is the files of a virtual environment on the base image's Python, as
// python -m venv makes it. Source: https://docs.python.org/3/library/venv.html
func (b *AirflowBuilder) environment(ctx context.Context, a Airflow, on base.Base, say func(string)) ([]layer.Entry, error) {
	const lock = "airflow.txt"
	interpreter := path.Join(AirflowBin, "python"+a.Python)
	packages, err := b.Install(ctx, say, a.owner(), python.Requirements{
		Files: map[string][]byte{lock: a.Lock}, Roots: []python.Root{{Path: lock, Kind: python.Locked}}, Folder: "dorc's lock file",
	}, python.Target{
		// Docker's images of Python have this glibc or a later one, as for those of dbt.
		Version: a.Python, Platform: "linux/amd64", Glibc: dbtGlibc,
		Interpreter: interpreter, Scripts: AirflowBin, SitePackages: path.Join(AirflowRoot, "lib", "python"+a.Python, "site-packages"),
	})
	if err != nil {
		return nil, err
	}
	entries := make([]layer.Entry, 0, len(packages.Files)+4)
	for _, f := range packages.Files {
		entries = append(entries, layer.Entry{Name: f.Name, Executable: f.Executable, Size: f.Size, Hash: f.Hash, CopyTo: copyOf(f.Path, f.Size)})
	}
	link := func(name, to string) {
		entries = append(entries, layer.Entry{Name: strings.TrimPrefix(name, "/"), Link: to})
	}
	link(interpreter, on.Python.Interpreter)
	link(path.Join(AirflowBin, "python3"), path.Base(interpreter))
	link(path.Join(AirflowBin, "python"), path.Base(interpreter))
	settings := fmt.Sprintf("home = %s\ninclude-system-site-packages = false\nversion = %s\n", path.Dir(on.Python.Interpreter), a.Python)
	return append(entries, layer.Entry{
		Name: strings.TrimPrefix(path.Join(AirflowRoot, "pyvenv.cfg"), "/"), Size: int64(len(settings)), Hash: sha256.Sum256([]byte(settings)),
		CopyTo: func(w io.Writer) error {
			_, err := io.WriteString(w, settings)
			return err
		},
	}), nil
}

// config is what is added to the base image's configuration.
func (b *AirflowBuilder) config(a Airflow, on base.Base, below v1.Image) (v1.Config, error) {
	under, err := below.ConfigFile()
	if err != nil {
		return v1.Config{}, err
	}
	search := "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
	for _, pair := range under.Config.Env {
		if value, ok := strings.CutPrefix(pair, "PATH="); ok {
			search = value
		}
	}
	return v1.Config{
		Entrypoint: []string{path.Join(AirflowBin, "airflow")},
		WorkingDir: "/",
		Env:        []string{"PATH=" + AirflowBin + ":" + search},
		Labels: map[string]string{
			SourceHashLabel: b.Key(a), KindLabel: airflowKind, titleLabel: "airflow", descriptionLabel: "Airflow " + a.Version + " of dorc's local target",
			PythonLabel: on.Python.Version, BaseNameLabel: on.Name, BaseDigestLabel: on.Digest,
		},
	}, nil
}
