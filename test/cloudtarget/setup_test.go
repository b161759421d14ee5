package cloudtarget

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/internal/mototest"
)

// binaries are dorc and the plugin, built once into a folder that stays, so that
// Go only links what has changed; each checkout has its own.
var binaries = sync.OnceValues(func() (string, error) {
	here, err := os.Getwd()
	if err != nil {
		return "", err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	sum := sha256.Sum256([]byte(here))
	dir := filepath.Join(cache, "dorc-test", "cloudtarget-"+hex.EncodeToString(sum[:6]))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	for name, source := range map[string]string{"dorc": "../../cmd/dorc", "plugin": "../../pkg/engine/testdata/program"} {
		if out, err := exec.Command("go", "build", "-o", filepath.Join(dir, name), source).CombinedOutput(); err != nil {
			return "", fmt.Errorf("%w: %s", err, out)
		}
	}
	return dir, nil
})

// user is someone who works with dorc in a folder of their own.
type user struct {
	t           *testing.T
	dir, dorc   string
	environment []string
	buckets     *s3.Client
}

// newUser has moto for AWS, a mirror with the plugin, and neither credentials nor
// anything else of who runs the test.
func newUser(t *testing.T) *user {
	t.Helper()
	built, err := binaries()
	require.NoError(t, err)
	server, err := mototest.Start(t.Context())
	if errors.Is(err, mototest.ErrUnavailable) {
		t.Skip(err)
	}
	require.NoError(t, err)
	t.Cleanup(server.Stop)
	c, err := config.LoadDefaultConfig(t.Context(), config.WithRegion("eu-west-2"), config.WithBaseEndpoint(server.URL),
		config.WithCredentialsProvider(credentials.NewStaticCredentialsProvider("test", "test", "")))
	require.NoError(t, err)
	u := &user{
		t: t, dir: t.TempDir(), dorc: filepath.Join(built, "dorc"),
		buckets: s3.NewFromConfig(c, func(o *s3.Options) { o.UsePathStyle = true }),
	}
	home := t.TempDir()
	u.environment = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + home, "TMPDIR=" + t.TempDir(), "PULUMI_HOME=" + filepath.Join(home, "pulumi"),
		"PULUMI_PLUGIN_DOWNLOAD_URL_OVERRIDES=.*=" + mirror(t, filepath.Join(built, "plugin")),
		"TEST_PLUGIN_CLOUD=" + filepath.Join(u.dir, "cloud"), "TEST_PLUGIN_ACCOUNT=" + mototest.Account,
		"TEST_PLUGIN_ENVIRONMENT=" + filepath.Join(u.dir, "plugin-environment"),
	}
	u.write("repo/universal/Pulumi.universal.yaml", "config:\n  project: shop\n  region: eu-west-2\n")
	u.write("repo/infra/Pulumi.prod.yaml", "config:\n  environment: prod\n")
	u.write("repo/src/raw/orders/fetch/lambda.py", "def handler(event, context):\n    return event\n")
	u.write("repo/requirements.txt", "")
	u.settings(map[string]string{"AWS_ENDPOINT_URL": server.URL})
	return u
}

// settings writes .env with these changes.
func (u *user) settings(changes map[string]string) {
	u.t.Helper()
	values := map[string]string{
		"DORC_TARGET": "cloud", "AWS_ACCOUNT": mototest.Account, "AWS_REGION": "eu-west-2", "CONFIG_REPO_PATH": "repo",
		"INFRA_BUCKET": "s3://states/team", "PULUMI_CONFIG_PASSPHRASE": "canary-passphrase",
	}
	if old, err := os.ReadFile(filepath.Join(u.dir, ".env")); err == nil {
		for line := range strings.Lines(string(old)) {
			name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
			values[name] = value
		}
	}
	var lines []string
	for name, value := range changes {
		values[name] = value
	}
	for name, value := range values {
		lines = append(lines, name+"="+value)
	}
	slices.Sort(lines)
	u.write(".env", strings.Join(lines, "\n")+"\n")
}

func (u *user) write(name, text string) {
	u.t.Helper()
	path := filepath.Join(u.dir, name)
	require.NoError(u.t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(u.t, os.WriteFile(path, []byte(text), 0o600))
}

// run runs dorc and returns what it writes and its exit code.
func (u *user) run(args ...string) (stdout, stderr string, code int) {
	u.t.Helper()
	cmd := exec.CommandContext(context.Background(), u.dorc, args...)
	cmd.Dir, cmd.Env = u.dir, u.environment
	var out, err bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &err
	failed := cmd.Run()
	var exit *exec.ExitError
	if failed != nil && !errors.As(failed, &exit) {
		require.NoError(u.t, failed)
	}
	u.t.Logf("dorc %s\n%s%s", strings.Join(args, " "), out.String(), err.String())
	return out.String(), err.String(), cmd.ProcessState.ExitCode()
}

func (u *user) makeBucket(name string, versions bool) {
	u.t.Helper()
	_, err := u.buckets.CreateBucket(u.t.Context(), &s3.CreateBucketInput{
		Bucket: &name, CreateBucketConfiguration: &types.CreateBucketConfiguration{LocationConstraint: "eu-west-2"},
	})
	require.NoError(u.t, err)
	if versions {
		_, err = u.buckets.PutBucketVersioning(u.t.Context(), &s3.PutBucketVersioningInput{
			Bucket: &name, VersioningConfiguration: &types.VersioningConfiguration{Status: types.BucketVersioningStatusEnabled},
		})
		require.NoError(u.t, err)
	}
}

// object is what a bucket has under a key.
func (u *user) object(bucket, key string) string {
	u.t.Helper()
	o, err := u.buckets.GetObject(u.t.Context(), &s3.GetObjectInput{Bucket: aws.String(bucket), Key: aws.String(key)})
	require.NoError(u.t, err)
	defer o.Body.Close()
	data, err := io.ReadAll(o.Body)
	require.NoError(u.t, err)
	return string(data)
}

// mirror serves the plugin's archive, whatever version is asked for.
func mirror(t *testing.T, plugin string) string {
	t.Helper()
	program, err := os.ReadFile(plugin)
	require.NoError(t, err)
	var archive bytes.Buffer
	z, err := gzip.NewWriterLevel(&archive, gzip.BestSpeed)
	require.NoError(t, err)
	w := tar.NewWriter(z)
	require.NoError(t, w.WriteHeader(&tar.Header{Name: "pulumi-resource-aws", Mode: 0o755, Size: int64(len(program)), Typeflag: tar.TypeReg}))
	_, err = w.Write(program)
	require.NoError(t, err)
	require.NoError(t, errors.Join(w.Close(), z.Close()))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasPrefix(r.URL.Path, "/pulumi-resource-aws-v") || !strings.HasSuffix(r.URL.Path, "-"+runtime.GOOS+"-"+runtime.GOARCH+".tar.gz") {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Length", fmt.Sprint(archive.Len()))
		_, _ = w.Write(archive.Bytes()) //nolint:errcheck // the client sees what is missing
	}))
	t.Cleanup(server.Close)
	return server.URL
}
