package stack

import (
	"context"
	"errors"
	"path/filepath"
	"slices"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/dorc-dev/dorc/pkg/image/base"
	"github.com/dorc-dev/dorc/pkg/image/dockerfile"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// namedBases says in an error about a base image which file asks for it.
type namedBases struct {
	base.Registry
	// file is where a reference is written, or "" when no file of the repo has it.
	file func(reference string) string
}

// Resolve implements base.Registry.
func (n namedBases) Resolve(ctx context.Context, reference string) (string, error) {
	digest, err := n.Registry.Resolve(ctx, reference)
	return digest, n.named(reference, err)
}

// Image implements base.Registry.
func (n namedBases) Image(ctx context.Context, reference string) (v1.Image, error) {
	image, err := n.Registry.Image(ctx, reference)
	return image, n.named(reference, err)
}

func (n namedBases) named(reference string, err error) error {
	var p problem.Problem
	if !errors.As(err, &p) || p.File != "" {
		return err
	}
	if p.File = n.file(reference); p.File == "" {
		return err
	}
	if p.Detail == "" {
		p.Detail = "it is " + reference
	} else {
		p.Detail = reference + ": " + p.Detail
	}
	return p
}

// baseFile is the file that names the base image. A reference by digest counts as
// the one with a tag, since a lock or a plan has put the digest there.
func (p *Project) baseFile(reference string) string {
	u, err := p.Universal()
	if err != nil {
		return ""
	}
	wanted := repositoryOf(reference)
	if file, err := dockerfile.Read(p.Settings.ConfigRepoPath); err == nil && file != nil && file.Standard() {
		if from, err := file.Base(); err == nil && repositoryOf(from) == wanted {
			return p.Settings.Relative(filepath.Join(p.Settings.ConfigRepoPath, dockerfile.Name))
		}
	}
	images := []string{u.BaseImage}
	if u.GCP != nil {
		images = append(images, u.GCP.LauncherImage, u.GCP.SDKImage, u.GCP.DbtBaseImage, u.GCP.AirflowBaseImage)
	}
	if slices.ContainsFunc(images, func(image string) bool { return image != "" && repositoryOf(image) == wanted }) {
		return p.Settings.Relative(p.universalConfigPath())
	}
	return ""
}

// repositoryOf is a reference without tag and digest, its registry spelt out.
func repositoryOf(reference string) string {
	parsed, err := name.ParseReference(reference)
	if err != nil {
		return reference
	}
	return parsed.Context().Name()
}
