package containers

import (
	"crypto/rand"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/image/docker"
)

// cache is shared by the tests: the base image is fetched and compressed once.
var cache string

func TestMain(m *testing.M) {
	var err error
	if cache, err = os.MkdirTemp("", "dorc-containers-*"); err != nil {
		panic(err)
	}
	code := m.Run()
	if err := os.RemoveAll(cache); err != nil {
		panic(err)
	}
	os.Exit(code)
}

// start lets the test use the engine of scripts/containers.sh, and returns the
// base image there. It skips the test where there is none.
func start(t *testing.T) string {
	t.Helper()
	host, base := os.Getenv("DORC_TEST_DOCKER_HOST"), os.Getenv("DORC_TEST_BASE_IMAGE")
	if host == "" || base == "" {
		t.Skip("no container engine for tests: eval and export what `scripts/containers.sh up DIR` prints")
	}
	client := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(client, "config.json"), []byte("{}"), 0o600))
	t.Setenv("DOCKER_HOST", host)
	t.Setenv("DOCKER_CONFIG", client)
	return base
}

func engine(t *testing.T) *docker.Engine {
	t.Helper()
	e, err := docker.Find(t.Context(), docker.Docker)
	require.NoError(t, err)
	return e
}

// run calls the engine's program.
func run(t *testing.T, args ...string) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), engine(t).Path, args...).CombinedOutput()
	require.NoError(t, err, "%s: %s", args, out)
}

// invoke runs the image as Lambda does and gives it one event through the Runtime
// API (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html). It returns
// the answer, or the error that the runtime reports.
func invoke(t *testing.T, image v1.Image, event string) string {
	t.Helper()
	tag, err := name.NewTag("dorc-test:" + strings.ToLower(rand.Text()))
	require.NoError(t, err)
	archive := filepath.Join(t.TempDir(), "image.tar")
	require.NoError(t, tarball.WriteToFile(archive, tag, image))
	run(t, "load", "--quiet", "--input="+archive)
	program := engine(t).Path
	t.Cleanup(func() {
		out, err := exec.Command(program, "image", "rm", "--force", tag.String()).CombinedOutput()
		assert.NoError(t, err, "%s", out)
	})

	answers := make(chan string, 8)
	asked := 0
	const prefix, id = "/2018-06-01/runtime/", "8476a536-e9f4-11e8-9739-2dfe598c3fcd"
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+prefix+"invocation/next", func(w http.ResponseWriter, r *http.Request) {
		if asked++; asked > 1 {
			<-r.Context().Done() // there is no second event
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Lambda-Runtime-Aws-Request-Id", id)
		w.Header().Set("Lambda-Runtime-Deadline-Ms", "32503680000000")
		w.Header().Set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:eu-west-2:123456789012:function:extract")
		_, err := io.WriteString(w, event)
		assert.NoError(t, err)
	})
	posted := func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		assert.NoError(t, err)
		w.WriteHeader(http.StatusAccepted)
		answers <- string(body)
	}
	for _, what := range []string{"invocation/" + id + "/response", "invocation/" + id + "/error", "init/error"} {
		mux.HandleFunc("POST "+prefix+what, posted)
	}
	api := httptest.NewServer(mux)
	defer api.Close()

	cmd := exec.CommandContext(t.Context(), program, "run", "--rm", "--network=host", "--name="+tag.TagStr(),
		"--env=AWS_LAMBDA_RUNTIME_API="+strings.TrimPrefix(api.URL, "http://"), "--env=AWS_LAMBDA_FUNCTION_NAME=extract", tag.String())
	var said strings.Builder
	cmd.Stdout, cmd.Stderr = &said, &said
	require.NoError(t, cmd.Start())
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case answer := <-answers:
		run(t, "kill", tag.TagStr())
		<-ended
		return answer
	case err := <-ended:
		select {
		case answer := <-answers: // a handler that cannot be loaded is reported before the end
			return answer
		default:
		}
		require.NoError(t, err, said.String())
		require.Fail(t, "the container ended without an answer", said.String())
		return ""
	}
}
