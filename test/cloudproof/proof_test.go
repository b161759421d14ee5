package cloudproof

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/engine"
	"github.com/dorc-dev/dorc/pkg/settings"
	"github.com/dorc-dev/dorc/pkg/stack"
	"github.com/dorc-dev/dorc/test/cloudproof/recorded"
)

const (
	account = "123456789012"
	region  = "eu-west-2"
	env     = "prod"
)

// proof is a config repo on the cloud target, with recorded clouds behind it.
type proof struct {
	configRepo string
	options    options
	// folder has the state.
	folder  string
	project *stack.Project
	engine  *engine.Engine
	// recorder has what AWS was asked, google what Google Cloud was.
	recorder, google *recorded.Recorder
}

// newProof opens a config repo as the command line does: the settings, the guard
// and the configuration of the provider are the real ones. Only where the plugin
// host would start the plugins aws and gcp, it gets the recorded providers.
func newProof(t *testing.T, configRepo string, o options) *proof {
	t.Helper()
	t.Setenv("PULUMI_HOME", filepath.Join(t.TempDir(), "pulumi"))
	t.Setenv("AWS_ENDPOINT_URL", "") // a project sets it for the plugin
	if o.credentials == "" {
		o.credentials = account
	}
	p := &proof{configRepo: configRepo, folder: t.TempDir(), options: o}
	p.recorder, p.google = recorderOf(t, "aws", o), recorderOf(t, "gcp", o)
	p.open(t)
	t.Cleanup(func() {
		_, err := os.Stat(filepath.Join(os.Getenv("PULUMI_HOME"), "plugins"))
		assert.ErrorIs(t, err, os.ErrNotExist, "no plugin was installed")
	})
	return p
}

func recorderOf(t *testing.T, name string, o options) *recorded.Recorder {
	t.Helper()
	facts, err := recorded.ReadFacts("../../pkg/local/" + name + "/facts/resources.json")
	require.NoError(t, err)
	recorder, err := recorded.New(recorded.Options{Package: name, Account: o.credentials, Facts: facts, Registry: o.registry})
	require.NoError(t, err)
	return recorder
}

// options change what stands around a proof.
type options struct {
	// credentials is the account that the credentials are of. Default: the configured one.
	credentials string
	// registry is a host to which images are really built and pushed. Default:
	// they are made up.
	registry string
	// endpoint is AWS_ENDPOINT_URL.
	endpoint string
	// environ are more variables, as NAME=value.
	environ []string
}

// open reads the config repo, anew after a change: a project reads once.
func (p *proof) open(t *testing.T) {
	t.Helper()
	p.project = openProject(t, settings.TargetCloud, p.configRepo, p.folder, append(p.options.environ, "AWS_ENDPOINT_URL="+p.options.endpoint)...)
	p.project.Providers = func(providers engine.Providers) engine.Providers {
		require.True(t, providers.Installed, "the cloud target uses the official plugins")
		require.NotContains(t, providers.InProcess, "aws")
		require.NotContains(t, providers.InProcess, "gcp")
		require.NotNil(t, providers.Wrap, "the rules of the clouds stand before the plugins")
		providers.InProcess["aws"], providers.InProcess["gcp"] = p.recorder.Provider, p.google.Provider
		if p.options.registry == "" {
			providers.InProcess["dorc"] = madeUpImages(providers.InProcess["dorc"])
		}
		return providers
	}
	var err error
	p.engine, err = p.project.Engine(t.Context())
	require.NoError(t, err)
}

// openProject is a config repo with its state in dir.
func openProject(t *testing.T, target settings.Target, configRepo, dir string, environ ...string) *stack.Project {
	t.Helper()
	cache, err := os.UserCacheDir()
	require.NoError(t, err)
	configRepo, err = filepath.Abs(configRepo)
	require.NoError(t, err)
	loaded, err := settings.Load(settings.Options{WorkingDir: dir, Environ: append(environ,
		"DORC_TARGET="+string(target), "AWS_ACCOUNT="+account, "AWS_REGION="+region,
		"CONFIG_REPO_PATH="+configRepo, "INFRA_BUCKET=file://"+filepath.Join(dir, "state"),
		"PULUMI_CONFIG_PASSPHRASE=of this test only",
		// What can be made again need not be made by every test.
		"DORC_CACHE_DIR="+filepath.Join(cache, "dorc-test", "dorc"),
	)})
	require.NoError(t, err)
	return stack.NewProject(loaded)
}

// stacks are those of the environment in the order in which they are applied.
func stacks(t *testing.T, p *stack.Project) []stack.Ref {
	t.Helper()
	universal, err := p.Ref("universal", "", "")
	require.NoError(t, err)
	infra, err := p.Ref("infra", "", env)
	require.NoError(t, err)
	refs := []stack.Ref{universal, infra}
	levels, err := p.PipelineRefs(env)
	require.NoError(t, err)
	for _, level := range levels {
		refs = append(refs, level...)
	}
	return refs
}

// operation is a method of the engine, such as Plan.
type operation func(*testing.T, engine.Stack, engine.Options) *engine.Result

// do runs an operation on a stack and returns its steps.
func do(t *testing.T, p *stack.Project, ref stack.Ref, op operation) *steps {
	t.Helper()
	require.NoError(t, p.Prerequisites(t.Context(), ref))
	s, err := p.Stack(t.Context(), ref, true)
	require.NoError(t, err)
	seen := &steps{}
	result := op(t, s, engine.Options{Display: seen})
	seen.changes = result.HasChanges()
	return seen
}

func planning(e *engine.Engine) operation {
	return func(t *testing.T, s engine.Stack, o engine.Options) *engine.Result {
		t.Helper()
		result, err := e.Plan(t.Context(), s, o)
		require.NoError(t, err, "planning %s:\n%s", s.Name, o.Display.(*steps).messages())
		return result
	}
}

func applying(e *engine.Engine) operation {
	return func(t *testing.T, s engine.Stack, o engine.Options) *engine.Result {
		t.Helper()
		result, err := e.Apply(t.Context(), s, o)
		require.NoError(t, err, "applying %s:\n%s", s.Name, o.Display.(*steps).messages())
		return result
	}
}

func (p *proof) plan(t *testing.T, ref stack.Ref) *steps {
	t.Helper()
	return do(t, p.project, ref, planning(p.engine))
}

func (p *proof) apply(t *testing.T, ref stack.Ref) *steps {
	t.Helper()
	return do(t, p.project, ref, applying(p.engine))
}

// provided is a factory of a provider, as engine.Providers has them.
type provided = func() (plugin.Provider, error)
