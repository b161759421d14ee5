package docker

import (
	"encoding/csv"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// indexVariables tell pip and uv where packages are. Their values have
// credentials often, so a build may mount them as secrets of the same name:
//
//	RUN --mount=type=secret,id=PIP_INDEX_URL,env=PIP_INDEX_URL pip install …
//
// They are never build arguments: those are in the image's history. Sources:
// https://pip.pypa.io/en/stable/topics/configuration/ and
// https://docs.astral.sh/uv/reference/environment/.
var indexVariables = []string{
	"PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL",
	"UV_DEFAULT_INDEX", "UV_INDEX", "UV_INDEX_URL", "UV_EXTRA_INDEX_URL",
}

// namedIndex are uv's variables for the credentials of one index.
var namedIndex = regexp.MustCompile(`^UV_INDEX_[A-Z0-9_]+_(USERNAME|PASSWORD)$`)

// pipConfig is the secret that has pip's configuration file.
const pipConfig = "pip.conf"

// secrets are what the environment has of them.
type secrets struct {
	// flags are the arguments of the engine: names and files, no values.
	flags  []string
	redact *strings.Replacer
}

// readSecrets reads the environment. Below dir are files for an engine that
// takes no secrets from variables.
func (e *Engine) readSecrets(dir string) (*secrets, error) {
	s := &secrets{}
	var values []string
	offer := func(fields ...string) error {
		field, err := csvLine(fields)
		s.flags = append(s.flags, "--secret", field)
		return err
	}
	for _, entry := range os.Environ() {
		name, value, _ := strings.Cut(entry, "=")
		if value == "" || !slices.Contains(indexVariables, name) && !namedIndex.MatchString(name) {
			continue
		}
		values = append(values, parts(value)...)
		if e.secretsFromVariables() {
			if err := offer("id="+name, "env="+name); err != nil {
				return nil, err
			}
			continue
		}
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(value), 0o600); err != nil {
			return nil, err
		}
		if err := offer("id="+name, "src="+path); err != nil {
			return nil, err
		}
	}
	if content := pipConfiguration(); content != nil {
		for _, field := range strings.Fields(string(content)) {
			if u, err := url.Parse(field); err == nil && u.User != nil {
				values = append(values, parts(field)...)
			}
		}
		path := filepath.Join(dir, pipConfig)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			return nil, err
		}
		if err := offer("id="+pipConfig, "src="+path); err != nil {
			return nil, err
		}
	}
	s.redact = replacer(values)
	return s, nil
}

// secretsFromVariables tells that --secret knows env=, since docker 20.10,
// podman 4.0 and buildah 1.24.
func (e *Engine) secretsFromVariables() bool {
	switch e.Name {
	case Podman:
		return e.knows(4, 0)
	case Buildah:
		return e.knows(1, 24)
	default:
		return e.buildx || e.knows(20, 10)
	}
}

// csvLine is how engines read several fields from one argument.
func csvLine(fields []string) (string, error) {
	var b strings.Builder
	w := csv.NewWriter(&b)
	if err := w.Write(fields); err != nil {
		return "", err
	}
	w.Flush()
	return strings.TrimSuffix(b.String(), "\n"), w.Error()
}

// pipConfiguration is the first configuration file that pip would read.
func pipConfiguration() []byte {
	paths := []string{os.Getenv("PIP_CONFIG_FILE")}
	if dir, err := os.UserConfigDir(); err == nil {
		paths = append(paths, filepath.Join(dir, "pip", "pip.conf"))
	}
	if home, err := os.UserHomeDir(); err == nil {
		paths = append(paths, filepath.Join(home, ".pip", "pip.conf"))
	}
	for _, path := range append(paths, "/etc/pip.conf") {
		if path == "" || path == os.DevNull {
			continue
		}
		if content, err := os.ReadFile(path); err == nil {
			return content
		}
	}
	return nil
}

// parts are the pieces of a value that must not be seen: all of it, and the
// user and the password of its addresses, as they are and unescaped.
func parts(value string) []string {
	all := []string{value}
	for _, field := range strings.Fields(value) {
		u, err := url.Parse(field)
		if err != nil || u.User == nil {
			continue
		}
		all = append(all, field, u.User.String())
		if password, ok := u.User.Password(); ok {
			all = append(all, password, url.QueryEscape(password), url.PathEscape(password))
		} else {
			all = append(all, u.User.Username())
		}
	}
	return all
}

// replacer hides values, longest first so that no rest stays.
func replacer(values []string) *strings.Replacer {
	slices.SortFunc(values, func(a, b string) int { return len(b) - len(a) })
	var pairs []string
	for _, v := range slices.Compact(values) {
		if v != "" {
			pairs = append(pairs, v, "***")
		}
	}
	return strings.NewReplacer(pairs...)
}

// inAddress are credentials of any address: those that a Dockerfile itself has.
var inAddress = regexp.MustCompile(`://[^/@\s]+@`)

// hide removes secrets from a line.
func (s *secrets) hide(line string) string {
	return inAddress.ReplaceAllString(s.redact.Replace(line), "://***@")
}
