package engine

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"regexp"
	"runtime"
	"strings"
	"syscall"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// contentError says that an archive is not a plugin's.
type contentError struct{ err error }

func (e *contentError) Error() string { return e.err.Error() }
func (e *contentError) Unwrap() error { return e.err }

const (
	mirrorHint = "If this machine does not reach it, name a mirror: PULUMI_PLUGIN_DOWNLOAD_URL_OVERRIDES='.*=https://your.mirror/plugins', " +
		"or unpack the archive by hand into the plugin's folder"
	cannotInstall = "the plugin cannot be installed"
)

func acquisitionDisabled(p Plugin, dir string) error {
	return problem.Problem{
		Resource: "plugin " + p.String(),
		Summary:  "the plugin is not installed, and dorc may not download it",
		Detail:   "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION is set; it is looked for on the PATH and in " + dir,
		Hint:     fmt.Sprintf("unpack %s into %s, set PULUMI_HOME to where it is, or unset the variable", archiveName(p), dir),
	}
}

// pluginFailure is the problem that a person sees.
func pluginFailure(p Plugin, err error) error {
	found := problem.Problem{
		Resource: "plugin " + p.String(), Summary: cannotInstall,
		Detail: plainReason(err), Hint: mirrorHint + folderHint(p),
	}
	var content *contentError
	switch {
	case errors.Is(err, syscall.ENOSPC):
		found.Hint = "make room, or set PULUMI_HOME and TMPDIR to a disk that has some"
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		found.Hint = "set PULUMI_HOME to a folder that you may write"
	case errors.As(err, &content):
		found.Summary = "what was downloaded is not the plugin"
		found.Detail = fmt.Sprintf("%s from %s: %s", archiveName(p), source(p), plainReason(content))
	default:
		if status := httpStatus.FindStringSubmatch(err.Error()); status != nil {
			found.Detail = fmt.Sprintf("%s answers with status %s", redact(status[2]), status[1])
			if status[1] == "404" {
				found.Detail += ": it does not have this version for " + runtime.GOOS + "/" + runtime.GOARCH
			}
		} else {
			found.Detail = fmt.Sprintf("%s from %s: %s", archiveName(p), source(p), found.Detail)
		}
	}
	return found
}

func folderHint(p Plugin) string {
	dir, err := p.descriptor().DirPath()
	if err != nil {
		return ""
	}
	return " " + dir
}

func archiveName(p Plugin) string {
	return fmt.Sprintf("pulumi-resource-%s-v%s-%s-%s.tar.gz", p.Name, p.Version, runtime.GOOS, runtime.GOARCH)
}

// source says where Pulumi looks for the plugin, without credentials.
func source(p Plugin) string {
	s, err := p.descriptor().GetSource()
	if err != nil {
		return "an address that is none"
	}
	return redact(s.URL())
}

// httpStatus are Pulumi's words for an answer that is none (workspace/plugins.go of
// the linked version; a test holds them).
var httpStatus = regexp.MustCompile(`(\d{3}) HTTP error fetching plugin from (\S+)`)

// plainReason is what an error says on one line, without credentials and without
// how often it was tried.
func plainReason(err error) string {
	var joined interface{ Unwrap() []error }
	if errors.As(err, &joined) && len(joined.Unwrap()) > 0 {
		err = joined.Unwrap()[0]
	}
	return strings.ReplaceAll(redact(err.Error()), "\n", "; ")
}

var anyURL = regexp.MustCompile(`[a-z][a-z0-9+.-]*://[^\s"']+`)

// redact takes users, passwords and queries, which may be signatures, out of the URLs of a text.
func redact(text string) string {
	return anyURL.ReplaceAllStringFunc(text, func(raw string) string {
		trimmed := strings.TrimRight(raw, ".,:;)")
		u, err := url.Parse(trimmed)
		if err != nil {
			return "(an address)"
		}
		u.User, u.RawQuery, u.Fragment = nil, "", ""
		return u.String() + raw[len(trimmed):]
	})
}
