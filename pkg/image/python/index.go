package python

import (
	"cmp"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// indexes is where packages come from and how, as the user has set it for
// either tool: in the environment, in pip.conf, or in the requirement files.
type indexes struct {
	// main is the index asked first, "" for the tool's default.
	main                                         string
	extra, findLinks, trusted                    []string
	noIndex                                      bool
	certificates, clientCertificate, proxy, wait string
	keyring                                      string
	// named are uv's named indexes by URL.
	named map[string]string
}

// lookup finds a setting in several places, the first wins.
type lookup struct {
	env  func(string) string
	conf map[string]string
}

func (l lookup) first(envs []string, key string) string {
	for _, name := range envs {
		if v := strings.TrimSpace(l.env(name)); v != "" {
			return v
		}
	}
	return l.conf[key]
}

// userIndexes reads the user's settings. With uv, its own variables win over
// pip's; with pip it is the other way round. Sources:
// https://pip.pypa.io/en/stable/topics/configuration/ and https://docs.astral.sh/uv/reference/environment/
func userIndexes(getenv func(string) string, forUV bool) indexes {
	l := lookup{env: getenv, conf: pipConf(getenv)}
	if forUV && uvHasIndex(getenv) { // uv's own files win over pip's
		delete(l.conf, "index-url")
		delete(l.conf, "extra-index-url")
	}
	order := func(uv, pip []string) []string {
		if forUV {
			return slices.Concat(uv, pip)
		}
		return slices.Concat(pip, uv)
	}
	extra := strings.Fields(l.first(order(nil, []string{"PIP_EXTRA_INDEX_URL"}), "extra-index-url"))
	if own := strings.Fields(getenv("UV_INDEX") + " " + getenv("UV_EXTRA_INDEX_URL")); len(own) > 0 && (forUV || getenv("PIP_EXTRA_INDEX_URL") == "") {
		extra = own
	}
	x := indexes{
		main:              l.first(order([]string{"UV_DEFAULT_INDEX", "UV_INDEX_URL"}, []string{"PIP_INDEX_URL"}), "index-url"),
		extra:             extra,
		findLinks:         strings.Fields(l.first(nil, "find-links")),
		trusted:           strings.Fields(l.first(order([]string{"UV_INSECURE_HOST"}, []string{"PIP_TRUSTED_HOST"}), "trusted-host")),
		certificates:      l.first([]string{"PIP_CERT"}, "cert"),
		clientCertificate: l.first(order([]string{"SSL_CLIENT_CERT"}, []string{"PIP_CLIENT_CERT"}), "client-cert"),
		proxy:             l.first([]string{"PIP_PROXY"}, "proxy"),
		wait:              l.first(order([]string{"UV_HTTP_TIMEOUT", "UV_REQUEST_TIMEOUT"}, []string{"PIP_TIMEOUT", "PIP_DEFAULT_TIMEOUT"}), "timeout"),
		keyring:           l.first(order([]string{"UV_KEYRING_PROVIDER"}, []string{"PIP_KEYRING_PROVIDER"}), "keyring-provider"),
		noIndex:           isTrue(l.first(order([]string{"UV_NO_INDEX"}, []string{"PIP_NO_INDEX"}), "no-index")),
	}
	uvLinks := strings.FieldsFunc(getenv("UV_FIND_LINKS"), func(r rune) bool { return r == ',' })
	pipLinks := strings.Fields(getenv("PIP_FIND_LINKS"))
	switch {
	case len(uvLinks) > 0 && (forUV || len(pipLinks) == 0):
		x.findLinks = uvLinks
	case len(pipLinks) > 0:
		x.findLinks = pipLinks
	}
	return x
}

var indexKey = regexp.MustCompile(`(?m)^\s*(\[\[index\]\]|(default-)?index(-url)?\s*=)`)

// uvHasIndex tells whether the user's uv.toml files name an index.
func uvHasIndex(getenv func(string) string) bool {
	files := []string{"/etc/uv/uv.toml", getenv("UV_CONFIG_FILE")}
	if home := cmp.Or(getenv("XDG_CONFIG_HOME"), filepath.Join(getenv("HOME"), ".config")); filepath.IsAbs(home) {
		files = append(files, filepath.Join(home, "uv", "uv.toml"))
	}
	return slices.ContainsFunc(files, func(f string) bool {
		data, err := os.ReadFile(f)
		return err == nil && indexKey.Match(data)
	})
}

func isTrue(text string) bool {
	return slices.Contains([]string{"1", "y", "yes", "t", "true", "on"}, strings.ToLower(text))
}

// with adds what the requirement files say. As with pip, an index there takes the
// place of the user's, and others are added.
func (x indexes) with(s settings, getenv func(string) string) indexes {
	expanded := func(all []string) (out []string) {
		for _, a := range all {
			out = append(out, expand(a, getenv))
		}
		return out
	}
	if s.index != "" {
		x.main, x.extra = expand(s.index, getenv), nil
	}
	x.extra = slices.Concat(x.extra, expanded(s.extra))
	x.findLinks = slices.Concat(x.findLinks, expanded(s.findLinks))
	x.trusted = slices.Concat(x.trusted, s.trusted)
	x.noIndex = x.noIndex || s.noIndex
	x.named = map[string]string{}
	for address, name := range s.named {
		x.named[expand(address, getenv)] = name
	}
	return x
}

// expand puts in the values of ${VARIABLES}, as pip does for requirement files.
func expand(text string, getenv func(string) string) string {
	return variable.ReplaceAllStringFunc(text, func(m string) string {
		if v := getenv(m[2 : len(m)-1]); v != "" {
			return v
		}
		return m
	})
}

// unnamed takes uv's name off an index: "corp=https://…".
func unnamed(index string) string {
	if name, rest, ok := strings.Cut(index, "="); ok && extraForm.MatchString(name) {
		return rest
	}
	return index
}

// onlyExisting leaves out folders that are not there: pip passes over them.
func onlyExisting(links []string) (out []string) {
	for _, l := range links {
		if !strings.Contains(l, "://") {
			if _, err := os.Stat(l); err != nil {
				continue
			}
		}
		out = append(out, l)
	}
	return out
}
