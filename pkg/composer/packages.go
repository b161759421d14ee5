package composer

import (
	"fmt"
	"regexp"
	"strings"
)

// PackagesSource states how PyPI packages are given.
const PackagesSource = "https://cloud.google.com/composer/docs/composer-3/install-python-dependencies"

var (
	packageForm = regexp.MustCompile(`^[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?$`)
	extrasForm  = regexp.MustCompile(`^\[\s*[A-Za-z0-9._-]+(?:\s*,\s*[A-Za-z0-9._-]+)*\s*\]`)
	clauseForm  = regexp.MustCompile(`^(?:===|==|~=|!=|<=|>=|<|>)\s*[A-Za-z0-9][A-Za-z0-9.!+*_-]*$`)
)

// PackageReason says why a PyPI package cannot be given so: a name in lower case,
// and beside it extras and versions, such as "[gcp]>=1.8.2, <1.9", or "" for any.
func PackageReason(name, versions string) string {
	switch {
	case name != strings.ToLower(name):
		return "the name of a package is written in lower case"
	case !packageForm.MatchString(name):
		return "it is the name of a package alone; extras and versions stand in its value, such as \"==1.2\""
	}
	rest := strings.TrimSpace(versions)
	rest = strings.TrimSpace(strings.TrimPrefix(rest, extrasForm.FindString(rest)))
	if rest == "" {
		return ""
	}
	for clause := range strings.SplitSeq(rest, ",") {
		if clause = strings.TrimSpace(clause); !clauseForm.MatchString(clause) {
			return fmt.Sprintf("%q is no version of %s: write such as \"==1.2\", \">=1.2, <2\", \"[extra]>=1\" or \"\"", clause, name)
		}
	}
	return ""
}
