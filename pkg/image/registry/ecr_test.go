package registry

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
)

const ecrRegistry = "123456789012.dkr.ecr.eu-west-2.amazonaws.com"

// fakeECR is ECR's API, and a registry that wants its tokens. Its host's name does
// not resolve: carrier leads there.
type fakeECR struct {
	*fake
	api     *httptest.Server
	mu      sync.Mutex
	actions []string
	inputs  []map[string]any
	tokens  int
	expires time.Duration
	refuse  string // an error code for every action
	failure string // a failure code for BatchDeleteImage
}

func newFakeECR(t *testing.T) *fakeECR {
	t.Helper()
	e := &fakeECR{fake: newFake(t), expires: 12 * time.Hour}
	e.api = httptest.NewServer(http.HandlerFunc(e.serve))
	t.Cleanup(e.api.Close)
	e.fault = func(w http.ResponseWriter, r *http.Request) bool {
		user, password, _ := r.BasicAuth()
		e.mu.Lock()
		defer e.mu.Unlock()
		if user == "AWS" && password == fmt.Sprint("secret-", e.tokens) {
			return false
		}
		w.Header().Set("WWW-Authenticate", `Basic realm="https://`+ecrRegistry+`/",service="ecr.amazonaws.com"`)
		w.WriteHeader(http.StatusUnauthorized)
		return true
	}
	return e
}

func (e *fakeECR) serve(w http.ResponseWriter, r *http.Request) {
	e.mu.Lock()
	defer e.mu.Unlock()
	_, action, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	e.actions = append(e.actions, action)
	var input map[string]any
	_ = json.NewDecoder(r.Body).Decode(&input)
	e.inputs = append(e.inputs, input)
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	switch {
	case e.refuse != "":
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprintf(w, `{"__type":%q,"message":"User: arn:aws:iam::123456789012:user/x is not allowed"}`, e.refuse)
	case action == "GetAuthorizationToken":
		e.tokens++
		token := base64.StdEncoding.EncodeToString([]byte(fmt.Sprint("AWS:secret-", e.tokens)))
		fmt.Fprintf(w, `{"authorizationData":[{"authorizationToken":%q,"expiresAt":%d,"proxyEndpoint":"https://%s"}]}`, token, time.Now().Add(e.expires).Unix(), ecrRegistry)
	case e.failure != "":
		fmt.Fprintf(w, `{"imageIds":[],"failures":[{"failureCode":%q,"failureReason":"because"}]}`, e.failure)
	default:
		_, _ = io.WriteString(w, `{"imageIds":[{"imageTag":"dev"}],"failures":[]}`)
	}
}

// client reaches the fake registry under ECR's name.
func (e *fakeECR) client(t *testing.T) (*Client, *clock, *events) {
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "hunter2")
	none := filepath.Join(t.TempDir(), "none")
	t.Setenv("AWS_CONFIG_FILE", none)
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", none)
	t.Setenv("AWS_PROFILE", "")
	carrier := http.DefaultTransport.(*http.Transport).Clone()
	carrier.DialContext = leadTo(e.host())
	t.Cleanup(carrier.CloseIdleConnections)
	return testClient(t, Options{
		Endpoint:  e.api.URL,
		Transport: carrier,
		Insecure:  func(host string) bool { return host == ecrRegistry },
	})
}

func TestECRPushFindDelete(t *testing.T) {
	e := newFakeECR(t)
	c, _, _ := e.client(t)
	group, ctx := errgroup.WithContext(t.Context())
	for i := range 10 {
		img := testImage(t, "base", fmt.Sprint(i))
		group.Go(func() error {
			_, err := c.Push(ctx, fmt.Sprintf("%s/etl-%d", ecrRegistry, i), "dev", img)
			return err
		})
	}
	require.NoError(t, group.Wait())
	assert.Equal(t, []string{"GetAuthorizationToken"}, e.actions, "one token for all")
	_, found, err := c.Find(t.Context(), ecrRegistry+"/etl-3", "dev")
	require.NoError(t, err)
	assert.True(t, found)

	require.NoError(t, c.Delete(t.Context(), ecrRegistry+"/etl-3", "dev"))
	assert.Equal(t, "BatchDeleteImage", e.actions[1])
	assert.Equal(t, map[string]any{
		"registryId": "123456789012", "repositoryName": "etl-3", "imageIds": []any{map[string]any{"imageTag": "dev"}},
	}, e.inputs[1])
	assert.Zero(t, e.count(http.MethodDelete, ""))
}

func TestECRDeleteOfWhatIsGone(t *testing.T) {
	e := newFakeECR(t)
	c, _, _ := e.client(t)
	e.failure = "ImageNotFound"
	require.NoError(t, c.Delete(t.Context(), ecrRegistry+"/etl", "dev"))
	e.refuse = "RepositoryNotFoundException"
	require.NoError(t, c.Delete(t.Context(), ecrRegistry+"/etl", "dev"))
	e.refuse, e.failure = "", "KmsError"
	p := asProblem(t, c.Delete(t.Context(), ecrRegistry+"/etl", "dev"), "ECR refuses the request")
	assert.Contains(t, p.Detail, "KmsError: because")
	e.refuse = "AccessDeniedException"
	p = asProblem(t, c.Delete(t.Context(), ecrRegistry+"/etl", "dev"), "the AWS credentials are not allowed to use ECR")
	assert.Contains(t, p.Hint, "ecr:BatchDeleteImage")
}

