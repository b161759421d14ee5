package image

import (
	"context"
	"fmt"

	"github.com/dorc-dev/dorc/pkg/image/base"
	"github.com/dorc-dev/dorc/pkg/image/python"
	"github.com/dorc-dev/dorc/pkg/image/source"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// boot starts Beam's worker. An image that serves as launcher and worker has it as
// its entry point: Dataflow names the launcher itself when it launches a template.
// Sources: https://cloud.google.com/dataflow/docs/guides/build-container-image,
// https://github.com/GoogleCloudPlatform/python-docs-samples/tree/main/dataflow/flex-templates/pipeline_with_dependencies
const boot = "/opt/apache/beam/boot"

// The variables of the launcher and of Python. The launcher installs nothing,
// since it is told of no requirements: all packages are in the image. Source:
// https://cloud.google.com/dataflow/docs/guides/templates/configuring-flex-templates
const (
	mainVariable = "FLEX_TEMPLATE_PYTHON_PY_FILE"
	pathVariable = "PYTHONPATH"
)

// mainProgram is the main program's path in the image.
func mainProgram(s *source.Snapshot) string { return source.TemplateRoot + "/" + s.Main }

// beamRequirement is what a Dataflow pipeline's image needs besides what its own
// files name: the version of Beam that its workers have.
func beamRequirement(r Request) python.Needed {
	return python.Needed{
		Name: beamProject, Version: r.Beam, Extras: beamExtras,
		Why:  "the SDK image " + r.SDK.Name + " has it, and launcher and workers must have one version of Beam",
		Hint: "Pin " + r.Beam + ", or leave it out; or name the SDK image of the other version: gcp.sdk_image in the universal configuration.",
	}
}

const (
	beamProject = "apache-beam"
	// beamExtras are the same for pipelines with code and for Beam YAML: so all that
	// have no requirements of their own share one set of packages, which is fetched,
	// packed, pushed and installed once.
	beamExtras = "gcp,yaml"
)

// beamVersion is the version of Beam of the SDK image: its name says it, else the
// image itself does.
func (m *Maker) beamVersion(ctx context.Context, r Request) (string, error) {
	if version := source.BeamVersion(r.SDK.Name); version != "" {
		return version, nil
	}
	if r.SDK.Digest == "" {
		var err error
		if r.SDK.Digest, err = m.Bases.Digest(ctx, r.SDK.Name); err != nil {
			return "", fmt.Errorf("which version of Beam it has cannot be told from its name: %w", err)
		}
	}
	contents, err := m.Contents.Contents(ctx, r.SDK, r.Say)
	if err != nil {
		return "", err
	}
	return installedBeam(contents, r.SDK)
}

func installedBeam(contents *base.Contents, sdk base.Base) (string, error) {
	beam, ok := contents.Package(beamProject, sdk.Python.SitePackages)
	if !ok {
		return "", problem.Problem{
			Resource: "SDK image " + sdk.Name,
			Summary:  "the SDK image has no Beam",
			Detail:   "no package " + beamProject + " is installed in " + sdk.Python.SitePackages,
			Hint:     "Name an image of Beam's SDK for Python, or one made from it: gcp.sdk_image in the universal configuration.",
		}
	}
	return beam.Version, nil
}
