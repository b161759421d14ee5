package image

import (
	"slices"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/dorc-dev/dorc/pkg/image/source"
	"github.com/dorc-dev/dorc/pkg/naming"
)

// The labels of an image, for people and for those who run it.
const (
	// SourceHashLabel has the hash of everything that the image was made of.
	SourceHashLabel = "dev.dorc.source-hash"
	// PythonLabel has the minor version of the image's Python, such as "3.12".
	PythonLabel = "dev.dorc.python"
	// SitePackagesLabel has the folder of the Python packages in the image.
	SitePackagesLabel = "dev.dorc.site-packages"
	// RequirementsLabel has the hash of the files that say which packages are needed.
	RequirementsLabel = "dev.dorc.requirements"

	// Source of those below:
	// https://github.com/opencontainers/image-spec/blob/main/annotations.md

	titleLabel       = "org.opencontainers.image.title"
	descriptionLabel = "org.opencontainers.image.description"
	// BaseNameLabel and BaseDigestLabel have the base image.
	BaseNameLabel   = "org.opencontainers.image.base.name"
	BaseDigestLabel = "org.opencontainers.image.base.digest"
)

// taskRootVariable is how AWS's base images name the task root.
const taskRootVariable = "LAMBDA_TASK_ROOT"

// config is what dorc adds to the configuration of a base image.
func config(r Request) v1.Config {
	return v1.Config{
		Cmd:        []string{source.Handler},
		WorkingDir: source.TaskRoot,
		Env:        []string{taskRootVariable + "=" + source.TaskRoot},
		Labels:     labels(r),
	}
}

// labels are those of every image.
func labels(r Request) map[string]string {
	f := r.Snapshot.Function
	id := f.ID()
	all := map[string]string{
		SourceHashLabel:   r.Key,
		RequirementsLabel: r.Snapshot.Hashes().Requirements,
		titleLabel:        naming.FunctionID(f.Layer, f.Pipeline, f.Name),
		descriptionLabel:  "Function " + id,
	}
	for label, value := range map[string]string{
		PythonLabel: r.Base.Python.Version, SitePackagesLabel: r.Base.Python.SitePackages,
		BaseNameLabel: r.Base.Name, BaseDigestLabel: r.Base.Digest,
	} {
		if value != "" {
			all[label] = value
		}
	}
	return all
}

// onBase is the base's configuration with the command, the variables and the
// labels of the image on it, as a Dockerfile's instructions leave it. The working
// directory is the base's: the standard Dockerfile sets none.
func onBase(below, above v1.Config) v1.Config {
	below.Cmd = above.Cmd
	if below.WorkingDir == "" {
		below.WorkingDir = above.WorkingDir
	}
	below.Env = slices.Clone(below.Env)
	for _, pair := range above.Env {
		name, _, _ := strings.Cut(pair, "=")
		if !slices.ContainsFunc(below.Env, func(e string) bool { return strings.HasPrefix(e, name+"=") }) {
			below.Env = append(below.Env, pair)
		}
	}
	merged := map[string]string{}
	for _, from := range []map[string]string{below.Labels, above.Labels} {
		for label, value := range from {
			merged[label] = value
		}
	}
	below.Labels = merged
	below.Image, below.OnBuild, below.ArgsEscaped = "", nil, false
	return below
}
