package python

import (
	"context"
	"slices"
	"strings"
)

// keptPip and keptUV are the tools' variables that say where packages come from
// and how to reach them. Others, such as PIP_TARGET, would change what is made.
var (
	keptPip = []string{"PIP_CONFIG_FILE", "PIP_RETRIES", "PIP_USE_FEATURE", "PIP_RESUME_RETRIES"}
	keptUV  = []string{
		"UV_INDEX_STRATEGY", "UV_NATIVE_TLS", "UV_SYSTEM_CERTS", "UV_HTTP_RETRIES", "UV_CONCURRENT_DOWNLOADS", "UV_OFFLINE", "UV_CONFIG_FILE",
		"UV_CREDENTIALS_DIR", "UV_PYTHON_INSTALL_DIR", "UV_PYTHON_DOWNLOADS", "UV_PYTHON_INSTALL_MIRROR",
	}
)

// baseEnvironment is the user's environment without what would change the
// result: the tools' other variables, Python's, and virtual environments.
func baseEnvironment(environ []string) (out []string) {
	for _, entry := range environ {
		name, _, _ := strings.Cut(entry, "=")
		switch {
		case strings.HasPrefix(name, "PIP_"):
			if !slices.Contains(keptPip, name) {
				continue
			}
		case strings.HasPrefix(name, "UV_"):
			secret := strings.HasPrefix(name, "UV_INDEX_") && (strings.HasSuffix(name, "_USERNAME") || strings.HasSuffix(name, "_PASSWORD"))
			if !secret && !slices.Contains(keptUV, name) {
				continue
			}
		case strings.HasPrefix(name, "PYTHON"), name == "VIRTUAL_ENV", name == "CONDA_PREFIX", strings.HasPrefix(name, "PYENV_"), name == "COLUMNS":
			continue
		}
		out = append(out, entry)
	}
	return out
}

// forPip are pip's variables for the indexes.
func (x indexes) forPip(getenv func(string) string) []string {
	address := func(index string) string {
		index = unnamed(index)
		if name, ok := x.named[index]; ok {
			return withCredentials(index, name, getenv)
		}
		return index
	}
	extra := make([]string, len(x.extra))
	for i, e := range x.extra {
		extra[i] = credentialsOfNamed(e, getenv, address)
	}
	return setVariables(map[string]string{
		"PIP_INDEX_URL": credentialsOfNamed(x.main, getenv, address), "PIP_EXTRA_INDEX_URL": strings.Join(extra, " "), "PIP_FIND_LINKS": strings.Join(x.findLinks, " "),
		"PIP_TRUSTED_HOST": strings.Join(x.trusted, " "), "PIP_CERT": x.certificates, "PIP_CLIENT_CERT": x.clientCertificate,
		"PIP_PROXY": x.proxy, "PIP_TIMEOUT": x.wait, "PIP_KEYRING_PROVIDER": x.keyring, "PIP_NO_INDEX": oneOrNone(x.noIndex),
	})
}

// credentialsOfNamed handles an index that the environment itself has named.
func credentialsOfNamed(index string, getenv func(string) string, other func(string) string) string {
	if rest := unnamed(index); rest != index {
		return withCredentials(rest, strings.TrimSuffix(index, "="+rest), getenv)
	}
	return other(index)
}

// forUV are uv's variables for the indexes.
func (x indexes) forUV() []string {
	address := func(index string) string {
		if name, ok := x.named[index]; ok {
			return name + "=" + index
		}
		return index
	}
	extra := make([]string, len(x.extra))
	for i, e := range x.extra {
		extra[i] = address(e)
	}
	vars := map[string]string{
		"UV_INDEX": strings.Join(extra, " "), "UV_FIND_LINKS": strings.Join(onlyExisting(x.findLinks), ","),
		"UV_INSECURE_HOST": strings.Join(x.trusted, " "), "SSL_CLIENT_CERT": x.clientCertificate, "UV_HTTP_TIMEOUT": x.wait,
	}
	if x.main != "" {
		vars["UV_DEFAULT_INDEX"] = address(x.main)
	}
	if x.certificates != "" {
		vars["SSL_CERT_FILE"] = x.certificates
	}
	if x.proxy != "" {
		proxy := x.proxy
		if !strings.Contains(proxy, "://") {
			proxy = "http://" + proxy
		}
		vars["HTTPS_PROXY"], vars["HTTP_PROXY"] = proxy, proxy
	}
	switch x.keyring { // pip has more ways than uv
	case "import", "subprocess":
		vars["UV_KEYRING_PROVIDER"] = "subprocess"
	}
	return setVariables(vars)
}

func oneOrNone(on bool) string {
	if on {
		return "1"
	}
	return ""
}

// setVariables leaves out what is empty.
func setVariables(vars map[string]string) (out []string) {
	for name, value := range vars {
		if value != "" {
			out = append(out, name+"="+value)
		}
	}
	slices.Sort(out)
	return out
}

// environment settles the tool's variables and what is secret in them.
func (r *resolver) environment(ctx context.Context, p *plan) {
	x := userIndexes(r.getenv, r.tool == UV).with(p.settings, r.getenv)
	r.red = newRedactor(append(r.environ(), x.forPip(r.getenv)...), p.secrets(r.getenv)...)
	x.findLinks = append(x.findLinks, r.adopt(ctx, p, x)...)
	env := x.forUV()
	if r.tool == Pip {
		env = x.forPip(r.getenv)
	}
	environ := r.environ()
	r.env, r.noIndex = append(baseEnvironment(environ), env...), x.noIndex
	r.red = newRedactor(append(environ, env...), p.secrets(r.getenv)...)
}

// secrets are addresses and values that requirement files name.
func (p *plan) secrets(getenv func(string) string) (all []string) {
	for _, g := range p.groups {
		for _, q := range append(g.requirements, g.constraints...) {
			all = append(all, expand(q.text, getenv))
		}
	}
	return all
}
