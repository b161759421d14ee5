package rootfs

import (
	"cmp"
	"fmt"
	"path"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
)

// DefaultTaskRoot is where AWS's base images keep the handler.
const DefaultTaskRoot = "/var/task"

// Image is an image in an OCI layout with what its configuration says about running it.
type Image struct {
	// Digest is the image's, as sha256:….
	Digest string
	// OS and Architecture are as Go names them; "linux" and "amd64" where the image says nothing.
	OS, Architecture string
	// TaskRoot is the absolute folder of the handler inside the image.
	TaskRoot string
	// Handler is the command's first word, as "lambda.handler".
	Handler string
	// Entrypoint is what the image starts; empty for the runtime of the base image.
	Entrypoint []string
	// Env has the image's environment variables.
	Env map[string]string
	// Labels are the image's.
	Labels map[string]string

	image v1.Image
}

// Open finds an image by its digest in an OCI layout. The image may be an index's member.
func Open(folder, digest string) (*Image, error) {
	hash, err := v1.NewHash(digest)
	if err != nil {
		return nil, fmt.Errorf("the digest %q: %w", digest, err)
	}
	p, err := layout.FromPath(folder)
	if err != nil {
		return nil, fmt.Errorf("the image repository %s cannot be read: %w", folder, err)
	}
	img, err := p.Image(hash)
	if err != nil {
		return nil, fmt.Errorf("the image %s is not in %s: %w", digest, folder, err)
	}
	config, err := img.ConfigFile()
	if err != nil {
		return nil, fmt.Errorf("the configuration of image %s: %w", digest, err)
	}
	out := &Image{Digest: digest, image: img, Env: map[string]string{}, Labels: config.Config.Labels, Entrypoint: config.Config.Entrypoint,
		OS: cmp.Or(config.OS, "linux"), Architecture: cmp.Or(config.Architecture, "amd64")}
	for _, pair := range config.Config.Env {
		name, value, _ := strings.Cut(pair, "=")
		out.Env[name] = value
	}
	if len(config.Config.Cmd) > 0 {
		out.Handler = config.Config.Cmd[0]
	}
	out.TaskRoot = path.Clean("/" + cmp.Or(out.Env["LAMBDA_TASK_ROOT"], config.Config.WorkingDir, DefaultTaskRoot))
	return out, nil
}

// Image is the image itself, as it is in the layout.
func (i *Image) Image() v1.Image { return i.image }
