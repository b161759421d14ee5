package settings

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/viper"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// Load reads settings: a flag goes before an environment variable, that before
// .env, that before the default. An empty value is as none, but for the
// passphrase. Everything that is wrong comes back in one problem.List.
func Load(opts Options) (*Settings, error) {
	wd, err := workingDir(opts.WorkingDir)
	if err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(opts.Flags)) {
		if !slices.Contains(variableNames(), name) {
			return nil, fmt.Errorf("settings: no variable is called %q", name)
		}
	}
	environ := opts.Environ
	if environ == nil {
		environ = os.Environ()
	}
	root := findRoot(wd)
	file := filepath.Join(root, dotenvName)
	d, err := readDotenv(file, shownPath(wd, file))
	if err != nil {
		return nil, err
	}
	if problems := d.misspelt(); len(problems) > 0 {
		return nil, problems
	}
	l, err := newLayers(opts.Flags, environ, d)
	if err != nil {
		return nil, err
	}
	l.wd, l.root = wd, root
	loaded, err := l.settings(opts)
	if err != nil {
		return nil, err
	}
	loaded.Branch = branch(environ)
	return loaded, nil
}

func workingDir(dir string) (string, error) {
	if dir == "" {
		wd, err := os.Getwd()
		if err != nil {
			return "", problem.Problem{Summary: "the working directory is not there any more", Detail: reason(err)}
		}
		dir = wd
	}
	return filepath.Abs(dir)
}

// shownPath is path relative to the working directory, where that is shorter to read.
func shownPath(wd, path string) string {
	rel, err := filepath.Rel(wd, path)
	if err != nil || strings.HasPrefix(rel, filepath.Join("..", "..", "..")) {
		return path
	}
	return rel
}

// layers are the sources of values, the last the strongest.
type layers struct {
	wd, root    string
	viper       *viper.Viper
	flags       map[string]string
	environment map[string]string
	dotenv      dotenv
}

func newLayers(flags map[string]string, environ []string, d dotenv) (layers, error) {
	l := layers{viper: viper.New(), flags: flags, environment: map[string]string{}, dotenv: d}
	names := variableNames()
	for _, entry := range environ {
		if name, value, ok := strings.Cut(entry, "="); ok && (slices.Contains(names, name) || isGoogleEndpoint(name)) {
			l.environment[name] = value
		}
	}
	// Viper's own reading of the environment is not used, since callers may
	// give another one; its layers keep the precedence.
	for _, v := range Variables() {
		l.viper.SetDefault(v.Name, v.Default)
		if value := flags[v.Name]; value != "" {
			l.viper.Set(v.Name, value)
		}
	}
	for _, layer := range []map[string]string{d.values, l.environment} {
		given := map[string]any{}
		for _, name := range names {
			if value := layer[name]; value != "" {
				given[name] = value
			}
		}
		if err := l.viper.MergeConfigMap(given); err != nil {
			return l, fmt.Errorf("settings: %w", err)
		}
	}
	return l, nil
}

// get is the variable's value and where it came from.
func (l layers) get(name string) (string, Source) {
	return l.viper.GetString(name), l.source(name)
}

// source is the strongest layer that has a value which is not empty.
func (l layers) source(name string) Source {
	switch {
	case l.flags[name] != "":
		return Source{origin: fromFlag}
	case l.environment[name] != "":
		return Source{origin: fromEnvironment}
	case l.dotenv.values[name] != "":
		return l.dotenvSource(name)
	default:
		return Source{}
	}
}

func (l layers) dotenvSource(name string) Source {
	return Source{origin: fromDotenv, file: l.dotenv.file, line: l.dotenv.lines[name]}
}
