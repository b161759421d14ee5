package registry

import (
	"encoding/base64"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"github.com/google/go-containerregistry/pkg/v1/validate"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/bcrypt"
	"golang.org/x/sync/errgroup"
)

// debianRegistry starts Debian's docker-registry (the CNCF distribution, 2.8) and
// returns its host. With a password it lets only the user "pusher" in.
func debianRegistry(t *testing.T, password string) string {
	t.Helper()
	program, err := exec.LookPath("docker-registry")
	if err != nil {
		t.Skip("docker-registry is not installed (apt-get install docker-registry)")
	}
	dir := t.TempDir()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	host := free.Addr().String()
	require.NoError(t, free.Close())
	config := fmt.Sprintf("version: 0.1\nlog: {level: error}\nstorage:\n  filesystem: {rootdirectory: %s}\n  delete: {enabled: true}\nhttp: {addr: %q}\n", filepath.Join(dir, "data"), host)
	if password != "" {
		hash, err := bcrypt.GenerateFromPassword([]byte(password), bcrypt.MinCost)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(dir, "htpasswd"), []byte("pusher:"+string(hash)+"\n"), 0o600))
		config += fmt.Sprintf("auth:\n  htpasswd: {realm: test, path: %s}\n", filepath.Join(dir, "htpasswd"))
	}
	require.NoError(t, os.WriteFile(filepath.Join(dir, "config.yml"), []byte(config), 0o600))
	cmd := exec.Command(program, "serve", filepath.Join(dir, "config.yml"))
	output, err := os.Create(filepath.Join(dir, "log"))
	require.NoError(t, err)
	cmd.Stdout, cmd.Stderr = output, output
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		_ = output.Close()
	})
	require.Eventually(t, func() bool {
		resp, err := http.Get("http://" + host + "/v2/")
		if err != nil {
			return false
		}
		_ = resp.Body.Close()
		return resp.StatusCode == http.StatusOK || resp.StatusCode == http.StatusUnauthorized
	}, time.Minute, 10*time.Millisecond)
	return host
}

// dockerLogin writes a Docker configuration with a login.
func dockerLogin(t *testing.T, host, user, password string) {
	t.Helper()
	auth := base64.StdEncoding.EncodeToString([]byte(user + ":" + password))
	file := filepath.Join(os.Getenv("DOCKER_CONFIG"), "config.json")
	require.NoError(t, os.WriteFile(file, []byte(fmt.Sprintf(`{"auths":{%q:{"auth":%q}}}`, host, auth)), 0o600))
}

func TestDebianPushPullAndDelete(t *testing.T) {
	host := debianRegistry(t, "")
	c, _, _ := testClient(t, Options{})
	img := testImage(t, "base", "code")
	_, found, err := c.Find(t.Context(), host+"/team/etl", "dev-1")
	require.NoError(t, err)
	assert.False(t, found, "no such repository")

	digest, err := c.Push(t.Context(), host+"/team/etl", "dev-1", img)
	require.NoError(t, err)
	ref, err := name.ParseReference(host + "/team/etl@" + digest)
	require.NoError(t, err)
	pulled, err := remote.Image(ref)
	require.NoError(t, err)
	require.NoError(t, validate.Image(pulled))
	mine, _, _ := testClient(t, Options{Cache: t.TempDir()})
	read, err := mine.Image(t.Context(), host+"/team/etl@"+digest)
	require.NoError(t, err)
	require.NoError(t, validate.Image(read))

	_, found, err = c.Find(t.Context(), host+"/team/etl", "dev-2")
	require.NoError(t, err)
	assert.False(t, found, "no such tag")
	got, found, err := c.Find(t.Context(), host+"/team/etl", "dev-1")
	require.NoError(t, err)
	assert.True(t, found)
	assert.Equal(t, digest, got)

	// This registry deletes no tags. The image may have others, so it stays.
	c, _, seen := testClient(t, Options{})
	require.NoError(t, c.Delete(t.Context(), host+"/team/etl", "dev-1"))
	require.Len(t, seen.of(Kept), 1)
	assert.Contains(t, seen.of(Kept)[0].Reason, "dev-1")
	require.NoError(t, c.Delete(t.Context(), host+"/team/none", "dev-1"))
}

