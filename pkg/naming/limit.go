package naming

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// limit is what a cloud demands of one kind of name.
type limit struct {
	// thing is the kind in words, such as "Lambda function".
	thing string
	// min and max are lengths in characters.
	min, max int
	// pattern matches a whole name; allowed says the same in words.
	pattern *regexp.Regexp
	allowed string
	// reserved reports why a name of allowed characters is refused all the same, or "".
	reserved func(string) string
	// source is the page of the cloud's documentation.
	source string
}

// check returns a problem when the name breaks the limit.
func (l limit) check(resource, name string) error {
	refuse := func(summary, detail, hint string) error {
		return problem.Problem{
			Resource: resource,
			Summary:  summary,
			Detail:   fmt.Sprintf("%s %q: %s (%s)", l.thing, name, detail, l.source),
			Hint:     hint,
		}
	}
	switch {
	case len(name) > l.max:
		return refuse("its name is too long for "+article(l.thing),
			fmt.Sprintf("%d characters, at most %d are allowed", len(name), l.max),
			"Shorten the project or the environment; both are kept whole in the name.")
	case len(name) < l.min:
		return refuse("its name is too short for "+article(l.thing),
			fmt.Sprintf("%d characters, at least %d are needed", len(name), l.min), "Choose a longer name.")
	case !l.pattern.MatchString(name):
		return refuse("its name is not allowed for "+article(l.thing),
			"allowed are "+l.allowed, "Rename the folder, the project or the environment that the name is made of.")
	}
	if l.reserved != nil {
		if why := l.reserved(name); why != "" {
			return refuse("its name is reserved for "+article(l.thing), why, "Choose another name.")
		}
	}
	return nil
}

// article puts "a" or "an" before a noun.
func article(noun string) string {
	if strings.ContainsAny(noun[:1], "aeiouAEIOU") {
		return "an " + noun
	}
	return "a " + noun
}
