package python

import (
	"errors"
	"fmt"
	"net/url"
	"path"
	"slices"
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

// longOptions are the short spellings.
var longOptions = map[string]string{
	"-r": "--requirement", "-c": "--constraint", "-e": "--editable", "-i": "--index-url", "--pypi-url": "--index-url", "-f": "--find-links",
}

func (r *reading) option(file string, l logical, constraints bool) {
	name, value := cutOption(l.text)
	q := requirement{file: file, line: l.line}
	switch name {
	case "--requirement", "--constraint":
		r.include(q, l, name, value, constraints)
	case "--index-url":
		r.settings.index = value
		r.checkIndex(q, l, name, value)
	case "--extra-index-url":
		r.settings.extra = append(r.settings.extra, value)
		r.checkIndex(q, l, name, value)
	case "--find-links":
		r.settings.findLinks = append(r.settings.findLinks, value)
		r.checkIndex(q, l, name, value)
	case "--trusted-host":
		r.settings.trusted = append(r.settings.trusted, value)
		if value == "" || strings.ContainsAny(value, " \t/") || strings.HasPrefix(value, "-") {
			r.refuse(q, l.columnOf(value), "a host is not understood", fmt.Sprintf("%q", value), "Write --trusted-host host or host:port.")
		}
	case "--no-index":
		r.settings.noIndex = true
	case "--pre":
		r.settings.pre = true
	case "--require-hashes":
		r.settings.hashes = true
	case "--prefer-binary", "--only-binary": // Wheels are the only thing that is installed.
	case "--editable":
		r.refuse(q, l.column, "editable requirements cannot be in an image", redactURLs(l.text),
			"The image has no working copy. Publish the package to an index, or put its code in the shared code folder.")
	case "--no-binary":
		r.refuse(q, l.column, "only wheels are installed", l.text, "A source distribution would run its code on this machine. Remove the line, or use image_builder: docker.")
	default:
		known := []string{"--requirement", "--constraint", "--index-url", "--extra-index-url", "--find-links", "--trusted-host", "--no-index", "--pre", "--require-hashes", "--only-binary", "--prefer-binary"}
		hint := "Remove the line, or use image_builder: docker."
		if near := problem.Nearest(name, known); near != "" {
			hint = fmt.Sprintf("Did you mean %s?", near)
		}
		r.refuse(q, l.columnOf(name), "an option of a requirements file is not supported", name, hint)
	}
}

func cutOption(text string) (name, value string) {
	end := strings.IndexAny(text, "= \t")
	if end < 0 {
		end = len(text)
	}
	name, value = text[:end], strings.Trim(text[end:], "= \t")
	if !strings.HasPrefix(text, "--") && len(name) > 2 { // -rother.txt
		name, value = text[:2], strings.TrimSpace(text[2:])
	}
	if long, ok := longOptions[name]; ok {
		name = long
	}
	if len(value) > 1 && (value[0] == '"' || value[0] == '\'') && value[len(value)-1] == value[0] {
		value = value[1 : len(value)-1]
	}
	return name, value
}

func (r *reading) include(q requirement, l logical, name, value string, constraints bool) {
	target := path.Join(path.Dir(q.file), value)
	switch {
	case value == "" || strings.Contains(value, "://") || strings.HasPrefix(value, "file:") || path.IsAbs(value) || strings.Contains(value, `\`) ||
		target == ".." || strings.HasPrefix(target, "../"):
		r.refuse(q, l.columnOf(value), "a requirements file includes one from outside of the config repo", redactURLs(value),
			"Include files of the config repo, with a path relative to this file.")
		return
	}
	if _, ok := r.all.Files[target]; !ok {
		var near []string
		for f := range r.all.Files {
			near = append(near, f)
		}
		slices.Sort(near)
		hint := "Create the file, or correct the path: it is relative to this file."
		if n := problem.Nearest(target, near); n != "" {
			hint = fmt.Sprintf("Did you mean %s? The path is relative to this file.", n)
		}
		r.refuse(q, l.columnOf(value), "an included requirements file does not exist", r.all.shown(target), hint)
		return
	}
	r.text(target, constraints || name == "--constraint")
}

func (r *reading) checkIndex(q requirement, l logical, name, value string) {
	u, err := url.Parse(strings.NewReplacer("${", "", "}", "").Replace(value))
	if err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && !strings.ContainsAny(value, " \t,") {
		return
	}
	r.refuse(q, l.column, "an index is not understood", fmt.Sprintf("%s %s: only http and https addresses are possible", name, redactURLs(value)),
		"A folder would not be on another machine. Publish the wheels to an index.")
}
