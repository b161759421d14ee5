package pypi

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/dorc-dev/dorc/pkg/image/python"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// normal is a package's name in the one form that all its spellings have.
func normal(name string) string {
	return strings.ToLower(regexp.MustCompile(`[-_.]+`).ReplaceAllString(name, "-"))
}

// shown is how many of the image's packages a problem names.
const shown = 5

// conflict is the problem of packages that do not go with the image's.
func (o Options) conflict(names []string, why *python.Unresolved) problem.Problem {
	var asked []string
	for _, name := range names {
		asked = append(asked, o.requirement(name))
	}
	detail := strings.Join(asked, ", ") + " is asked for; "
	if there := o.there(why.Detail, names); len(there) > 0 && why.Conflict {
		detail += o.Image.Version + " has " + strings.Join(there, ", ") + "; "
	}
	p := problem.Problem{Resource: o.Resource + "." + strings.Join(names, ", "), Detail: detail + why.Detail}
	if !why.Conflict {
		p.Summary, p.Hint = why.Summary, "Composer could not install it either: correct its name or its versions."
		return p
	}
	p.Summary = "a package does not go with those of the image"
	p.Hint = "Ask for other versions, or for another image. What needs versions of its own can run in a pod (KubernetesPodOperator) or in a virtual environment (PythonVirtualenvOperator)."
	return p
}

// there are the packages of the image that a resolver's words name, with their versions.
func (o Options) there(words string, names []string) (there []string) {
	has := o.Image.Packages()
	for _, name := range slices.Sorted(maps.Keys(has)) {
		own := slices.ContainsFunc(names, func(n string) bool { return normal(n) == name })
		if mentions(words, name) && (own || !strings.HasPrefix(name, "apache-airflow")) {
			there = append(there, name+" "+has[name])
		}
	}
	if len(there) > shown {
		there = there[:shown]
	}
	return there
}

// named are those of the packages that a resolver's words name; all when it names none.
func (o Options) named(names []string, why *python.Unresolved) (found []string) {
	for _, name := range names {
		if mentions(why.Detail, name) {
			found = append(found, name)
		}
	}
	if found == nil {
		return names
	}
	return found
}

func mentions(words, name string) bool {
	return regexp.MustCompile(`(^|[^a-z0-9-])` + regexp.QuoteMeta(normal(name)) + `([^a-z0-9-]|$)`).MatchString(normal(words))
}

// unchecked explains why nothing was found out. Other errors pass as they are.
func (o Options) unchecked(err error) error {
	var u *python.Untried
	if !errors.As(err, &u) {
		return err
	}
	return &Unchecked{problem.Problem{Resource: o.Resource, Summary: "it was not checked whether the packages go with those of the image",
		Detail: fmt.Sprintf("%s: %s", u.Summary, u.Detail), Hint: strings.TrimSpace("Composer checks it too, but takes long to fail. " + u.Hint)}}
}
