package settings

import (
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// googleEndpoint is the form of the variables by which the official plugin gives a
// service another endpoint
// (https://registry.terraform.io/providers/hashicorp/google/latest/docs/guides/provider_reference).
var googleEndpoint = regexp.MustCompile(`^GOOGLE_[A-Z0-9_]+_CUSTOM_ENDPOINT$`)

func isGoogleEndpoint(name string) bool { return googleEndpoint.MatchString(name) }

// googleEndpoints reads those of the environment and of .env.
func (l layers) googleEndpoints(s *Settings) (problems problem.List) {
	names := map[string]bool{}
	for _, layer := range []map[string]string{l.dotenv.values, l.environment} {
		for name, value := range layer {
			if value != "" && isGoogleEndpoint(name) {
				names[name] = true
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		value, src := l.environment[name], l.source(name)
		if value == "" {
			value = l.dotenv.values[name]
		}
		if u, err := url.Parse(value); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || !strings.HasSuffix(value, "/") {
			// The value is not shown: it may have credentials in it.
			problems = append(problems, src.problem(name, "is not an endpoint",
				"an endpoint is http:// or https://, a host, the API's version and a slash at the end, without credentials", "it looks like https://dataflow.googleapis.com/v1b3/"))
			continue
		}
		if s.GoogleEndpoints == nil {
			s.GoogleEndpoints = map[string]string{}
		}
		s.GoogleEndpoints[name], s.sources[name] = value, src
	}
	return problems
}

// googleCredentials makes a path absolute; contents stay as they are.
func (l layers) googleCredentials(v string) Secret {
	if v == "" || strings.HasPrefix(strings.TrimSpace(v), "{") {
		return NewSecret(v)
	}
	return NewSecret(absolute(l.root, v))
}
