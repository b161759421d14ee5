package run

import (
	"archive/tar"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/local/cloud"
	"github.com/dorc-dev/dorc/pkg/local/run/python"
)

// shared holds the caches of all tests: making a Python environment takes seconds.
var shared string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "dorc-run-test-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	shared = dir
	code := m.Run()
	if err := os.RemoveAll(dir); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

const account, region = "000000000000", "eu-west-2"

// world is a local cloud for a test.
type world struct {
	t      *testing.T
	store  *cloud.Store
	runner *Runner

	mu     sync.Mutex
	events []Event
}

// needPython skips a test where there is no Python or no package index, and says so.
func needPython(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("makes a Python environment")
	}
	if _, err := python.Find(context.Background(), "", "3.12"); err != nil {
		t.Skipf("no Python to run handlers with: %v", err)
	}
	reachable.Do(func() {
		// pip knows which index this machine uses; a package without dependencies tells whether it answers.
		out, err := exec.Command("python3", "-m", "pip", "download", "--quiet", "--no-deps", "--dest", t.TempDir(), "jmespath==1.1.0").CombinedOutput()
		if err != nil {
			unreachable = fmt.Sprintf("pip cannot download: %v: %s", err, out)
		}
	})
	if unreachable != "" {
		t.Skip(unreachable)
	}
}

var (
	reachable   sync.Once
	unreachable string
)

func newWorld(t *testing.T) *world {
	t.Helper()
	return newWorldWith(t, Options{})
}

func newWorldWith(t *testing.T, options Options) *world {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.Symlink(shared, filepath.Join(dir, "cache")))
	store, err := cloud.Open(dir)
	require.NoError(t, err)
	runner, err := New(store, options)
	require.NoError(t, err)
	return &world{t: t, store: store, runner: runner}
}

func (w *world) create(typ, id string, outputs map[string]any) {
	w.t.Helper()
	require.NoError(w.t, w.store.Create(&cloud.Document{Type: typ, ID: id, Stack: "test", Outputs: outputs}))
}

func (w *world) bucket(name string) {
	w.create(typeBucket, name, map[string]any{"bucket": name})
	w.create(typeVersioning, name, map[string]any{"versioningConfiguration": map[string]any{"status": "Enabled"}})
	w.create(typeNotification, name, map[string]any{"bucket": name, "eventbridge": true})
	require.NoError(w.t, os.MkdirAll(w.store.Layout().Bucket(name), 0o755))
}

func (w *world) machine(name, definition string) string {
	arn := machineARN(name)
	w.create(typeStateMachine, arn, map[string]any{"name": name, "arn": arn, "definition": definition, "roleArn": "arn:aws:iam::" + account + ":role/states"})
	return arn
}

func machineARN(name string) string {
	return fmt.Sprintf("arn:aws:states:%s:%s:stateMachine:%s", region, account, name)
}

// function applies a function with the files given; extra sets further outputs.
func (w *world) function(name string, files, variables map[string]string, extra map[string]any) {
	w.t.Helper()
	w.functionOf(name, w.push("proj-"+name, files), variables, extra)
}

// functionOf applies a function with the image of a digest.
func (w *world) functionOf(name, digest string, variables map[string]string, extra map[string]any) {
	w.t.Helper()
	vars := map[string]any{}
	for k, v := range variables {
		vars[k] = v
	}
	outputs := map[string]any{
		"name": name, "arn": fmt.Sprintf("arn:aws:lambda:%s:%s:function:%s", region, account, name), "packageType": "Image",
		"imageUri": account + ".dkr.ecr." + region + ".amazonaws.com/proj-" + name + "@" + digest,
		"timeout":  30, "memorySize": 256, "reservedConcurrentExecutions": -1,
		"environment": map[string]any{"variables": vars},
	}
	for k, v := range extra {
		outputs[k] = v
	}
	w.create(typeFunction, name, outputs)
}

// push builds a thin image and puts it into the local cloud.
func (w *world) push(repository string, files map[string]string) string {
	w.t.Helper()
	return w.pushImage(repository, thin(w.t, nil, below("var/task", files)))
}

// below puts a folder before the names of files.
func below(folder string, files map[string]string) map[string]string {
	out := map[string]string{}
	for name, content := range files {
		out[folder+"/"+name] = content
	}
	return out
}

// thin is an image with a layer for each set of files, as pkg/image makes them for the local cloud.
func thin(t *testing.T, labels map[string]string, layers ...map[string]string) v1.Image {
	t.Helper()
	image := v1.Image(empty.Image)
	for _, files := range layers {
		layer := layerOf(t, files)
		var err error
		image, err = mutate.AppendLayers(image, layer)
		require.NoError(t, err)
	}
	config, err := image.ConfigFile()
	require.NoError(t, err)
	config = config.DeepCopy()
	config.OS, config.Architecture = "linux", "amd64"
	config.Config = v1.Config{Cmd: []string{"lambda.handler"}, WorkingDir: "/var/task", Env: []string{"LAMBDA_TASK_ROOT=/var/task", "FROM_IMAGE=yes"}, Labels: labels}
	image, err = mutate.ConfigFile(image, config)
	require.NoError(t, err)
	return image
}

func layerOf(t *testing.T, files map[string]string) v1.Layer {
	t.Helper()
	var b bytes.Buffer
	archive := tar.NewWriter(&b)
	for _, name := range sortedKeys(files) {
		require.NoError(t, archive.WriteHeader(&tar.Header{Name: name, Typeflag: tar.TypeReg, Mode: 0o644, Size: int64(len(files[name]))}))
		_, err := archive.Write([]byte(files[name]))
		require.NoError(t, err)
	}
	require.NoError(t, archive.Close())
	layer, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b.Bytes())), nil })
	require.NoError(t, err)
	return layer
}

// pushImage puts an image into a repository of the local cloud.
func (w *world) pushImage(repository string, image v1.Image) string {
	w.t.Helper()
	path, err := layout.Write(w.store.Layout().Images(repository), empty.Index)
	require.NoError(w.t, err)
	require.NoError(w.t, path.AppendImage(image))
	digest, err := image.Digest()
	require.NoError(w.t, err)
	return digest.String()
}

// thin reads an image of the local cloud.
func (w *world) thin(repository, digest string) (v1.Image, error) {
	path, err := layout.FromPath(w.store.Layout().Images(repository))
	if err != nil {
		return nil, err
	}
	hash, err := v1.NewHash(digest)
	if err != nil {
		return nil, err
	}
	return path.Image(hash)
}

// run runs a state machine and keeps its events.
func (w *world) run(ctx context.Context, name, input string) *Execution {
	w.t.Helper()
	e, err := w.runner.Run(ctx, name, []byte(input), w.hear)
	require.NoError(w.t, err)
	return e
}

func (w *world) hear(e Event) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.events = append(w.events, e)
}

func (w *world) of(kind Kind) []Event {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []Event
	for _, e := range w.events {
		if e.Kind == kind {
			out = append(out, e)
		}
	}
	return out
}

// prepared has the lines of progress before the states.
func (w *world) prepared() string {
	var lines []string
	for _, e := range w.of(Preparing) {
		lines = append(lines, e.Subject+": "+e.Message)
	}
	return strings.Join(lines, "\n")
}

func (w *world) logText() string {
	var lines []string
	for _, e := range w.of(Log) {
		lines = append(lines, e.Message)
	}
	return strings.Join(lines, "\n")
}
