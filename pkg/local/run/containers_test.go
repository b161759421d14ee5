package run

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// containers is a world whose functions run in containers of a real engine, on a real base image. The function
// returned runs the engine's command line.
func containers(t *testing.T) (*world, func(args ...string) string) {
	t.Helper()
	host := os.Getenv("DORC_TEST_DOCKER_HOST")
	if host == "" {
		t.Skip("DORC_TEST_DOCKER_HOST is not set: scripts/containers.sh starts an engine for tests")
	}
	t.Setenv("DOCKER_HOST", host)
	return containersOf(t, "docker")
}

// containersOf is a world of one engine.
func containersOf(t *testing.T, program string) (*world, func(args ...string) string) {
	t.Helper()
	base := os.Getenv("DORC_TEST_BASE_IMAGE")
	if base == "" {
		t.Skip("DORC_TEST_BASE_IMAGE is not set: scripts/containers.sh makes a base image for tests")
	}
	reference, err := name.ParseReference(base, name.Insecure)
	require.NoError(t, err)
	under, err := remote.Image(reference)
	require.NoError(t, err)
	var w *world
	w = newWorldWith(t, Options{Container: true, Complete: func(_ context.Context, repository, digest string) (v1.Image, error) {
		return completeOn(under, w, repository, digest)
	}})
	engine := func(args ...string) string {
		// Engines warn of the machine on standard error, as when it forwards no packets.
		var warnings strings.Builder
		cmd := exec.Command(program, args...)
		cmd.Stderr = &warnings
		out, err := cmd.Output()
		require.NoError(t, err, "%s%s", out, warnings.String())
		return strings.TrimSpace(string(out))
	}
	t.Cleanup(func() {
		assert.Empty(t, engine("ps", "--all", "--quiet", "--filter", "label=dev.dorc.run"), "containers are removed")
		assert.Empty(t, engine("volume", "ls", "--quiet"), "and their volumes")
	})
	return w, engine
}

// completeOn puts the layers of a base under a thin image.
func completeOn(under v1.Image, w *world, repository, digest string) (v1.Image, error) {
	image, err := w.thin(repository, digest)
	if err != nil {
		return nil, err
	}
	layers, err := image.Layers()
	if err != nil {
		return nil, err
	}
	whole, err := mutate.AppendLayers(under, layers...)
	if err != nil {
		return nil, err
	}
	config, err := whole.ConfigFile()
	if err != nil {
		return nil, err
	}
	config = config.DeepCopy()
	config.Config.Cmd = []string{"lambda.handler"}
	config.Config.Env = append(config.Config.Env, "FROM_IMAGE=yes")
	return mutate.ConfigFile(whole, config)
}

// The base image has no boto3; S3 takes requests without a signature too.
const inside = `import os, sys, urllib.request
def handler(event, context):
    urllib.request.urlopen(urllib.request.Request(os.environ["AWS_ENDPOINT_URL_S3"] + "/data/out.txt", data=b"from a container", method="PUT"))
    with open("/tmp/scratch", "w") as f:
        f.write("x" * 1000)
    try:
        open("/var/task/x", "w")
        raise AssertionError("the task root can be written to")
    except OSError as e:
        readonly = e.strerror
    print("secret is", len(os.environ["SECRET"]))
    return {"file": __file__, "image": os.environ["FROM_IMAGE"], "secret": os.environ["SECRET"], "host": os.environ.get("ONLY_ON_THE_HOST", "none"),
        "readonly": readonly, "python": "%s %d.%d" % (os.path.dirname(sys.executable), *sys.version_info[:2]), "memory": context.memory_limit_in_mb, "privileges": [l.split()[1] for l in open("/proc/self/status") if l.startswith("CapEff")]}
`

func TestContainer(t *testing.T) {
	w, engine := containers(t)
	insideContainer(t, w, engine, "docker")
}

// Podman does, when Docker does not answer.
func TestContainerOfPodman(t *testing.T) {
	store := os.Getenv("DORC_TEST_STORAGE_CONF")
	if store == "" {
		t.Skip("DORC_TEST_STORAGE_CONF is not set: scripts/containers.sh makes a store for tests")
	}
	if _, err := exec.LookPath("podman"); err != nil {
		t.Skip("podman is not in PATH")
	}
	t.Setenv("DOCKER_HOST", "unix://"+t.TempDir()+"/none.sock")
	t.Setenv("CONTAINERS_STORAGE_CONF", store)
	w, engine := containersOf(t, "podman")
	insideContainer(t, w, engine, "podman")
}

func insideContainer(t *testing.T, w *world, engine func(args ...string) string, name string) {
	t.Setenv("ONLY_ON_THE_HOST", "do not pass on")
	w.bucket("data")
	const canary = `q"uo'ted $HOME #canary \ 83f1`
	code := inside + "# " + t.TempDir() + "\n" // an image that no engine has yet
	w.function("one", map[string]string{"lambda.py": code}, map[string]string{"SECRET": canary}, nil)
	w.machine("pipe", chain("one"))

	e := w.run(context.Background(), "pipe", `{}`)

	require.Equal(t, Succeeded, e.Status, "%s %s\n%s", e.Error, e.Cause, w.logText())
	assert.JSONEq(t, `{"file": "/var/task/lambda.py", "image": "yes", "secret": "q\"uo'ted $HOME #canary \\ 83f1", "host": "none", "readonly": "Read-only file system",
		"python": "/var/lang/bin `+basePython(t)+`", "memory": "256", "privileges": ["0000000000000000"]}`, string(e.Output))
	text, err := os.ReadFile(w.store.Layout().Bucket("data") + "/out.txt")
	require.NoError(t, err)
	assert.Equal(t, "from a container", string(text))
	assert.Contains(t, w.logText(), "secret is 29")
	assert.Regexp(t, `REPORT RequestId: .*\tMemory Size: 256 MB\tMax Memory Used: [1-9]\d* MB\tInit Duration`, w.logText())
	assert.Contains(t, w.prepared(), "image of one: loading it into "+name)

	w.events = nil
	e = w.run(context.Background(), "pipe", `{}`)
	require.Equal(t, Succeeded, e.Status)
	assert.NotContains(t, w.prepared(), "loading", "an image is loaded once")
	assert.Contains(t, engine("images", "--format", "{{.Repository}}"), "dorc.local/proj-one")
}

