package config

import (
	"regexp"

	"github.com/google/go-containerregistry/pkg/name"
	"gopkg.in/yaml.v3"
)

// The image builders of ImageBuilder.
const (
	StandardBuilder = "standard"
	DockerBuilder   = "docker"
)

func readImageBuilder(r *reader, n *yaml.Node, u *Universal) {
	v, ok := r.text(n, "image_builder")
	if !ok {
		return
	}
	u.ImageBuilder = v
	if v != StandardBuilder && v != DockerBuilder {
		r.add(n, "image_builder is unknown", "it is "+quote(v), "use standard or docker")
	}
}

func readBaseImage(r *reader, n *yaml.Node, u *Universal) {
	v, ok := r.text(n, "base_image")
	if !ok {
		return
	}
	u.BaseImage = v
	if _, err := name.ParseReference(v); err != nil {
		r.add(n, "base_image is not the name of an image", err.Error(), "write <registry>/<repository>:<tag>, such as public.ecr.aws/lambda/python:3.12")
	}
}

// pythonVersion is a minor version of Python 3.
var pythonVersion = regexp.MustCompile(`^3\.[0-9]{1,2}$`)

func readPythonVersion(r *reader, n *yaml.Node, u *Universal) {
	v, ok := r.text(n, "python_version")
	if !ok {
		return
	}
	u.PythonVersion = v
	if !pythonVersion.MatchString(v) {
		r.add(n, "python_version is not a minor version of Python 3", "it is "+quote(v), `write it in quotes, such as "3.12"`)
	}
}
