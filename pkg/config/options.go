package config

import (
	"os"
	"path/filepath"
	"strings"
)

// ProjectName is the Pulumi project of every stack; keys without a namespace
// belong to it.
const ProjectName = "Pipelines"

// Option changes how a file is read.
type Option func(*options)

type options struct {
	shown         string
	defaultRegion string
	allowMissing  bool
	within        string
	universal     *Universal
}

// ShownAs gives the path that problems name. Default: the path relative to the
// working directory, where that is below it or near it.
func ShownAs(path string) Option { return func(o *options) { o.shown = path } }

// WithDefaultRegion is the region of a Universal whose file names none.
func WithDefaultRegion(region string) Option { return func(o *options) { o.defaultRegion = region } }

// AllowMissing reads a file that does not exist as an empty one.
func AllowMissing() Option { return func(o *options) { o.allowMissing = true } }

// Within refuses a file that lies outside dir, also by a symbolic link.
func Within(dir string) Option { return func(o *options) { o.within = dir } }

// Of is the project of an environment. What does not go together with it, such as
// vpc_id where aws is false, is refused with its place.
func Of(u *Universal) Option { return func(o *options) { o.universal = u } }

func newOptions(path string, opts []Option) options {
	var o options
	for _, opt := range opts {
		opt(&o)
	}
	if o.shown == "" {
		o.shown = shownPath(path)
	}
	return o
}

func shownPath(path string) string {
	wd, err := os.Getwd()
	if err != nil {
		return path
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	rel, err := filepath.Rel(wd, abs)
	if err != nil || strings.HasPrefix(rel, filepath.Join("..", "..", "..")) {
		return path
	}
	return rel
}
