package python

import (
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/dorc-dev/dorc/pkg/problem"
)

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
