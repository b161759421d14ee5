package dbt

import (
	"fmt"

	"github.com/BurntSushi/toml"

	"github.com/dorc-dev/dorc/internal/tree"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// uv reads the names and versions of uv's lock file; the installer reads the rest.
// Source: https://docs.astral.sh/uv/concepts/projects/layout/#the-lockfile
func (l *Lock) uv(data []byte) problem.List {
	var d struct {
		Package []struct {
			Name, Version string
			Source        map[string]any
		}
	}
	if _, err := toml.Decode(string(data), &d); err != nil {
		return problem.List{{File: l.Shown, Summary: "the lock file cannot be read", Detail: err.Error(), Hint: "Write it anew: uv lock."}}
	}
	for _, p := range d.Package {
		if p.Source["virtual"] != nil || p.Source["editable"] != nil {
			continue // the project itself
		}
		if p.Name == "" || p.Version == "" {
			return problem.List{{File: l.Shown, Summary: "a package is not pinned to a version", Detail: fmt.Sprintf("%q has no version", tree.Shorten(p.Name)), Hint: "Write the file anew: uv lock."}}
		}
		l.Packages = append(l.Packages, Package{Name: normalize(p.Name), Version: p.Version})
	}
	return nil
}
