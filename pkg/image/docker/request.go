package docker

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/dorc-dev/dorc/pkg/image/dockerfile"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// Platform is the one that images are for. Lambda's other, linux/arm64, is not
// supported.
const Platform = "linux/amd64"

// Request says what to build.
type Request struct {
	// Function names the function in errors, such as "raw/weather/fetch".
	Function string
	// Context is the config repo's root: the build sees nothing outside.
	Context string
	// Dockerfile is a path below Context, with slashes; "Dockerfile" when empty.
	Dockerfile string
	// CodePath is the function's folder below Context, with slashes. It is passed
	// as the build argument CODE_PATH, the only one.
	CodePath string
	// Labels are set in the image's configuration, over the Dockerfile's own.
	Labels map[string]string
	// Network is that of RUN: "" is the engine's default; "host" is the machine's,
	// for an index that only the machine reaches; "none" is none.
	Network string
	// Cache is a folder for compressed layers, which functions share: those of the
	// base image are compressed once. Everything in it can be made again. Without
	// ("") each build compresses them anew.
	Cache string
	// Progress gets each line that the engine writes, without secrets. It may be
	// nil. It is called by one goroutine at a time.
	Progress func(line string)
}

// check refuses what is no path below the context, or would be taken for
// something else by the engine.
func (r *Request) check() error {
	if r.Dockerfile == "" {
		r.Dockerfile = dockerfile.Name
	}
	root, err := filepath.Abs(r.Context)
	if err != nil {
		return err
	}
	r.Context = root
	refuse := func(what, value, why string) error {
		return problem.Problem{
			Resource: r.Function, Summary: what + " cannot be given to a container engine",
			Detail: value + " " + why, Hint: "Rename it.",
		}
	}
	for what, path := range map[string]string{"the function's folder": r.CodePath, "the Dockerfile": r.Dockerfile} {
		if !fs.ValidPath(path) || path == "." {
			return refuse(what, strconv.Quote(path), "is no path below the config repo")
		}
		if i := strings.IndexFunc(path, func(c rune) bool { return c < ' ' || c == 0x7f }); i >= 0 {
			return refuse(what, strconv.Quote(path), "has a control character")
		}
	}
	dir, err := os.OpenRoot(root)
	if err != nil {
		return err
	}
	defer dir.Close()
	if info, err := dir.Stat(filepath.FromSlash(r.CodePath)); err != nil || !info.IsDir() {
		return refuse("the function's folder", r.CodePath, "is no folder in the config repo")
	}
	if info, err := dir.Stat(filepath.FromSlash(r.Dockerfile)); err != nil || !info.Mode().IsRegular() {
		return problem.Problem{
			File: filepath.Join(root, r.Dockerfile), Summary: "there is no Dockerfile",
			Detail: "image_builder: docker builds " + r.Function + " with it",
			Hint:   "Write one, or set image_builder: standard.",
		}
	}
	if !slices.Contains([]string{"", "default", "host", "none"}, r.Network) {
		return refuse("the network", strconv.Quote(r.Network), `is none of "default", "host" and "none"`)
	}
	return nil
}
