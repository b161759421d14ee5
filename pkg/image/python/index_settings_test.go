package python

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Where the user has set an index for one tool, the other one takes it too.
func TestUserIndexes(t *testing.T) {
	home := t.TempDir()
	conf := filepath.Join(home, ".config", "pip", "pip.conf")
	require.NoError(t, os.MkdirAll(filepath.Dir(conf), 0o755))
	require.NoError(t, os.WriteFile(conf, []byte("# mine\n[global]\nindex_url = https://global/simple\ntimeout=60\ncert: /ca.pem\n[install]\nextra-index-url =\n    https://one/simple\n    # not this\n    https://two/simple\ntrusted-host = h1\n h2\n[freeze]\nindex-url = https://no/\n"), 0o600))
	none := "PIP_CONFIG_FILE=" + os.DevNull
	named := settings{extra: []string{"https://corp/simple"}, named: map[string]string{"https://corp/simple": "my-corp"}}
	for _, test := range []struct {
		name     string
		env      []string
		settings settings
		pip, uv  []string
	}{
		{"nothing", []string{none}, settings{}, nil, nil},
		{"pip.conf", []string{"HOME=" + home, "XDG_CONFIG_DIRS=/nowhere"}, settings{},
			[]string{"PIP_CERT=/ca.pem", "PIP_EXTRA_INDEX_URL=https://one/simple https://two/simple", "PIP_INDEX_URL=https://global/simple", "PIP_TIMEOUT=60", "PIP_TRUSTED_HOST=h1 h2"},
			[]string{"SSL_CERT_FILE=/ca.pem", "UV_DEFAULT_INDEX=https://global/simple", "UV_HTTP_TIMEOUT=60", "UV_INDEX=https://one/simple https://two/simple", "UV_INSECURE_HOST=h1 h2"}},
		{"pip's", []string{none, "PIP_INDEX_URL=https://a/", "PIP_EXTRA_INDEX_URL=https://b/ https://c/", "PIP_KEYRING_PROVIDER=import", "PIP_PROXY=p:1", "PIP_NO_INDEX=true", "PIP_CLIENT_CERT=/me.pem"}, settings{},
			[]string{"PIP_CLIENT_CERT=/me.pem", "PIP_EXTRA_INDEX_URL=https://b/ https://c/", "PIP_INDEX_URL=https://a/", "PIP_KEYRING_PROVIDER=import", "PIP_NO_INDEX=1", "PIP_PROXY=p:1"},
			[]string{"HTTPS_PROXY=http://p:1", "HTTP_PROXY=http://p:1", "SSL_CLIENT_CERT=/me.pem", "UV_DEFAULT_INDEX=https://a/", "UV_INDEX=https://b/ https://c/", "UV_KEYRING_PROVIDER=subprocess"}},
		{"uv's", []string{none, "UV_DEFAULT_INDEX=main=https://a/", "UV_INDEX=x-y=https://b/", "UV_INDEX_X_Y_USERNAME=me", "UV_INDEX_X_Y_PASSWORD=p/w", "UV_FIND_LINKS=https://l/"}, settings{},
			[]string{"PIP_EXTRA_INDEX_URL=https://me:p%2Fw@b/", "PIP_FIND_LINKS=https://l/", "PIP_INDEX_URL=https://a/"},
			[]string{"UV_DEFAULT_INDEX=main=https://a/", "UV_FIND_LINKS=https://l/", "UV_INDEX=x-y=https://b/"}},
		{"both", []string{none, "UV_INDEX_URL=https://uv/", "PIP_INDEX_URL=https://pip/"}, settings{}, []string{"PIP_INDEX_URL=https://pip/"}, []string{"UV_DEFAULT_INDEX=https://uv/"}},
		{"the file's", []string{none, "PIP_INDEX_URL=https://a/", "PIP_EXTRA_INDEX_URL=https://b/", "TOKEN=tttt"}, settings{index: "https://${TOKEN}@file/", trusted: []string{"file"}},
			[]string{"PIP_INDEX_URL=https://tttt@file/", "PIP_TRUSTED_HOST=file"}, []string{"UV_DEFAULT_INDEX=https://tttt@file/", "UV_INSECURE_HOST=file"}},
		{"named in pyproject.toml", []string{none, "UV_INDEX_MY_CORP_USERNAME=me", "UV_INDEX_MY_CORP_PASSWORD=secret"}, named,
			[]string{"PIP_EXTRA_INDEX_URL=https://me:secret@corp/simple"}, []string{"UV_INDEX=my-corp=https://corp/simple"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			in := &Installer{Environ: test.env}
			assert.Equal(t, test.pip, userIndexes(in.getenv, false).with(test.settings, in.getenv).forPip(in.getenv))
			assert.Equal(t, test.uv, userIndexes(in.getenv, true).with(test.settings, in.getenv).forUV())
		})
	}
	// uv's own file wins over pip's.
	own := filepath.Join(home, ".config", "uv", "uv.toml")
	require.NoError(t, os.MkdirAll(filepath.Dir(own), 0o755))
	require.NoError(t, os.WriteFile(own, []byte("[[index]]\nurl = \"https://uv/\"\n"), 0o600))
	in := &Installer{Environ: []string{"HOME=" + home, "XDG_CONFIG_DIRS=/nowhere"}}
	assert.NotContains(t, strings.Join(userIndexes(in.getenv, true).forUV(), " "), "UV_DEFAULT_INDEX")
}

// Levels of glibc give the tags of wheels, the best first.
func TestPlatforms(t *testing.T) {
	amazon2 := awsTarget("3.11")
	assert.Equal(t, "x86_64-manylinux_2_17", amazon2.uvPlatform())
	assert.Equal(t, []string{"manylinux_2_17_x86_64", "manylinux2014_x86_64", "manylinux_2_16_x86_64"}, amazon2.platforms()[:3])
	assert.Equal(t, "x86_64-manylinux_2_34", aws312.uvPlatform())
	slim := aws312
	slim.Glibc = "2.36"
	assert.Equal(t, "manylinux_2_36_x86_64", slim.platforms()[0])
	assert.NoError(t, slim.check("weather"))
	for name, change := range map[string]func(*Target){
		"platform": func(t *Target) { t.Platform = "linux/arm64" }, "version": func(t *Target) { t.Version = "2.7" }, "glibc": func(t *Target) { t.Glibc = "2.5" },
		"newline": func(t *Target) { t.Interpreter = "/var/lang/bin/python\nx" }, "relative": func(t *Target) { t.SitePackages = "lib" },
		"dots": func(t *Target) { t.Scripts = "/var/../bin" }, "long": func(t *Target) { t.Interpreter = "/" + strings.Repeat("x/", 70) + "python" },
	} {
		bad := aws312
		change(&bad)
		p := asProblem(t, bad.check("weather"))
		assert.Equal(t, "packages cannot be made for the image's Python", p.Summary, name)
	}
}