// The registry no longer takes the token: another is asked for, once.
func TestECRTokensThatAreRefused(t *testing.T) {
	e := newFakeECR(t)
	c, _, _ := e.client(t)
	_, err := c.Push(t.Context(), ecrRegistry+"/etl", "dev", testImage(t, "x"))
	require.NoError(t, err)
	e.mu.Lock()
	e.tokens = 7 // the next one given is 8; what the client has is no longer good
	e.mu.Unlock()
	group, ctx := errgroup.WithContext(t.Context())
	for range 10 {
		group.Go(func() error {
			_, found, err := c.Find(ctx, ecrRegistry+"/etl", "dev")
			assert.True(t, found)
			return err
		})
	}
	require.NoError(t, group.Wait())
	assert.Equal(t, 8, e.tokens, "one for all who were refused")

	e.fault = times(-1, anything, status(401))(e.fake)
	_, _, err = c.Find(t.Context(), ecrRegistry+"/etl", "dev")
	p := asProblem(t, err, "the registry refuses the credentials")
	assert.Contains(t, p.Detail, "AWS credentials, through an ECR token")
	assert.Equal(t, 9, e.tokens, "renewed once")
	assert.NotContains(t, err.Error(), "secret-")
}

func TestECRTokensAreReplacedBeforeTheyEnd(t *testing.T) {
	e := newFakeECR(t)
	e.expires = tokenMargin - time.Second
	c, _, _ := e.client(t)
	for range 2 {
		_, found, err := c.Find(t.Context(), ecrRegistry+"/etl", "dev")
		require.NoError(t, err)
		assert.False(t, found)
	}
	assert.Greater(t, e.tokens, 1)
}

func TestECRRefusals(t *testing.T) {
	for code, summary := range map[string]string{
		"AccessDeniedException":       "the AWS credentials are not allowed to use ECR",
		"ExpiredTokenException":       "the AWS credentials have expired",
		"UnrecognizedClientException": "AWS does not know the credentials",
		"InvalidParameterException":   "ECR refuses the request",
	} {
		e := newFakeECR(t)
		e.refuse = code
		c, _, _ := e.client(t)
		_, err := c.Push(t.Context(), ecrRegistry+"/etl", "dev", testImage(t, "x"))
		p := asProblem(t, err, summary)
		assert.Equal(t, ecrRegistry+"/etl", p.Resource)
		assert.NotContains(t, err.Error(), "hunter2")
		assert.Empty(t, e.calls)
	}
}

// Without AWS credentials, a docker login to ECR serves.
func TestECRWithoutAWSCredentials(t *testing.T) {
	e := newFakeECR(t)
	c, _, _ := e.client(t)
	for _, v := range []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"} {
		t.Setenv(v, "")
	}
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	c.keys.options.Endpoint = ""
	_, _, err := c.Find(t.Context(), ecrRegistry+"/etl", "dev")
	p := asProblem(t, err, "no AWS credentials are found")
	assert.Contains(t, p.Hint, "aws sso login")
	assert.Empty(t, e.actions)

	dockerLogin(t, ecrRegistry, "AWS", "secret-0")
	_, found, err := c.Find(t.Context(), ecrRegistry+"/etl", "dev")
	require.NoError(t, err)
	assert.False(t, found)
}

func TestECRHosts(t *testing.T) {
	for host, want := range map[string]ecrHost{
		"123456789012.dkr.ecr.eu-west-2.amazonaws.com":          {"123456789012", "eu-west-2", false},
		"123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com": {"123456789012", "us-gov-west-1", true},
		"123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn":      {"123456789012", "cn-north-1", false},
		"123456789012.dkr-ecr.eu-west-2.on.aws":                 {"123456789012", "eu-west-2", false},
		"123456789012.dkr.ecr.eusc-de-east-1.amazonaws.eu":      {"123456789012", "eusc-de-east-1", false},
	} {
		got, ok := parseECRHost(host, false)
		assert.True(t, ok, host)
		assert.Equal(t, want, got)
	}
	for _, host := range []string{"public.ecr.aws", "123456789012.dkr.ecr.eu-west-2.amazonaws.com.evil.example", "x.dkr.ecr.eu-west-2.amazonaws.com", "evil.example/123456789012.dkr.ecr.eu-west-2.amazonaws.com"} {
		_, ok := parseECRHost(host, false)
		assert.False(t, ok, host)
	}
	_, ok := parseECRHost("000000000000.dkr.ecr.us-east-1.localhost.localstack.cloud:4566", true)
	assert.True(t, ok)
	_, ok = parseECRHost("000000000000.dkr.ecr.us-east-1.localhost.localstack.cloud:4566", false)
	assert.False(t, ok)
}

// leadTo dials host whatever the name is, unless it is of this machine.
func leadTo(host string) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		if !isLoopback(address) {
			address = host
		}
		var d net.Dialer
		return d.DialContext(ctx, network, address)
	}
}
