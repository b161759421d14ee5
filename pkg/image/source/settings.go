package source

import (
	"cmp"
	"path/filepath"

	"github.com/dorc-dev/dorc/pkg/config"
	"github.com/dorc-dev/dorc/pkg/image/dockerfile"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// Builder says how images are built.
type Builder string

const (
	// Standard builds what the standard Dockerfile of a config repo gives, without Docker.
	Standard Builder = "standard"
	// Docker builds the repo's own Dockerfile with the container engine of the machine.
	Docker Builder = "docker"
)

// DefaultBase is the base image when neither a Dockerfile nor the configuration
// names one. Source: https://docs.aws.amazon.com/lambda/latest/dg/python-image.html
const DefaultBase = "public.ecr.aws/lambda/python:3.12"

// Settings are how the images of a config repo are built.
type Settings struct {
	// Builder is how. Default: Standard.
	Builder Builder
	// Base is the base image as the Dockerfile or the configuration has it. With
	// Docker it is empty: the Dockerfile says. Default: DefaultBase.
	Base string
	// SDK is the image of Beam's SDK, of the images of Dataflow pipelines only.
	SDK string
	// Python is the minor version of the base image's Python, such as "3.12".
	// Default: what the base image says.
	Python string
	// SharedCode is a folder below the repo's root, with slashes, whose content
	// lies beside each function's lambda.py and each Dataflow pipeline's main program.
	// Default: none.
	SharedCode string
}

// SettingsOf are the settings of a config repo: what its configuration and its
// Dockerfile say. The base image is the Dockerfile's when it has the standard
// form, else the configuration's.
func SettingsOf(root string, u config.Universal) (Settings, error) {
	s := Settings{
		Builder: Builder(cmp.Or(u.ImageBuilder, string(Standard))),
		Python:  u.PythonVersion, SharedCode: u.SharedCodeFolder,
	}
	file, err := dockerfile.Read(root)
	if err != nil {
		return s, err
	}
	switch {
	case s.Builder == Docker && file == nil:
		return s, problem.Problem{
			File:    problem.Shown(filepath.Join(root, "Dockerfile")),
			Summary: "the docker image builder needs a Dockerfile",
			Hint:    "Write one, or use image_builder: standard.",
		}
	case s.Builder == Docker && s.SharedCode != "":
		return s, problem.Problem{
			Resource: "shared_code_folder",
			Summary:  "the docker image builder does not copy shared code",
			Detail:   "the Dockerfile says what is in the image",
			Hint:     "Copy the folder in the Dockerfile, and remove shared_code_folder.",
		}
	case s.Builder == Docker && u.BaseImage+u.PythonVersion != "":
		return s, problem.Problem{
			Resource: "base_image, python_version",
			Summary:  "the docker image builder does not use them",
			Detail:   "the Dockerfile says what the image is built on",
			Hint:     "Write the base image into FROM, and remove them from the universal configuration.",
		}
	case s.Builder == Docker:
	case file != nil && file.Standard():
		if s.Base, err = file.Base(); err != nil {
			return s, err
		}
		if u.BaseImage != "" && u.BaseImage != s.Base {
			return s, problem.Problem{
				File:    problem.Shown(filepath.Join(root, "Dockerfile")),
				Summary: "the Dockerfile and base_image name two base images",
				Detail:  s.Base + " and " + u.BaseImage,
				Hint:    "Remove base_image from the universal configuration, or the Dockerfile.",
			}
		}
	default:
		s.Base = cmp.Or(u.BaseImage, DefaultBase)
	}
	return s, nil
}
