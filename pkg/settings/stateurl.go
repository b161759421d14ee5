package settings

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// stateSchemes are the stores of state with an example each.
var stateSchemes = map[string]string{
	"s3": "s3://my-bucket", "gs": "gs://my-bucket", "azblob": "azblob://my-container", "file": "file://./.dorc/state",
}

// stateURL checks a state URL and makes the path of a file URL absolute, as
// pulumi login does: ~ is the home folder, a query is kept.
func stateURL(root, value string, src Source) (string, *problem.Problem) {
	// Values are not shown: a query or user part may have credentials.
	wrong := func(summary, detail, hint string) (string, *problem.Problem) {
		p := src.problem(InfraBucket, summary, detail, hint)
		return "", &p
	}
	scheme, rest, ok := strings.Cut(value, "://")
	schemes := slices.Sorted(maps.Keys(stateSchemes))
	if !ok {
		return wrong("is not a URL", "it has no scheme", "write "+stateSchemes["s3"]+" or "+stateSchemes["file"])
	}
	if stateSchemes[scheme] == "" {
		hint := "use one of " + strings.Join(schemes, ", ")
		if near := problem.Nearest(strings.ToLower(scheme), schemes); near != "" {
			hint = "did you mean " + stateSchemes[near] + "?"
		}
		return wrong("has an unknown scheme", "its scheme is "+quote(scheme), hint)
	}
	path, query, hasQuery := strings.Cut(rest, "?")
	if strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return wrong("has a control character", "", "write "+stateSchemes[scheme])
	}
	if strings.Trim(path, "/") == "" && (scheme != "file" || path == "") {
		return wrong("names no place", "nothing stands behind "+quote(scheme+"://"), "write "+stateSchemes[scheme])
	}
	if strings.Contains(path, "@") && scheme != "file" {
		return wrong("has credentials in it", "", "give credentials as the cloud's own tools take them; write "+stateSchemes[scheme])
	}
	if scheme == "file" {
		path = filepath.ToSlash(absolute(root, filepath.FromSlash(path)))
	}
	if hasQuery {
		path += "?" + query
	}
	return scheme + "://" + path, nil
}
