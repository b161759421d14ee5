package python

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
)

// requirement is one thing to install, checked, and where it was asked for.
type requirement struct {
	// name is normalized, "" for a bare URL.
	name string
	// text is the requirement without options.
	text string
	// hashes are "sha256:…" values.
	hashes []string
	// file is the path in the config repo; line and column count from 1, 0 is unknown.
	file         string
	line, column int
}

// write is the requirement as a line for pip and uv.
func (r requirement) write() string {
	line := r.text
	for _, h := range r.hashes {
		line += " --hash=" + h
	}
	return line
}

// The forms of a requirement's parts. Source:
// https://packaging.python.org/en/latest/specifications/dependency-specifiers/
var (
	nameForm      = regexp.MustCompile(`^([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[([^\]]*)\])?\s*`)
	extraForm     = regexp.MustCompile(`^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$`)
	specifierForm = regexp.MustCompile(`^(~=|===?|!=|<=?|>=?)\s*[A-Za-z0-9][A-Za-z0-9.*+!_-]*$`)
	hashForm      = regexp.MustCompile(`^(sha256:[0-9a-fA-F]{64}|sha384:[0-9a-fA-F]{96}|sha512:[0-9a-fA-F]{128})$`)
	separators    = regexp.MustCompile(`[-_.]+`)
)

// normalize is a project's name in the one form that all its spellings have.
func normalize(name string) string { return strings.ToLower(separators.ReplaceAllString(name, "-")) }

// The reasons why a requirement is refused. Each leads to a hint of its own.
var (
	errOutside = errors.New("it is not in a package index")
	errSource  = errors.New("it is not a wheel")
)

// parseRequirement checks a dependency specifier, or a bare URL of a wheel, and
// returns the project's normalized name.
func parseRequirement(text string) (string, error) {
	if strings.ContainsAny(text, "\r\n\x00") {
		return "", errors.New("it has more than one line")
	}
	if scheme, _, ok := strings.Cut(text, "://"); ok && isScheme(scheme) {
		target, marker := cutURL(text)
		if err := checkMarkerText(marker); err != nil {
			return "", err
		}
		return "", checkURL(target)
	}
	if looksLikePath(text) {
		return "", fmt.Errorf("%w: it is a path", errOutside)
	}
	m := nameForm.FindStringSubmatch(text)
	if m == nil {
		return "", errors.New("it does not begin with the name of a project")
	}
	for extra := range strings.SplitSeq(m[2], ",") {
		if extra = strings.TrimSpace(extra); extra != "" && !extraForm.MatchString(extra) {
			return "", fmt.Errorf("%q is not the name of an extra", extra)
		}
	}
	name, rest := normalize(m[1]), text[len(m[0]):]
	if target, ok := strings.CutPrefix(rest, "@"); ok {
		target, marker := cutURL(strings.TrimSpace(target))
		if err := checkMarkerText(marker); err != nil {
			return name, err
		}
		return name, checkURL(target)
	}
	specifiers, marker, _ := strings.Cut(rest, ";")
	if err := checkMarkerText(marker); err != nil {
		return name, err
	}
	return name, checkSpecifiers(strings.TrimSpace(specifiers))
}

func checkSpecifiers(text string) error {
	if inner, ok := strings.CutPrefix(text, "("); ok && strings.HasSuffix(inner, ")") {
		text = strings.TrimSuffix(inner, ")")
	}
	if strings.TrimSpace(text) == "" {
		return nil
	}
	for s := range strings.SplitSeq(strings.TrimSuffix(strings.TrimSpace(text), ","), ",") {
		if !specifierForm.MatchString(strings.TrimSpace(s)) {
			return fmt.Errorf("%q is not a version specifier such as ==1.2.3 or >=1,<2", strings.TrimSpace(s))
		}
	}
	return nil
}

// cutURL parts a URL from the marker behind it, which white space precedes.
func cutURL(text string) (target, marker string) {
	target, marker, _ = strings.Cut(text, " ;")
	if _, after, ok := strings.Cut(target, " "); ok && marker == "" {
		target, marker = strings.Fields(target)[0], strings.TrimPrefix(strings.TrimSpace(after), ";")
	}
	return strings.TrimSpace(target), marker
}

func isScheme(s string) bool {
	return s != "" && strings.Trim(strings.ToLower(s), "abcdefghijklmnopqrstuvwxyz0123456789+.-") == ""
}

// checkURL lets wheels at http addresses pass.
func checkURL(text string) error {
	u, err := url.Parse(strings.NewReplacer("${", "", "}", "").Replace(text))
	switch {
	case err != nil || strings.ContainsAny(text, " \t"):
		return errors.New("it is not a URL")
	case u.Scheme != "https" && u.Scheme != "http":
		return fmt.Errorf("%w: %s URLs are not installed from", errOutside, u.Scheme)
	case !strings.HasSuffix(u.Path, ".whl"):
		return fmt.Errorf("%w: the URL does not end in .whl", errSource)
	}
	return nil
}

func looksLikePath(text string) bool {
	head, _, _ := strings.Cut(text, " ")
	return strings.HasPrefix(head, ".") || strings.ContainsAny(head, `/\`) && !strings.Contains(head, "@") ||
		strings.HasSuffix(head, ".whl") || strings.HasSuffix(head, ".tar.gz") || strings.HasSuffix(head, ".zip") ||
		strings.HasPrefix(head, "file:")
}

// versionText is what a version can have; no file name or line is broken by it.
var versionText = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9.!+_-]*$`)
