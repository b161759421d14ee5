package source

import (
	"cmp"
	"regexp"
	"strings"

	"github.com/dorc-dev/dorc/pkg/beam/yamlpipeline"
	"github.com/dorc-dev/dorc/pkg/config"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// DefaultPython is the minor version of Python in the images of Dataflow pipelines.
const DefaultPython = "3.12"

// Beam says which images the images of Dataflow pipelines are made of. It is what
// the gcp block of the universal configuration says.
type Beam struct {
	// Launcher is the image that launches flex templates. Default: Google's for the
	// version of Python. Source:
	// https://cloud.google.com/dataflow/docs/reference/flex-templates-base-images
	Launcher string
	// SDK is the image of Beam's SDK, which workers run. Its tag names the version of
	// Beam. Default: Beam's own for the version of Python, in the version that dorc
	// checks Beam YAML against. Source: https://hub.docker.com/r/apache/beam_python3.12_sdk
	SDK string
	// Python is the minor version of both images' Python. Default: the one that their
	// names have, else DefaultPython.
	Python string
	// SharedCode is a folder below the repo's root whose content lies beside the main
	// program. Default: none.
	SharedCode string
}

// BeamOf are the images that a project's configuration names.
func BeamOf(u config.Universal) (Beam, error) {
	google, err := u.Google()
	if err != nil || google == nil {
		return Beam{SharedCode: u.SharedCodeFolder}, err
	}
	return Beam{Launcher: google.LauncherImage, SDK: google.SDKImage, Python: google.PythonVersion, SharedCode: u.SharedCodeFolder}, nil
}

// The names of Google's launcher images and of Beam's SDK images, with the minor
// version of their Python.
var (
	launcherName = regexp.MustCompile(`(?:^|/)python3(\d+)-template-launcher-base(?:[:@]|$)`)
	sdkName      = regexp.MustCompile(`(?:^|/)beam_python3\.(\d+)_sdk(?:[:@]|$)`)
	sdkVersion   = regexp.MustCompile(`:(\d+\.\d+\.\d+)(?:[-.@]|$)`)
)

// Settings are how the image of a kind is built. The two images must have one
// minor version of Python, since what the launcher packs the workers unpack.
func (b Beam) Settings(kind Kind) (Settings, error) {
	launcher, sdk := minorOf(launcherName, b.Launcher), minorOf(sdkName, b.SDK)
	python := cmp.Or(b.Python, sdk, launcher, DefaultPython)
	for _, image := range []struct{ key, name, has string }{
		{"gcp.launcher_image", b.Launcher, launcher}, {"gcp.sdk_image", b.SDK, sdk},
	} {
		if image.has != "" && image.has != python {
			return Settings{}, problem.Problem{
				Resource: image.key,
				Summary:  "launcher and workers would have two versions of Python",
				Detail:   image.name + " has Python " + image.has + ", " + python + " is meant elsewhere",
				Hint:     "Name a launcher image and an SDK image of one minor version of Python, and the same python_version or none.",
			}
		}
	}
	b.Launcher = cmp.Or(b.Launcher, "gcr.io/dataflow-templates-base/python"+strings.ReplaceAll(python, ".", "")+"-template-launcher-base")
	b.SDK = cmp.Or(b.SDK, "apache/beam_python"+python+"_sdk:"+yamlpipeline.BeamVersion())
	s := Settings{Builder: Standard, Base: b.Launcher, SDK: b.SDK, Python: python, SharedCode: b.SharedCode}
	if kind == KindBeamWorker {
		s.Base = b.SDK
	}
	return s, nil
}

func minorOf(form *regexp.Regexp, reference string) string {
	if m := form.FindStringSubmatch(reference); m != nil {
		return "3." + m[1]
	}
	return ""
}

// BeamVersion is the version of Beam that the name of an SDK image says, such as
// "2.77.0", or "" when only the image itself tells.
func BeamVersion(sdk string) string {
	if m := sdkVersion.FindStringSubmatch(sdk); m != nil && sdkName.MatchString(sdk) {
		return m[1]
	}
	return ""
}
