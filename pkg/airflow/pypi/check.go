package pypi

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/dorc-dev/dorc/pkg/airflow"
	"github.com/dorc-dev/dorc/pkg/composer"
	"github.com/dorc-dev/dorc/pkg/image/python"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// Options say what is asked.
type Options struct {
	// Image is the Composer image. Its packages are those of its line's lock file.
	Image airflow.Image
	// Packages are as gcp.composer.pypi_packages has them: a name in lower case with
	// its extras and versions, such as "[gcp]>=1.8,<2"; "" for any version.
	Packages map[string]string
	// Cache is the folder for what can be made again (settings.CacheDir).
	Cache string
	// Resource is the place in problems. Default: "gcp.composer.pypi_packages".
	Resource string
	// Environ has the variables in which the user has set indexes, as os.Environ, which
	// is the default.
	Environ []string
}

// Unchecked says that it could not be found out whether the packages go together: uv is
// not on this machine, or no package index in reach. It is no fault of the
// configuration, and its Problem is to be shown as a warning.
type Unchecked struct{ Problem problem.Problem }

func (u *Unchecked) Error() string { return u.Problem.Error() }

// Check returns nil when the packages go with the image's, a problem.List that names
// those that do not, an *Unchecked, or the context's error.
//
// A package that the image has too may have another version than there, as Composer
// allows, as long as nothing else of the image excludes it. All others of the image
// keep the versions of the lock file.
func Check(ctx context.Context, o Options) error {
	o.Resource = cmp.Or(o.Resource, "gcp.composer.pypi_packages")
	if bad := o.malformed(); bad != nil {
		return bad
	}
	if len(o.Packages) == 0 {
		return nil
	}
	names := slices.Sorted(maps.Keys(o.Packages))
	err := o.try(ctx, names)
	var all *python.Unresolved
	if !errors.As(err, &all) {
		return o.unchecked(err)
	}
	// Which of them it is shows when each is asked for alone.
	var found problem.List
	for _, name := range names {
		var one *python.Unresolved
		if err := o.try(ctx, []string{name}); errors.As(err, &one) {
			found = append(found, o.conflict([]string{name}, one))
		} else if err != nil {
			return o.unchecked(err)
		}
	}
	if found == nil {
		found = problem.List{o.conflict(o.named(names, all), all)}
	}
	return found
}

// malformed are the packages whose names or versions have not the form of one, so
// that nothing else reaches the resolver.
func (o Options) malformed() error {
	var bad problem.List
	for _, name := range slices.Sorted(maps.Keys(o.Packages)) {
		if why := composer.PackageReason(name, o.Packages[name]); why != "" {
			bad = append(bad, problem.Problem{Resource: o.Resource + "." + name, Summary: "this is no package with versions",
				Detail: why + " (" + composer.PackagesSource + ")", Hint: "Write a name in lower case, and beside it versions such as \"==1.2\", \">=1,<2\" or \"[extra]>=1\"."})
		}
	}
	return bad.Err()
}

// requirement is a package as a line for the resolver.
func (o Options) requirement(name string) string {
	return name + strings.Join(strings.Fields(o.Packages[name]), "")
}

// try asks whether some of the packages go with the image's.
func (o Options) try(ctx context.Context, names []string) error {
	var lines []string
	own := map[string]bool{}
	for _, name := range names {
		lines = append(lines, o.requirement(name))
		own[normal(name)] = true
	}
	has := o.Image.Packages()
	sources := slices.DeleteFunc(o.Image.Sources(), func(name string) bool { return own[name] })
	for _, name := range slices.Sorted(maps.Keys(has)) {
		if !own[name] && !slices.Contains(sources, name) {
			lines = append(lines, name+"=="+has[name])
		}
	}
	in := python.Installer{Cache: o.Cache, Environ: o.Environ}
	return in.Try(ctx, o.Resource, python.Trial{Requirements: lines, Sources: sources,
		Target: python.Target{Version: o.Image.Python, Platform: "linux/amd64", Glibc: glibc}})
}

// glibc is a version that every wheel of the lock files is content with: gen/lock.py
// resolves for it.
const glibc = "2.28"
