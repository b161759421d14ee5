package base

import (
	"cmp"
	"context"
	"fmt"
	"path"
	"strings"
	"sync"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// Registry is what a Finder asks of registries.
type Registry interface {
	// Resolve returns the digest of the manifest for Linux on x86-64 that a
	// reference means today.
	Resolve(ctx context.Context, reference string) (digest string, err error)
	// Image returns the image of <repository>@<digest>. Its layers are read when
	// they are asked for.
	Image(ctx context.Context, reference string) (v1.Image, error)
}

// Base is a base image.
type Base struct {
	// Name is the reference as the Dockerfile or the configuration has it.
	Name string
	// Digest is the manifest's, or "" when it is not known and not needed.
	Digest string
	// Python is the Python in it.
	Python Python
}

// Finder finds base images. It may be used by several goroutines.
type Finder struct {
	// Registry is asked for what is not known otherwise. Required.
	Registry Registry
	// Lock is the folder's lock file. Default: none.
	Lock *Lock

	mutex    sync.Mutex
	resolved map[string]func() (string, error)
	pythons  map[string]func() (Python, error)
}

// Locked returns the digest that the reference itself has or is locked to, or "".
func (f *Finder) Locked(reference string) string {
	if _, digest, found := strings.Cut(reference, "@"); found {
		return digest
	}
	return f.Lock.Digest(reference)
}

// Digest returns the digest that a reference means: its own, the one it is locked
// to, or the one that its registry has today. Each is asked for once.
func (f *Finder) Digest(ctx context.Context, reference string) (string, error) {
	if digest := f.Locked(reference); digest != "" {
		return digest, nil
	}
	f.mutex.Lock()
	once, ok := f.resolved[reference]
	if !ok {
		once = sync.OnceValues(func() (string, error) { return f.Registry.Resolve(ctx, reference) })
		if f.resolved == nil {
			f.resolved = map[string]func() (string, error){}
		}
		f.resolved[reference] = once
	}
	f.mutex.Unlock()
	return once()
}

// Find describes a base image. Digest may be "": then nothing is fetched unless
// the place of Python's packages cannot be told from the reference. Python is a
// minor version that the configuration names, or "".
func (f *Finder) Find(ctx context.Context, reference, digest, python string) (Base, error) {
	found := Base{Name: reference, Digest: cmp.Or(digest, f.Locked(reference))}
	if _, tag := repository(reference); strings.Contains(tag, "alpine") {
		return found, musl(reference)
	}
	var ok bool
	if found.Python, ok = fromReference(reference, python); ok {
		return found, nil
	}
	var err error
	if found.Digest == "" {
		if found.Digest, err = f.Digest(ctx, reference); err != nil {
			return found, fmt.Errorf("where the packages of its Python are cannot be told from its name: %w", err)
		}
	}
	f.mutex.Lock()
	once, known := f.pythons[found.Digest]
	if !known {
		once = sync.OnceValues(func() (Python, error) { return f.look(ctx, found) })
		if f.pythons == nil {
			f.pythons = map[string]func() (Python, error){}
		}
		f.pythons[found.Digest] = once
	}
	f.mutex.Unlock()
	found.Python, err = once()
	if err == nil && python != "" && found.Python.Version != python {
		err = problem.Problem{
			Resource: "base image " + reference,
			Summary:  "the base image has another Python than python_version says",
			Detail:   "it has " + found.Python.Version + ", the configuration says " + python,
			Hint:     "Correct or remove python_version in the universal configuration.",
		}
	}
	return found, err
}

func (f *Finder) look(ctx context.Context, b Base) (Python, error) {
	image, err := f.Image(ctx, b)
	if err != nil {
		return Python{}, err
	}
	return inImage(b.Name, image)
}

// Image is the base image itself. Its digest must be known.
func (f *Finder) Image(ctx context.Context, b Base) (v1.Image, error) {
	reference, err := ByDigest(b.Name, b.Digest)
	if err != nil {
		return nil, err
	}
	return f.Registry.Image(ctx, reference)
}

// ByDigest is the reference with the digest in the place of its tag.
func ByDigest(reference, digest string) (string, error) {
	parsed, err := name.ParseReference(strings.SplitN(reference, "@", 2)[0])
	if err != nil {
		return "", badReference(reference, err)
	}
	return parsed.Context().Name() + "@" + digest, nil
}

// Check says what is wrong with a reference, or nothing.
func Check(reference string) error {
	if _, err := name.ParseReference(reference); err != nil {
		return badReference(reference, err)
	}
	return nil
}

func badReference(reference string, err error) error {
	return problem.Problem{
		Resource: fmt.Sprintf("base image %q", reference),
		Summary:  "this is not the name of an image",
		Detail:   err.Error(),
		Hint:     "Write <registry>/<repository>:<tag>, such as public.ecr.aws/lambda/python:3.12.",
	}
}

// repository is the reference's last two parts without tag and digest, such as
// "lambda/python", and its tag.
func repository(reference string) (last, tag string) {
	withoutDigest, _, _ := strings.Cut(reference, "@")
	last = withoutDigest
	if i := strings.LastIndexByte(last, ':'); i > strings.LastIndexByte(last, '/') {
		last, tag = last[:i], last[i+1:]
	}
	parts := strings.Split(last, "/")
	return path.Join(parts[max(0, len(parts)-2):]...), tag
}
