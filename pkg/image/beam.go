package image

import (
	"github.com/dorc-dev/dorc/pkg/image/base"
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
func beamRequirement(s *source.Snapshot, version string) string {
	extras := "gcp"
	if s.Main == source.YAMLMain {
		extras = "gcp,yaml"
	}
	return "apache-beam[" + extras + "]==" + version
}

// beamVersion is the version of Beam of the SDK image, which its name tells.
func beamVersion(owner string, sdk base.Base) (string, error) {
	if version := source.BeamVersion(sdk.Name); version != "" {
		return version, nil
	}
	return "", problem.Problem{
		Resource: owner,
		Summary:  "the version of Beam cannot be told",
		Detail:   "the SDK image " + sdk.Name + " does not say it",
		Hint:     "Name an SDK image with its version: gcp.sdk_image: apache/beam_python3.12_sdk:2.77.0.",
	}
}
