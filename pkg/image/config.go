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

	// KindLabel has what the image is for: "flex-template", "beam-worker" or "dbt". An
	// image of a function has none.
	KindLabel = "dev.dorc.kind"
	// CodeLabel has the folder of the code in the image: "/template", where Python looks
	// for modules, or "/dbt". An image of a function has none.
	CodeLabel = "dev.dorc.code"
	// DbtLabel has the version of dbt in the image of a dbt project.
	DbtLabel = "dev.dorc.dbt"

	// Those below are of the images of Dataflow pipelines only.

	// MainLabel has the path of the main program in the image. With the name
	// source.YAMLMain it is dorc's own for Beam YAML.
	MainLabel = "dev.dorc.main"
	// SDKNameLabel and SDKDigestLabel have the image of Beam's SDK.
	SDKNameLabel   = "dev.dorc.sdk.name"
	SDKDigestLabel = "dev.dorc.sdk.digest"

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
	switch {
	case r.Snapshot.Kind == source.KindDbt:
		return dbtConfig(r)
	case r.Snapshot.Kind.Beam():
		return beamConfig(r)
	}
	return v1.Config{
		Cmd:        []string{source.Handler},
		WorkingDir: source.TaskRoot,
		Env:        []string{taskRootVariable + "=" + source.TaskRoot},
		Labels:     labels(r),
	}
}

// beamConfig is config for the image of a Dataflow pipeline. Workers find the
// modules beside the main program by Python's search path, as the launcher does.
func beamConfig(r Request) v1.Config {
	c := v1.Config{
		Entrypoint: []string{boot},
		WorkingDir: source.TemplateRoot,
		Env:        []string{pathVariable + "=" + source.TemplateRoot},
		Labels:     labels(r),
	}
	if r.Snapshot.Kind == source.KindFlexTemplate {
		c.Env = append(c.Env, mainVariable+"="+mainProgram(r.Snapshot))
	}
	return c
}

// labels are those of every image.
func labels(r Request) map[string]string {
	all := map[string]string{
		SourceHashLabel:   r.Key,
		RequirementsLabel: r.Snapshot.Hashes().Requirements,
	}
	switch f := r.Snapshot.Function; {
	case f != nil:
		all[titleLabel], all[descriptionLabel] = naming.FunctionID(f.Layer, f.Pipeline, f.Name), "Function "+f.ID()
	case r.Snapshot.Kind == source.KindDbt:
		all[titleLabel], all[descriptionLabel] = "dbt-"+r.Snapshot.ID(), "The dbt project "+r.Snapshot.ID()
		all[KindLabel], all[CodeLabel], all[DbtLabel] = string(source.KindDbt), source.DbtRoot, r.Snapshot.Project.Lock.Dbt()
	default:
		all[titleLabel], all[descriptionLabel] = strings.ReplaceAll(r.Snapshot.ID(), "/", "-"), "Pipeline "+r.Snapshot.ID()
		all[KindLabel], all[CodeLabel], all[MainLabel] = string(r.Snapshot.Kind), source.TemplateRoot, mainProgram(r.Snapshot)
	}
	for label, value := range map[string]string{
		PythonLabel: r.Base.Python.Version, SitePackagesLabel: r.Base.Python.SitePackages,
		BaseNameLabel: r.Base.Name, BaseDigestLabel: r.Base.Digest,
		SDKNameLabel: r.SDK.Name, SDKDigestLabel: r.SDK.Digest,
	} {
		if value != "" {
			all[label] = value
		}
	}
	return all
}

// onBase is the base's configuration with the command, the variables and the
// labels of the image on it, as a Dockerfile's instructions leave it. The working
// directory of a function is the base's: the standard Dockerfile sets none.
func onBase(below, above v1.Config) v1.Config {
	below.Cmd = above.Cmd
	if above.Entrypoint != nil {
		below.Entrypoint = above.Entrypoint
	}
	if below.WorkingDir == "" || above.Labels[KindLabel] != "" {
		below.WorkingDir = above.WorkingDir
	}
	if above.User != "" {
		below.User = above.User
	}
	below.Env = slices.Clone(below.Env)
	for _, pair := range above.Env {
		name, value, _ := strings.Cut(pair, "=")
		i := slices.IndexFunc(below.Env, func(e string) bool { return strings.HasPrefix(e, name+"=") })
		switch {
		case i < 0:
			below.Env = append(below.Env, pair)
		case name == pathVariable:
			below.Env[i] = name + "=" + value + ":" + strings.TrimPrefix(below.Env[i], name+"=")
		case name != taskRootVariable:
			below.Env[i] = pair
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
