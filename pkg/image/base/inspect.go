package base

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"path"
	"regexp"
	"slices"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// inImage finds Python in an image: where its configuration says it is, else by
// looking for its library among the files.
func inImage(reference string, image v1.Image) (Python, error) {
	config, err := image.ConfigFile()
	if err != nil {
		return Python{}, err
	}
	env := map[string]string{}
	for _, pair := range config.Config.Env {
		key, value, _ := strings.Cut(pair, "=")
		env[key] = value
	}
	// Docker's official images, and those made from them, name their version.
	if m := minor.FindStringSubmatch(env["PYTHON_VERSION"]); m != nil && env["LAMBDA_RUNTIME_DIR"] == "" {
		return under(officialPrefix, m[1]), nil
	}
	prefixes, hasMusl, err := installed(image)
	if err != nil {
		return Python{}, fmt.Errorf("looking for Python in the base image %s: %w", reference, err)
	}
	if hasMusl {
		return Python{}, musl(reference)
	}
	// Of several the one that the search path finds first is meant.
	for _, dir := range strings.Split(env["PATH"], ":") {
		for _, p := range prefixes {
			if dir == p.Scripts {
				return p, nil
			}
		}
	}
	return Python{}, problem.Problem{
		Resource: "base image " + reference,
		Summary:  "the base image has no Python in its search path",
		Detail:   fmt.Sprintf("PATH is %q; what looks like a Python: %v", env["PATH"], scripts(prefixes)),
		Hint:     "Use a base image with Python, or image_builder: docker with a Dockerfile of your own.",
	}
}

func scripts(all []Python) (found []string) {
	for _, p := range all {
		found = append(found, p.Interpreter)
	}
	return found
}

// interpreter matches an interpreter's name with its minor version.
var interpreter = regexp.MustCompile(`^python(3\.\d+)$`)

// musl refuses a base whose C library the wheels of packages are not made for.
func musl(reference string) error {
	return problem.Problem{
		Resource: "base image " + reference,
		Summary:  "the base image has the C library musl",
		Detail:   "Python packages are installed as wheels for glibc, which it cannot load",
		Hint:     "Use a base image with glibc, such as public.ecr.aws/lambda/python:3.12, or image_builder: docker.",
	}
}

// installed are the Pythons whose interpreter and site-packages are in the layers,
// and whether musl is.
func installed(image v1.Image) (found []Python, musl bool, err error) {
	layers, err := image.Layers()
	if err != nil {
		return nil, false, err
	}
	folders := map[string]bool{}
	for _, layer := range layers {
		err := eachName(layer, func(name string) {
			musl = musl || strings.HasPrefix(name, "/lib/ld-musl-")
			if path.Base(name) == "site-packages" {
				folders[name] = true
			}
			if m := interpreter.FindStringSubmatch(path.Base(name)); m != nil && path.Base(path.Dir(name)) == "bin" {
				if p := under(path.Dir(path.Dir(name)), m[1]); !slices.Contains(found, p) {
					found = append(found, p)
				}
			}
		})
		if err != nil {
			return nil, false, err
		}
	}
	return slices.DeleteFunc(found, func(p Python) bool { return !folders[p.SitePackages] }), musl, nil
}

// eachName calls f with the absolute path of everything in a layer.
func eachName(layer v1.Layer, f func(string)) error {
	r, err := layer.Uncompressed()
	if err != nil {
		return err
	}
	defer r.Close()
	for t := tar.NewReader(r); ; {
		header, err := t.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		f(path.Clean("/" + header.Name))
	}
}