func TestDebianMounts(t *testing.T) {
	host := debianRegistry(t, "")
	c, _, seen := testClient(t, Options{})
	_, err := c.Push(t.Context(), host+"/base", "1", testImage(t, "base 1", "base 2"))
	require.NoError(t, err)
	base, err := c.Image(t.Context(), host+"/base:1")
	require.NoError(t, err)
	sentBefore := c.Sent()

	// 20 repositories at once; all share a layer of their own, and the base's two.
	group, ctx := errgroup.WithContext(t.Context())
	requirements := testLayer(t, "requirements")
	for i := range 20 {
		img, err := mutate.AppendLayers(base, requirements, testLayer(t, fmt.Sprint("code ", i)))
		require.NoError(t, err)
		group.Go(func() error {
			_, err := c.Push(ctx, fmt.Sprintf("%s/etl-%d", host, i), "dev", img)
			return err
		})
	}
	require.NoError(t, group.Wait())
	assert.Len(t, seen.of(Mounted), 2*20+19, "the base's layers everywhere, the requirements in all but the first")
	assert.Len(t, seen.of(Done), 3+1+20+20)
	assert.Less(t, c.Sent()-sentBefore, int64(20*4096))
	for i := range 20 {
		ref, err := name.ParseReference(fmt.Sprintf("%s/etl-%d:dev", host, i))
		require.NoError(t, err)
		img, err := remote.Image(ref)
		require.NoError(t, err)
		require.NoError(t, validate.Image(img))
	}

	// A new process knows of the base's layers where they come from.
	next, _, seen := testClient(t, Options{})
	base, err = next.Image(t.Context(), host+"/base:1")
	require.NoError(t, err)
	_, err = next.Push(t.Context(), host+"/other", "dev", base)
	require.NoError(t, err)
	assert.Len(t, seen.of(Mounted), 2)
}

// A base in another registry is passed on; its Docker media types can be made
// OCI's while that happens.
func TestDebianBaseFromAnotherRegistry(t *testing.T) {
	from, to := debianRegistry(t, ""), debianRegistry(t, "")
	c, _, _ := testClient(t, Options{Cache: t.TempDir()})
	docker := mutate.ConfigMediaType(mutate.MediaType(testImage(t, "base"), types.DockerManifestSchema2), types.DockerConfigJSON)
	_, err := c.Push(t.Context(), from+"/base", "1", docker)
	require.NoError(t, err)
	base, err := c.Image(t.Context(), from+"/base:1")
	require.NoError(t, err)
	layers, err := base.Layers()
	require.NoError(t, err)
	img, err := mutate.Append(testImage(t), mutate.Addendum{Layer: layers[0], MediaType: types.OCILayer})
	require.NoError(t, err)
	_, err = c.Push(t.Context(), to+"/etl", "dev", img)
	require.NoError(t, err)
	ref, err := name.ParseReference(to + "/etl:dev")
	require.NoError(t, err)
	pulled, err := remote.Image(ref)
	require.NoError(t, err)
	require.NoError(t, validate.Image(pulled))
	m, err := pulled.Manifest()
	require.NoError(t, err)
	assert.Equal(t, types.OCILayer, m.Layers[0].MediaType)
}

func TestDebianLogins(t *testing.T) {
	host := debianRegistry(t, "hunter2")
	img := testImage(t, "x")

	c, _, _ := testClient(t, Options{})
	_, err := c.Push(t.Context(), host+"/etl", "dev", img)
	p := asProblem(t, err, "the registry refuses the credentials")
	assert.Contains(t, p.Detail, "used: no credentials")
	assert.Contains(t, p.Hint, "docker login "+host)
	_, err = c.Resolve(t.Context(), host+"/base:1")
	asProblem(t, err, "the base image does not exist, or needs a login")

	dockerLogin(t, host, "pusher", "wrong-hunter")
	_, err = c.Push(t.Context(), host+"/etl", "dev", img)
	p = asProblem(t, err, "the registry refuses the credentials")
	assert.Contains(t, p.Detail, "the Docker configuration's login")
	assert.NotContains(t, err.Error(), "wrong-hunter")

	// The same client, after a docker login elsewhere.
	dockerLogin(t, host, "pusher", "hunter2")
	_, err = c.Push(t.Context(), host+"/etl", "dev", img)
	require.NoError(t, err)
	_, found, err := c.Find(t.Context(), host+"/etl", "dev")
	require.NoError(t, err)
	assert.True(t, found)
}
