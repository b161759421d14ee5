package image

import (
	"context"
	"errors"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/dorc-dev/dorc/pkg/image/base"
	"github.com/dorc-dev/dorc/pkg/image/source"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// Inputs are everything that decides what is in an image.
type Inputs struct {
	Kind    source.Kind
	Hashes  source.Hashes
	Builder source.Builder
	// Base is the base image as the Dockerfile or the configuration has it, and
	// BaseDigest what it means; "" when that does not matter.
	Base, BaseDigest string
	// SDK and SDKDigest are likewise the image of Beam's SDK, and Main is the main
	// program; all are "" for a function.
	SDK, SDKDigest, Main string
	// Python is the minor version that the configuration names, or "".
	Python string
}

// InputsOf are the inputs of what was read. The digests of its base and SDK images
// are asked for.
func (m *Maker) InputsOf(ctx context.Context, s *source.Snapshot) (i Inputs, err error) {
	i = Inputs{
		Kind: s.Kind, Hashes: s.Hashes(), Builder: s.Settings.Builder,
		Base: s.Settings.Base, SDK: s.Settings.SDK, Main: s.Main, Python: s.Settings.Python,
	}
	if i.BaseDigest, err = m.BaseDigest(ctx, i.Base); err != nil {
		return i, err
	}
	i.SDKDigest, err = m.BaseDigest(ctx, i.SDK)
	return i, err
}

// Key is the hash of the inputs.
func (i Inputs) Key() string {
	more := []string{string(i.Builder), i.Base, i.BaseDigest, i.Python}
	if i.Kind != source.KindFunction {
		more = append(more, string(i.Kind), i.SDK, i.SDKDigest, i.Main)
	}
	return i.Hashes.Key(more...)
}

// tagDigits is how many digits of the inputs' hash a tag has.
const tagDigits = 16

// Tag is the image's tag in an environment: its name, and the start of the hash of
// the inputs. So the same inputs find the image that was pushed before.
func (i Inputs) Tag(environment string) string { return environment + "-" + i.Key()[:tagDigits] }

// Maker makes images with the builder that they ask for.
type Maker struct {
	// Builders are the builders by name. Required.
	Builders map[source.Builder]Builder
	// Bases finds base images. Required with the standard builder.
	Bases *base.Finder
	// Contents reads base images, of which some images need to know what is in them.
	// Required for the images of Dataflow pipelines.
	Contents *base.Reader
	// Thin says that images have no base layers, so that nobody need know which
	// image the base is today.
	Thin bool
}

// BaseDigest is the digest that a base image means today; for a thin image only
// what it is locked to. It is "" when nobody need know.
func (m *Maker) BaseDigest(ctx context.Context, reference string) (string, error) {
	switch {
	case reference == "":
		return "", nil
	case m.Thin:
		return m.Bases.Locked(reference), nil
	default:
		return m.Bases.Digest(ctx, reference)
	}
}

// Make makes an image. Its layers may be read until done is called.
func (m *Maker) Make(
	ctx context.Context, s *source.Snapshot, i Inputs, say func(string),
) (image v1.Image, done func() error, err error) {
	r := Request{Snapshot: s, Key: i.Key(), Say: say}
	if i.Base != "" {
		if r.Base, err = m.Bases.Find(ctx, i.Base, i.BaseDigest, i.Python); err != nil {
			return nil, nil, err
		}
	}
	if i.SDK != "" {
		if r.SDK, err = m.Bases.Find(ctx, i.SDK, i.SDKDigest, i.Python); err != nil {
			return nil, nil, err
		}
		if r.Beam, err = m.beamVersion(ctx, r); err != nil {
			return nil, nil, err
		}
	}
	builder, ok := m.Builders[i.Builder]
	if !ok {
		return nil, nil, problem.Problem{
			Resource: "image_builder " + string(i.Builder),
			Summary:  "this dorc has no such image builder",
			Hint:     "Use standard or docker.",
		}
	}
	image, done, err = builder.Build(ctx, r)
	return image, done, changed(s.Dir(), err)
}

// changed says what a person did when a file is not what it was in the plan.
func changed(folder string, err error) error {
	if !errors.Is(err, source.ErrChanged) {
		return err
	}
	return problem.Problem{
		File:    problem.Shown(folder),
		Summary: "the files changed while applying",
		Detail:  "they are not those of the plan: " + err.Error(),
		Hint:    "Apply again; the plan is made anew from what is there.",
	}
}
