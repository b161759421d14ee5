package cloudproof

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/engine"
)

// exampleCopy is a copy of what the example has on AWS, in which texts are replaced:
// pairs of a file, an old text that is there once, and the new one.
func exampleCopy(t *testing.T, changes ...[3]string) string {
	t.Helper()
	dir := repoCopy(t, example)
	withoutGoogle(t, dir)
	for _, c := range changes {
		change(t, dir, c)
	}
	return dir
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

func repoCopy(t *testing.T, from string, changes ...[3]string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "pipeline-config")
	require.NoError(t, os.CopyFS(dir, os.DirFS(from)))
	for _, c := range changes {
		change(t, dir, c)
	}
	return dir
}

func change(t *testing.T, dir string, c [3]string) {
	t.Helper()
	path := filepath.Join(dir, filepath.FromSlash(c[0]))
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, 1, strings.Count(string(text), c[1]), "%s has %q", c[0], c[1])
	require.NoError(t, os.WriteFile(path, []byte(strings.Replace(string(text), c[1], c[2], 1)), 0o644))
}

// A plan after a change shows what changes, and nothing else.
func TestChange(t *testing.T) {
	const pipeline = "src/raw-to-processed/weather/pipeline.yaml"
	dir := exampleCopy(t, ofRegistry(startRegistry(t)))
	p := newProof(t, dir, options{})
	refs := stacks(t, p.project)
	for _, ref := range refs {
		p.apply(t, ref)
	}
	change(t, dir, [3]string{pipeline, "memory: 256", "memory: 512"})
	change(t, dir, [3]string{pipeline, "prefix: uploads/weather/", "prefix: drop/"})
	change(t, dir, [3]string{"src/raw-to-processed/weather/clean/lambda.py", "KEY = \"weather/weather.csv\"", "KEY = \"weather/all.csv\""})
	p.open(t)
	for _, ref := range refs {
		planned := p.plan(t, ref)
		left := golden{Resources: map[string]entry{}}
		for name, e := range planned.golden().Resources {
			if e.Op != "same" && e.Op != "read" {
				e.Inputs = nil
				left.Resources[name] = e
			}
		}
		if ref.Layer != "raw-to-processed" {
			assert.Empty(t, left.Resources, ref.Name())
			continue
		}
		compare(t, "change/"+ref.Name(), left)
	}
}

// Credentials of another account than the configured one change nothing.
func TestAnotherAccount(t *testing.T) {
	p := newProof(t, example, options{credentials: "999999999999"})
	ref := stacks(t, p.project)[0]
	s, err := p.project.Stack(t.Context(), ref, true)
	require.NoError(t, err)
	for name, operate := range map[string]func() error{
		"plan":  func() error { _, err := p.engine.Plan(t.Context(), s, engine.Options{}); return err },
		"apply": func() error { _, err := p.engine.Apply(t.Context(), s, engine.Options{}); return err },
	} {
		require.Error(t, operate(), name)
	}
	assert.NotEmpty(t, p.recorder.Calls("Configure", false))
	assert.Empty(t, p.recorder.Calls("Create", false))
	assert.Empty(t, p.recorder.Calls("Create", true))
}

// What AWS's API would refuse minutes into an apply does not reach the plugin.
func TestRulesStandBeforeThePlugin(t *testing.T) {
	p := newProof(t, example, options{})
	const queue = "aws:sqs/queue:Queue"
	check := func(name string) []plugin.CheckFailure {
		t.Helper()
		inner, err := p.engine.Providers.InProcess["aws"]()
		require.NoError(t, err)
		answer, err := p.engine.Providers.Wrap("aws", inner).Check(t.Context(), plugin.CheckRequest{
			URN:  resource.NewURN("s", "p", "", queue, "q"),
			News: resource.PropertyMap{"name": resource.NewStringProperty(name)},
		})
		require.NoError(t, err)
		return answer.Failures
	}
	assert.NotEmpty(t, check("not.a.name"))
	assert.Empty(t, p.recorder.Calls("Check", false))
	assert.Empty(t, check("a-name"))
	assert.Len(t, p.recorder.Calls("Check", false), 1)
}
