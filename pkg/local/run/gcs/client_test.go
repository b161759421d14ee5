package gcs

import (
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/fsouza/fake-gcs-server/fakestorage"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/internal/beamtest"
	"github.com/dorc-dev/dorc/pkg/local/objects"
)

// fixed is a set of buckets.
type fixed []objects.Bucket

func (f fixed) Buckets() ([]objects.Bucket, error) { return f, nil }

func (f fixed) Bucket(name string) (*objects.Bucket, error) {
	for _, b := range f {
		if b.Name == name {
			return &b, nil
		}
	}
	return nil, nil
}

var born = time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC)

// start serves buckets in a folder of the test.
func start(t *testing.T, names ...string) (e *Endpoint, folder string, created func() map[string]int64) {
	var list fixed
	for _, name := range names {
		list = append(list, objects.Bucket{Name: name, Created: born, Versioned: name == "kept", Location: "EUROPE-WEST2"})
	}
	folder = filepath.Join(t.TempDir(), "buckets")
	store, err := objects.New(folder, list)
	require.NoError(t, err)
	var mu sync.Mutex
	seen := map[string]int64{}
	e, err = Start(store, Listener{Missing: func(string) {}, Created: func(o Object) {
		mu.Lock()
		defer mu.Unlock()
		seen[o.Bucket+"/"+o.Key] = o.Size
	}})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, e.Close()) })
	return e, folder, func() map[string]int64 {
		mu.Lock()
		defer mu.Unlock()
		return seen
	}
}

// python runs a script of testdata against a server, without credentials of this machine's.
func python(t *testing.T, interpreter, script, url string) {
	cmd := exec.Command(interpreter, filepath.Join("testdata", script))
	home := t.TempDir()
	cmd.Env = []string{"PATH=/usr/bin:/bin", "HOME=" + home, "PYTHONDONTWRITEBYTECODE=1"}
	environment, err := Environment(url, home, "example")
	require.NoError(t, err)
	for name, value := range environment {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	require.Regexp(t, `(is content|the rest too)\s*$`, string(out))
}

// Google's own client finds the same here as at the server that is made for it.
func TestClient(t *testing.T) {
	interpreter := beamtest.Python(t)
	t.Run("fake-gcs-server", func(t *testing.T) {
		front := httptest.NewUnstartedServer(nil)
		url := "http://" + front.Listener.Addr().String()
		server, err := fakestorage.NewServerWithOptions(fakestorage.Options{NoListener: true, ExternalURL: url})
		require.NoError(t, err)
		front.Config.Handler = server.HTTPHandler()
		front.Start()
		defer front.Close()
		for _, name := range []string{"plain", "other"} {
			server.CreateBucketWithOpts(fakestorage.CreateBucketOpts{Name: name})
		}
		python(t, interpreter, "client.py", url)
	})
	t.Run("dorc", func(t *testing.T) {
		e, folder, created := start(t, "plain", "other")
		python(t, interpreter, "client.py", e.URL)
		text, err := os.ReadFile(filepath.Join(folder, "plain", "a", "b.txt"))
		require.NoError(t, err)
		assert.Equal(t, "hello", string(text))
		assert.Equal(t, int64(5), created()["other/copied"])
		assert.NoFileExists(t, filepath.Join(folder, "plain", "joined"))
	})
}

func TestLocal(t *testing.T) {
	interpreter := beamtest.Python(t)
	e, folder, _ := start(t, "plain", "other", "kept")
	python(t, interpreter, "local.py", e.URL)
	outside, err := filepath.Glob(filepath.Join(filepath.Dir(folder), "*"))
	require.NoError(t, err)
	assert.Equal(t, []string{folder}, outside)
	left, err := filepath.Glob(filepath.Join(folder, ".meta", "*", "incoming", "*"))
	require.NoError(t, err)
	assert.Empty(t, left)
}

func TestBeam(t *testing.T) {
	interpreter := beamtest.Python(t)
	e, folder, _ := start(t, "plain", "other")
	python(t, interpreter, "beam.py", e.URL)
	files, err := filepath.Glob(filepath.Join(folder, "other", "counts", "*"))
	require.NoError(t, err)
	assert.Len(t, files, 2)
}
