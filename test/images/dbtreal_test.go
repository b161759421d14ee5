package images

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/local/cloud"
	"github.com/dorc-dev/dorc/pkg/local/run"
	"github.com/dorc-dev/dorc/pkg/local/run/kubernetes"
	"github.com/dorc-dev/dorc/pkg/local/run/process"
)

// withUsersIndex gives the project the package index of who runs the tests, and a
// cache that tests share: dbt has a hundred packages.
func (p *project) withUsersIndex() {
	p.t.Helper()
	delete(p.env, "PIP_INDEX_URL")
	delete(p.env, "PIP_CONFIG_FILE")
	for _, pair := range os.Environ() {
		name, value, _ := strings.Cut(pair, "=")
		if slices.ContainsFunc([]string{"PIP_", "UV_", "SSL_CERT", "REQUESTS_", "HTTP_PROXY", "HTTPS_PROXY"}, func(prefix string) bool { return strings.HasPrefix(strings.ToUpper(name), prefix) }) {
			p.env[name] = value
		}
	}
	home, err := os.UserHomeDir()
	require.NoError(p.t, err)
	p.env["HOME"] = home
	cache, err := os.UserCacheDir()
	require.NoError(p.t, err)
	p.env["DORC_CACHE_DIR"] = filepath.Join(cache, "dorc-test", "dorc")
	delete(p.env, "NO_PROXY")
}

// The example's dbt project becomes an image with the real dbt, which runs as a pod of
// the local cloud: it tells its version, and reads the project and the profile.
func TestRealDbt(t *testing.T) {
	if testing.Short() {
		t.Skip("installs dbt")
	}
	p := newDbt(t, "127.0.0.1:9")
	p.withUsersIndex()
	require.NoError(t, os.RemoveAll(p.path("repo/dbt")))
	require.NoError(t, os.CopyFS(p.path("repo/dbt"), os.DirFS("../../examples/pipeline-config/dbt")))
	if got := p.dorc("image", "push", "--dbt", "weather", "--env", "prod"); got.code != 0 {
		if strings.Contains(got.stderr, "index") {
			t.Skip("the package index is out of reach: " + got.stderr)
		}
		t.Fatal(got.stderr)
	}
	image := p.dbtImages("ls", "--dbt", "weather", "--env", "prod")["weather"]
	store, err := cloud.Open(p.path(".dorc"))
	require.NoError(t, err)
	runner, err := run.New(store, run.Options{Cache: p.env["DORC_CACHE_DIR"]})
	require.NoError(t, err)
	dbt := func(account string, arguments ...string) (said, ending string) {
		program, err := runner.PodProgram(t.Context(), kubernetes.Container{
			Pod: "dbt", Image: image.Repository + "@" + image.Digest, Command: []string{"dbt", "--no-use-colors"}, Args: arguments,
			Environment: map[string]string{"DOP_PROJECT_ID": "shop-data-1", "DOP_LOCATION": "EU", "DOP_DBT_SERVICE_ACCOUNT": account},
		}, nil, func(string) {})
		require.NoError(t, err)
		var lines []string
		ending, err = process.Run(t.Context(), program, nil, func(line string) { lines = append(lines, line) })
		require.NoError(t, err)
		require.NoError(t, program.Close())
		return strings.Join(lines, "\n"), ending
	}
	said, ending := dbt("", "--version")
	require.Empty(t, ending, said)
	assert.Contains(t, said, "installed: 1.10.23")
	assert.Contains(t, said, "bigquery: 1.10.3")
	said, ending = dbt("dbt@shop-data-1.iam.gserviceaccount.com", "parse", "--project-dir", "/dbt/weather", "--profiles-dir", "/dbt/profiles", "--vars", `{"ds": "2026-01-01"}`)
	require.Empty(t, ending, said)
	assert.Contains(t, said, "Registered adapter: bigquery=1.10.3")
	said, ending = dbt("", "ls", "--resource-type", "model")
	require.Empty(t, ending, said)
	assert.Contains(t, said, "weather.staging.stg_weather")
	assert.Contains(t, said, "weather.aggregations.weather_by_month")
}
