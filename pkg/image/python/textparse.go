package python

import (
	"errors"
	"fmt"
	"strings"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// reading is one root being read, with what it includes.
type reading struct {
	all *Requirements
	// seen has the files that are being read, or were, with their role.
	seen     map[string]bool
	group    group
	settings settings
	problems problem.List
}

// settings are what requirement files say besides requirements.
type settings struct {
	index                     string
	extra, findLinks, trusted []string
	noIndex, pre, hashes      bool
	// named are uv's named indexes, by URL.
	named map[string]string
}

// maxIncludes bounds what -r and -c can lead to.
const maxIncludes = 1000

func (r *reading) text(file string, constraints bool) {
	key := fmt.Sprint(constraints, file)
	if r.seen[key] || len(r.seen) > maxIncludes {
		return
	}
	r.seen[key] = true
	for _, l := range logicalLines(r.all.Files[file]) {
		if strings.HasPrefix(l.text, "-") {
			r.option(file, l, constraints)
			continue
		}
		r.requirement(file, l, constraints)
	}
}

func (r *reading) requirement(file string, l logical, constraints bool) {
	text, options := cutOptions(l.text)
	q := requirement{text: text, file: file, line: l.line, column: l.column}
	for len(options) > 0 {
		name, value, given := strings.Cut(options[0], "=")
		options = options[1:]
		if !given && len(options) > 0 {
			value, options = options[0], options[1:]
		}
		switch {
		case name != "--hash":
			r.refuse(q, l.columnOf(name), "an option of this requirement is not supported", fmt.Sprintf("%s: only --hash is possible here", name),
				"Packages are not built here, so options for building have no meaning. Remove it.")
		case !hashForm.MatchString(value):
			r.refuse(q, l.columnOf(value), "a hash is not understood", fmt.Sprintf("%q is not of the form sha256:<64 hexadecimal digits>", value), "Write the hash as pip hash prints it.")
		default:
			q.hashes = append(q.hashes, strings.ToLower(value))
		}
	}
	r.add(q, constraints)
}

func (r *reading) add(q requirement, constraints bool) {
	name, err := parseRequirement(q.text)
	if err != nil {
		r.refuseRequirement(q, err)
		return
	}
	q.name = name
	if constraints {
		r.group.constraints = append(r.group.constraints, q)
		return
	}
	r.group.requirements = append(r.group.requirements, q)
}

func (r *reading) refuseRequirement(q requirement, err error) {
	switch {
	case errors.Is(err, errOutside):
		r.refuse(q, q.column, "this requirement cannot be in an image", fmt.Sprintf("%s: %v", redactURLs(q.text), err),
			"Publish the package to an index, or put its code in the shared code folder. With image_builder: docker, the Dockerfile can install it.")
	case errors.Is(err, errSource):
		r.refuse(q, q.column, "only wheels are installed", fmt.Sprintf("%s: %v", redactURLs(q.text), err),
			"A source distribution would run its code on this machine. Name a wheel, or use image_builder: docker.")
	default:
		r.refuse(q, q.column, "a requirement is not understood", fmt.Sprintf("%s: %v", redactURLs(q.text), err),
			"Write it as name==version, with extras, versions and a marker as in https://packaging.python.org/en/latest/specifications/dependency-specifiers/.")
	}
}

func (r *reading) refuse(q requirement, column int, summary, detail, hint string) {
	r.problems = append(r.problems, problem.Problem{
		File: r.all.shown(q.file), Line: q.line, Column: column, Summary: summary, Detail: detail, Hint: hint,
	})
}
