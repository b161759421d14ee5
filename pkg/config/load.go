package config

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// LoadUniversal reads universal/Pulumi.universal.yaml, complete and checked.
// What is wrong with it comes back in one problem.List.
func LoadUniversal(path string, opts ...Option) (*Universal, error) {
	o := newOptions(path, opts)
	data, err := readFile(path, o)
	if err != nil {
		return nil, err
	}
	return parseUniversal(data, o, false)
}

// LoadEnvironment reads infra/Pulumi.<env>.yaml, complete and checked. What is
// wrong with it comes back in one problem.List.
func LoadEnvironment(path, env string, opts ...Option) (*Environment, error) {
	o := newOptions(path, opts)
	data, err := readFile(path, o)
	if err != nil {
		return nil, err
	}
	return parseEnvironment(data, env, o, false)
}

func parseUniversal(data []byte, o options, partial bool) (*Universal, error) {
	d, err := parseDocument(data, o.shown)
	if err != nil {
		return nil, err
	}
	r := &reader{file: o.shown}
	u := readUniversal(r, d.config, o.defaultRegion, partial)
	if err := r.sorted(); err != nil {
		return nil, err
	}
	return &u, nil
}

func parseEnvironment(data []byte, env string, o options, partial bool) (*Environment, error) {
	d, err := parseDocument(data, o.shown)
	if err != nil {
		return nil, err
	}
	r := &reader{file: o.shown}
	e := readEnvironment(r, d.config, env, o.universal, partial)
	if err := r.sorted(); err != nil {
		return nil, err
	}
	return &e, nil
}

// maxFileSize is far above what a person writes; a larger file is a mistake.
const maxFileSize = 1 << 20

// readFile reads a stack configuration without a byte order mark.
func readFile(path string, o options) ([]byte, error) {
	if err := checkWithin(path, o); err != nil {
		return nil, err
	}
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		if o.allowMissing {
			return nil, nil
		}
		return nil, problem.Problem{File: o.shown, Summary: "the file does not exist", Hint: missingHint(path, o.shown)}
	}
	if err == nil && !info.Mode().IsRegular() {
		return nil, problem.Problem{File: o.shown, Summary: "not a file", Hint: "a stack configuration is a YAML file"}
	}
	if err == nil && info.Size() > maxFileSize {
		return nil, problem.Problem{File: o.shown, Summary: "the file is too large", Detail: "a stack configuration has at most 1 MiB"}
	}
	var data []byte
	if err == nil {
		data, err = os.ReadFile(path)
	}
	if err != nil {
		return nil, problem.Problem{File: o.shown, Summary: "the file cannot be read", Detail: reason(err), Hint: "make it readable"}
	}
	return bytes.TrimPrefix(data, []byte(byteOrderMark)), nil
}

const byteOrderMark = "\xef\xbb\xbf"

// missingHint names the nearest stack configuration beside the missing one.
func missingHint(path, shown string) string {
	var names []string
	matches, _ := filepath.Glob(filepath.Join(globEscape(filepath.Dir(path)), "Pulumi.*.yaml")) // the pattern is well formed
	for _, m := range matches {
		names = append(names, stackOf(m))
	}
	if near := problem.Nearest(stackOf(path), names); near != "" {
		return "did you mean " + filepath.Join(filepath.Dir(shown), "Pulumi."+near+".yaml") + "?"
	}
	return "CONFIG_REPO_PATH must name a config repo; `dorc new environment` adds an environment to it"
}

func stackOf(path string) string {
	return strings.TrimSuffix(strings.TrimPrefix(filepath.Base(path), "Pulumi."), ".yaml")
}

var globEscape = strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace

// reason is the part of a file error that a person needs: without the call's name.
func reason(err error) string {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		return pathError.Err.Error()
	}
	return err.Error()
}
