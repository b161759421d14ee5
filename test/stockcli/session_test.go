package stockcli

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// prefix begins the full name of every stack.
const prefix = "organization/Pipelines/"

// session is one person's machine: a home, a config repo, a local cloud and a
// state, which dorc and the stock CLI share.
type session struct {
	// root is dorc's folder, repo the config repo, state the folder of the state.
	root, repo, state string
	// pulumiDir is where the stock CLI runs: a folder with a Pulumi.yaml.
	pulumiDir string
	// variables are the environment of every process.
	variables map[string]string
}

// newSession copies the example config repo into a machine of its own.
func newSession(t *testing.T) *session {
	t.Helper()
	if built.noCLI != "" {
		t.Skip("the stock CLI cannot be built here: " + built.noCLI)
	}
	root := t.TempDir()
	s := &session{
		root: root, repo: filepath.Join(root, "pipeline-config"),
		state: filepath.Join(root, "state"), pulumiDir: filepath.Join(root, "pulumi"),
	}
	home := filepath.Join(root, "home")
	s.variables = map[string]string{
		"PATH": filepath.Join(built.root, "bin") + string(os.PathListSeparator) + os.Getenv("PATH"), "HOME": home, "USER": "tester",
		"PULUMI_HOME":                                 filepath.Join(home, ".pulumi"),
		"PULUMI_BACKEND_URL":                          "file://" + s.state,
		"PULUMI_CONFIG_PASSPHRASE":                    "open sesame",
		"PULUMI_SKIP_UPDATE_CHECK":                    "true",
		"PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
		"PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK":    "true",
		"INFRA_BUCKET":                                "file://" + s.state,
		"CONFIG_REPO_PATH":                            s.repo,
		"STOCKCLI_CLOUD_DIR":                          filepath.Join(root, ".dorc"),
		"STOCKCLI_CONFIG_REPO":                        s.repo,
	}
	require.NoError(t, os.CopyFS(s.repo, os.DirFS("../../examples/pipeline-config")))
	withoutGoogle(t, s.repo)
	for _, dir := range []string{home, s.state, s.pulumiDir} {
		require.NoError(t, os.MkdirAll(dir, 0o700))
	}
	// By this file dorc knows its folder.
	s.write(t, ".env", "")
	s.write(t, "pulumi/Pulumi.yaml", "name: Pipelines\nruntime: go\n")
	s.install(t, "aws", built.aws)
	s.install(t, "dorc", "v0.0.0")
	return s
}

// withoutGoogle takes what is on Google Cloud out of a copy of the example.
func withoutGoogle(t *testing.T, repo string) {
	t.Helper()
	for _, folder := range []string{"src/raw-to-processed/flights", "src/raw-to-processed/orders", "src/processed-to-curated/flights", "src/processed-to-curated/weather-report"} {
		require.DirExists(t, filepath.Join(repo, folder))
		require.NoError(t, os.RemoveAll(filepath.Join(repo, folder)))
	}
	for _, file := range []string{"universal/Pulumi.universal.yaml", "infra/Pulumi.dev.yaml", "infra/Pulumi.prod.yaml"} {
		path := filepath.Join(repo, filepath.FromSlash(file))
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		before, _, found := strings.Cut(string(text), "\n  gcp:\n")
		require.True(t, found, file)
		require.NoError(t, os.WriteFile(path, []byte(before+"\n"), 0o644))
	}
}

// install puts a plugin where the stock CLI keeps those that it downloaded.
func (s *session) install(t *testing.T, pkg, version string) {
	t.Helper()
	dir := filepath.Join(s.variables["PULUMI_HOME"], "plugins", "resource-"+pkg+"-"+version)
	require.NoError(t, os.MkdirAll(dir, 0o700))
	require.NoError(t, os.Symlink(built.plugin, filepath.Join(dir, "pulumi-resource-"+pkg)))
}

func (s *session) write(t *testing.T, path, text string) {
	t.Helper()
	full := filepath.Join(s.root, path)
	require.NoError(t, os.MkdirAll(filepath.Dir(full), 0o700))
	require.NoError(t, os.WriteFile(full, []byte(text), 0o600))
}

// edit replaces a text that must stand in the file exactly once.
func (s *session) edit(t *testing.T, path, old, replacement string) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(s.root, path))
	require.NoError(t, err)
	require.Equal(t, 1, strings.Count(string(data), old), "%q in %s", old, path)
	s.write(t, path, strings.Replace(string(data), old, replacement, 1))
}

func (s *session) environ() []string {
	var env []string
	for name, value := range s.variables {
		env = append(env, name+"="+value)
	}
	return env
}

// result is a process that ended.
type result struct {
	stdout, stderr string
	code           int
}

func (r result) all() string { return r.stdout + r.stderr }

func (s *session) command(ctx context.Context, dir, binary string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, binary, args...)
	cmd.Dir, cmd.Env = dir, s.environ()
	return cmd
}

func (s *session) run(t *testing.T, dir, binary string, args ...string) result {
	t.Helper()
	var stdout, stderr strings.Builder
	cmd := s.command(t.Context(), dir, binary, args...)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		require.NoError(t, err)
	}
	return result{stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()}
}

// dorcExits runs dorc, which must exit with the code.
func (s *session) dorcExits(t *testing.T, code int, args ...string) result {
	t.Helper()
	r := s.run(t, s.root, built.dorc, args...)
	require.Equal(t, code, r.code, "dorc %s\n%s", strings.Join(args, " "), r.all())
	return r
}

// dorc runs dorc, which must succeed, and returns what it printed.
func (s *session) dorc(t *testing.T, args ...string) string {
	t.Helper()
	return s.dorcExits(t, 0, args...).stdout
}

// pulumiFails runs the stock CLI, which must not succeed.
func (s *session) pulumiFails(t *testing.T, args ...string) result {
	t.Helper()
	r := s.run(t, s.pulumiDir, built.pulumi, append(args, "--non-interactive")...)
	require.NotZero(t, r.code, "pulumi %s\n%s", strings.Join(args, " "), r.all())
	return r
}

// pulumi runs the stock CLI, which must succeed, and returns what it printed.
func (s *session) pulumi(t *testing.T, args ...string) string {
	t.Helper()
	r := s.run(t, s.pulumiDir, built.pulumi, append(args, "--non-interactive")...)
	require.Zero(t, r.code, "pulumi %s\n%s", strings.Join(args, " "), r.all())
	return r.stdout
}

// apply makes both the universal stack and the environment prod with its pipelines.
func (s *session) apply(t *testing.T) {
	t.Helper()
	s.dorc(t, "apply", "universal")
	s.dorc(t, "apply", "infra", "--env", "prod")
}

// decode reads JSON that a process printed.
func decode[T any](t *testing.T, text string) T {
	t.Helper()
	var v T
	require.NoError(t, json.Unmarshal([]byte(text), &v), text)
	return v
}

// keys are a map's keys in order.
func keys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }

// resources are the documents of the local cloud.
func (s *session) resources(t *testing.T) []string {
	t.Helper()
	var found []string
	require.NoError(t, filepath.WalkDir(filepath.Join(s.root, ".dorc", "resources"), func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			found = append(found, path)
		}
		return err
	}))
	return found
}
