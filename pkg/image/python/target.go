package python

import (
	"fmt"
	"path"
	"regexp"
	"strconv"
	"strings"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// Target is the Python of an image.
type Target struct {
	// Version is "3.12", or "3.12.7" when the last part is known. Without it, a
	// late one is taken, 3.12.20, for python_full_version and Requires-Python:
	// packages exclude the first releases of a version because of their bugs.
	Version string
	// Platform is "linux/amd64", the only one so far.
	Platform string
	// Glibc is the C library's version, as "2.34": wheels that need a newer one
	// are not chosen. Default: the one of AWS's base image for the version, 2.26
	// (Amazon Linux 2) up to Python 3.11 and 2.34 (Amazon Linux 2023) from 3.12.
	// Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
	Glibc string
	// Interpreter is the path in the image, as "/var/lang/bin/python3.12".
	Interpreter string
	// SitePackages is the folder of packages in the image, as
	// "/var/lang/lib/python3.12/site-packages".
	SitePackages string
	// Scripts is the folder of commands in the image, as "/var/lang/bin". The
	// folder above it is the prefix, where the data of wheels goes.
	Scripts string
}

var (
	versionForm = regexp.MustCompile(`^3\.(\d{1,2})(\.\d{1,2})?$`)
	glibcForm   = regexp.MustCompile(`^2\.(\d{1,2})$`)
	// imagePath has nothing that a shebang line could not have.
	imagePath = regexp.MustCompile(`^(/[A-Za-z0-9._+-]+)+$`)
)

// maxInterpreter keeps "#!" and the path within the 127 bytes of a shebang line
// that every Linux reads. Source: https://man7.org/linux/man-pages/man2/execve.2.html
const maxInterpreter = 125

func (t Target) check(owner string) error {
	var why string
	switch {
	case !versionForm.MatchString(t.Version):
		why = fmt.Sprintf("the Python version is %q, not of the form 3.12", t.Version)
	case t.Platform != "linux/amd64":
		why = fmt.Sprintf("the platform is %q; only linux/amd64 is supported", t.Platform)
	case t.Glibc != "" && !glibcForm.MatchString(t.Glibc):
		why = fmt.Sprintf("the version of glibc is %q, not of the form 2.34", t.Glibc)
	case t.glibcMinor() < manylinuxLevels[0]:
		why = fmt.Sprintf("glibc %s is older than 2.%d, the oldest that packages are chosen for", t.Glibc, manylinuxLevels[0])
	case len(t.Interpreter) > maxInterpreter:
		why = fmt.Sprintf("the interpreter's path has %d bytes; %d are possible", len(t.Interpreter), maxInterpreter)
	}
	for _, p := range []string{t.Interpreter, t.SitePackages, t.Scripts} {
		if why == "" && (!imagePath.MatchString(p) || path.Clean(p) != p || path.Dir(p) == "/") {
			why = fmt.Sprintf("%q is not a plain absolute path below the root's folders", p)
		}
	}
	if why == "" {
		return nil
	}
	return problem.Problem{
		Resource: owner, Summary: "packages cannot be made for the image's Python", Detail: why,
		Hint: "Use a base image with CPython 3 for linux/amd64, or image_builder: docker.",
	}
}

// minor is the version without its last part, as "3.12".
func (t Target) minor() string {
	major, rest, _ := strings.Cut(t.Version, ".")
	minor, _, _ := strings.Cut(rest, ".")
	return major + "." + minor
}

// latePatch is the last part of a version when it is not known.
const latePatch = ".20"

// full is the version with its last part.
func (t Target) full() string {
	if t.Version == t.minor() {
		return t.Version + latePatch
	}
	return t.Version
}

// tag is the version as wheels name it, "312".
func (t Target) tag() string { return strings.ReplaceAll(t.minor(), ".", "") }

func (t Target) prefix() string { return path.Dir(t.Scripts) }

func (t Target) glibcMinor() int {
	glibc := t.Glibc
	if glibc == "" {
		glibc = "2.34"
		if m, err := strconv.Atoi(strings.TrimPrefix(t.minor(), "3.")); err == nil && m <= 11 {
			glibc = "2.26"
		}
	}
	minor, err := strconv.Atoi(strings.TrimPrefix(glibc, "2."))
	if err != nil {
		return 0
	}
	return minor
}

// environment has the values of environment markers in the image. Source:
// https://packaging.python.org/en/latest/specifications/dependency-specifiers/#environment-markers
func (t Target) environment() map[string]string {
	return map[string]string{
		"os_name": "posix", "sys_platform": "linux", "platform_system": "Linux", "platform_machine": "x86_64",
		"platform_release": "", "platform_version": "",
		"python_version": t.minor(), "python_full_version": t.full(),
		"implementation_name": "cpython", "implementation_version": t.full(), "platform_python_implementation": "CPython",
	}
}