func TestContainerFails(t *testing.T) {
	w, _ := containers(t)
	for name, test := range map[string]struct {
		code, kind, cause string
		extra             map[string]any
	}{
		"raise": {"def handler(event, context):\n    raise ValueError('no')\n", "ValueError", `/var/task/lambda.py`, nil},
		"slow":  {"import time\ndef handler(event, context):\n    print('before')\n    time.sleep(600)\n", "Sandbox.Timedout", "Task timed out after 1.00 seconds", map[string]any{"timeout": 1}},
		"exit":  {"import os\ndef handler(event, context):\n    os._exit(3)\n", "Runtime.ExitError", "exit status 3", nil},
		"big":   {"def handler(event, context):\n    return len(bytearray(400 * 1024 * 1024))\n", "Runtime.ExitError", "the function has 128 MB", map[string]any{"memorySize": 128}},
		"entry": {"def handler(event, context):\n    return 1\n", "Runtime.ExitError", "", map[string]any{"imageConfig": map[string]any{"entryPoints": []any{"/no/awslambdaric"}}}},
	} {
		t.Run(name, func(t *testing.T) {
			w.function(name, map[string]string{"lambda.py": test.code}, nil, test.extra)
			w.machine(name+"-pipe", chain(name))
			e := w.run(context.Background(), name+"-pipe", `{}`)
			assert.Equal(t, test.kind, e.Error, e.Cause)
			assert.Contains(t, e.Cause, test.cause)
		})
	}
	assert.Contains(t, w.logText(), "before\n")
	assert.Contains(t, w.logText(), "/no/awslambdaric", "the engine says what it did not find")

	w.function("lines", map[string]string{"lambda.py": ""}, map[string]string{"KEY": "a\nb"}, nil)
	w.machine("lines-pipe", chain("lines"))
	e := w.run(context.Background(), "lines-pipe", `{}`)
	assert.Contains(t, e.Cause, "a variable with a line break cannot be given to a container")
	assert.Contains(t, e.Cause, "KEY")
}

func TestContainerIsEndedOnCancel(t *testing.T) {
	w, engine := containers(t)
	w.function("hang", map[string]string{"lambda.py": "import time\ndef handler(event, context):\n    print('here')\n    time.sleep(600)\n"}, nil, map[string]any{"timeout": 900})
	w.machine("pipe", chain("hang"))
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	running := ""
	e, err := w.runner.Run(ctx, "pipe", nil, func(e Event) {
		if e.Kind == Log && e.Message == "here" {
			running = engine("ps", "--quiet", "--filter", "label=dev.dorc.run")
			cancel()
		}
	})
	require.NoError(t, err)
	assert.Equal(t, Aborted, e.Status)
	assert.NotEmpty(t, running)
}

// A container of a run that was killed is removed by the next run.
func TestContainersOfKilledRuns(t *testing.T) {
	w, engine := containers(t)
	w.function("f", map[string]string{"lambda.py": "def handler(event, context):\n    return 1\n"}, nil, nil)
	w.machine("pipe", chain("f"))
	e := w.run(context.Background(), "pipe", `{}`)
	require.Equal(t, Succeeded, e.Status, e.Cause)
	image := engine("images", "--format", "{{.Repository}}:{{.Tag}}", "--filter", "reference=dorc.local/*")
	image, _, _ = strings.Cut(image, "\n")
	hostname, err := os.Hostname()
	require.NoError(t, err)
	left := engine("create", "--label", "dev.dorc.run="+hostname+"/1073741824", image)
	other := engine("create", "--label", "dev.dorc.run=another-machine/1073741824", image)
	w.run(context.Background(), "pipe", `{}`)
	all := engine("ps", "--all", "--quiet", "--no-trunc")
	assert.NotContains(t, all, left)
	assert.Contains(t, all, other)
	engine("rm", other)
}

// basePython is the minor version of the base image's Python.
func basePython(t *testing.T) string {
	t.Helper()
	base := os.Getenv("DORC_TEST_BASE_IMAGE")
	return base[strings.LastIndexByte(base, ':')+1:]
}

func TestContainerWithoutEngine(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	w := newWorldWith(t, Options{Container: true})
	w.function("f", map[string]string{"lambda.py": ""}, nil, nil)
	w.machine("pipe", chain("f"))
	_, err := w.runner.Run(context.Background(), "pipe", nil, w.hear)
	require.ErrorContains(t, err, "no container engine was found")
	require.ErrorContains(t, err, "without --container")
}

// An image that is thin cannot run in a container by itself.
func TestContainerNeedsACompleteImage(t *testing.T) {
	w, _ := containers(t)
	w.runner.options.Complete = nil
	w.function("f", map[string]string{"lambda.py": "unique = 1\n"}, nil, nil)
	w.machine("pipe", chain("f"))
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	_, err := w.runner.Run(ctx, "pipe", nil, w.hear)
	require.ErrorContains(t, err, "function f, image sha256:")
	require.ErrorContains(t, err, "it has no entry point")
}
