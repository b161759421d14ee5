package images

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// canary is in every secret of the user; each has an ending of its own.
const canary = "canary7f3a9c51"

// The secrets of a build, of the state and of the cloud are in nothing that is
// written, sent or said, and in no argument of a program.
func TestSecretsStayOut(t *testing.T) {
	t.Parallel()
	for _, tool := range []string{"pip", "uv"} {
		t.Run(tool, func(t *testing.T) {
			t.Parallel()
			x := newIndex(t)
			x.wheel(t, "good", "1.0", any3)
			x.user, x.password = "someone", canary+"index"
			p := newProject(t, fetch, clean)
			p.withoutUV()
			if tool == "uv" {
				p.withUV()
			}
			calls := p.watchPrograms()
			p.setSecrets(tool, x)
			p.write("repo/requirements.txt", "good==1.0\n")
			p.write("repo/src/raw/weather/requirements.txt", "--extra-index-url http://${INDEX_LOGIN}@"+strings.TrimPrefix(x.URL, "http://")+"/simple\n")

			var said []string
			note := func(r result) { said = append(said, r.said()) }
			note(p.succeeds("init"))
			note(p.succeeds("apply", "universal"))
			note(p.succeeds("apply", "infra", "--env", "prod", "--only"))
			note(p.succeeds("plan", "weather", "--env", "prod", "--json"))
			p.endedApply(ending{Function: "fetch", Kill: true})
			journals, err := filepath.Glob(p.path(".dorc/state/.pulumi/*/*/*journal*"))
			require.NoError(t, err)
			require.NotEmpty(t, journals)
			p.noCanaries()
			note(p.succeeds("apply", "infra", "--env", "prod", "--json"))
			note(p.succeeds("image", "build"))
			note(p.succeeds("image", "inspect", "--env", "prod", "--json"))
			note(p.succeeds("state", "export", "weather", "--env", "prod"))
			noCanaryIn(t, p.localImage(fetchRepository))
			assert.Contains(t, contents(t, p.localImage(fetchRepository)), "var/task/lambda.py")

			p.registry = newRegistry(t)
			p.write("repo/Dockerfile", standardDockerfile(p.registry.host()+"/lambda/python:3.12"))
			p.replace(".dorc/state/.pulumi/stacks/Pipelines/universal.json", localRegistry, p.registry.host())
			p.env["DORC_TARGET"], p.env["AWS_ACCOUNT"], p.env["AWS_REGION"] = "cloud", "123456789012", "eu-west-2"
			note(p.succeeds(push...))
			image := p.imageOf(fetchRepository)
			noCanaryIn(t, image)
			assert.Contains(t, contents(t, image), "var/lang/lib/python3.12/site-packages/good.py")
			note(p.succeeds("image", "build", "--output", "built"))
			x.password = "another"
			require.NoError(t, os.RemoveAll(p.env["DORC_CACHE_DIR"]))
			note(p.fails([]string{"image", "build"}, "a package index does not accept the credentials"))

			p.noCanaries()
			for _, text := range append(said, calls()...) {
				assert.Empty(t, canaryIn([]byte(text)), "%s", text)
			}
		})
	}
}

// setSecrets sets every variable with a secret that dorc or what it starts knows.
func (p *project) setSecrets(tool string, x *index) {
	for _, name := range []string{
		"AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "PULUMI_CONFIG_PASSPHRASE", "GITHUB_TOKEN", "UV_PUBLISH_TOKEN", "BUILD_PASSWORD", "UV_INDEX_CORP_PASSWORD",
	} {
		p.env[name] = canary + strings.ToLower(name)
	}
	p.env["AWS_ACCESS_KEY_ID"] = "AKIA0000000000000000"
	p.env["INDEX_LOGIN"] = x.user + ":" + x.password
	p.env["PIP_INDEX_URL"], p.env["PIP_EXTRA_INDEX_URL"] = x.address(), x.address()
	if tool == "uv" {
		p.env["UV_DEFAULT_INDEX"], p.env["UV_INDEX"] = x.address(), "corp="+x.address()
	}
}

// canaryIn is the canary, or what basic authentication makes of it, in the data.
func canaryIn(data []byte) string {
	login := base64.StdEncoding.EncodeToString([]byte("someone:" + canary))
	for _, s := range []string{canary, login[:len(login)-4]} {
		if bytes.Contains(data, []byte(s)) {
			return s
		}
	}
	return ""
}

// noCanaryIn looks at everything that an image has: what is pushed and what it unpacks to.
func noCanaryIn(t *testing.T, image v1.Image) {
	t.Helper()
	manifest, err := image.RawManifest()
	require.NoError(t, err)
	config, err := image.RawConfigFile()
	require.NoError(t, err)
	all := map[string][]byte{"manifest": manifest, "config": config}
	layers, err := image.Layers()
	require.NoError(t, err)
	for _, layer := range layers {
		digest, err := layer.Digest()
		require.NoError(t, err)
		r, err := layer.Uncompressed()
		require.NoError(t, err)
		all["layer "+digest.String()], err = io.ReadAll(r)
		require.NoError(t, err)
		require.NoError(t, r.Close())
	}
	for what, data := range all {
		assert.Empty(t, canaryIn(data), what)
	}
}

// noCanaries looks at every file that dorc or what it starts may have written.
func (p *project) noCanaries() {
	p.t.Helper()
	files := 0
	for _, dir := range []string{p.dir, p.env["DORC_CACHE_DIR"], p.env["HOME"], p.env["TMPDIR"]} {
		require.NoError(p.t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() {
				return err
			}
			files++
			assert.Empty(p.t, canaryIn([]byte(path)))
			data, err := os.ReadFile(path)
			assert.Empty(p.t, canaryIn(data), path)
			if z, notZipped := gzip.NewReader(bytes.NewReader(data)); notZipped == nil {
				unzipped, err := io.ReadAll(z)
				require.NoError(p.t, err, path)
				assert.Empty(p.t, canaryIn(unzipped), path)
			}
			return err
		}))
	}
	require.Greater(p.t, files, 20)
}
