package registry

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
)

// Options say how a Client reaches registries. The zero value works.
type Options struct {
	// Endpoint is another address of AWS's API, as of an emulator
	// (AWS_ENDPOINT_URL). Hosts that are named like ECR's in any domain then count
	// as ECR's. Default: AWS's own.
	Endpoint string
	// Cache is a folder for manifests, configs and layers of base images, by digest.
	// It is created when needed, and may be removed at any time. Default: nothing is
	// kept.
	Cache string
	// Google finds what logs in at Artifact Registry and gcr.io. Default: Google's
	// application default credentials, then gcloud's.
	Google func(context.Context) (authn.Authenticator, error)
	// Insecure reports whether a registry may be reached over plain HTTP, by its host
	// with port. HTTPS is tried first. Default: loopback hosts only.
	Insecure func(host string) bool
	// Transport carries all requests, those to ECR's API too. Default: a clone of
	// http.DefaultTransport, which honours the proxy variables; the AWS SDK's own for
	// ECR's API, which honours AWS_CA_BUNDLE.
	Transport http.RoundTripper
	// Progress hears what happens to each blob, from several goroutines at a time.
	// Default: nobody does.
	Progress func(Event)
	// Parallel is how many blobs are checked or sent at a time, over all images.
	// Default: 8.
	Parallel int
	// Silence is how long a registry may neither take nor give a byte before the try
	// counts as failed. Default: 3 minutes.
	Silence time.Duration
	// Wait pauses between tries. It returns early, with the context's error, when the
	// context ends. Default: by the clock.
	Wait func(context.Context, time.Duration) error
	// MaxImage is the largest image in bytes that Push accepts, but for Artifact
	// Registry's, which no function uses; negative means no limit. Default:
	// LambdaMaxImage.
	MaxImage int64
}

// Client talks to registries. It remembers, as long as it lives, which blobs are
// where, and sends none twice. Every method may be called from several goroutines.
type Client struct {
	options Options
	carrier http.RoundTripper
	keys    *keychain
	slots   chan struct{}
	ledger  *ledger
	cache   cache
	sent    atomic.Int64
	mu      sync.Mutex
	doors   map[target]*door
}

// New returns a client. It makes no request.
func New(o Options) *Client {
	keys := newKeychain(o)
	if o.Insecure == nil {
		o.Insecure = isLoopback
	}
	if o.Transport == nil {
		o.Transport = defaultTransport()
	}
	if o.Progress == nil {
		o.Progress = func(Event) {}
	}
	if o.Parallel <= 0 {
		o.Parallel = 8
	}
	if o.Silence <= 0 {
		o.Silence = 3 * time.Minute
	}
	if o.Wait == nil {
		o.Wait = pause
	}
	if o.MaxImage == 0 {
		o.MaxImage = LambdaMaxImage
	}
	carrier := &pings{next: &plainGuard{allowed: o.Insecure, next: rewinder{o.Transport}}}
	return &Client{
		options: o,
		carrier: transport.NewUserAgent(carrier, "dorc"),
		keys:    keys,
		slots:   make(chan struct{}, o.Parallel),
		ledger:  newLedger(),
		cache:   cache{dir: o.Cache},
		doors:   map[target]*door{},
	}
}

// Sent is how many bytes of blobs and manifests were handed to registries since
// the client was made, those of failed tries too.
func (c *Client) Sent() int64 { return c.sent.Load() }

// parseRepository reads a repository's URL without a tag, as AWS gives it:
// "123456789012.dkr.ecr.eu-west-2.amazonaws.com/name".
func (c *Client) parseRepository(repositoryURL string) (name.Repository, error) {
	repo, err := name.NewRepository(repositoryURL)
	if err != nil {
		return name.Repository{}, badName(repositoryURL, err)
	}
	if c.options.Insecure(repo.RegistryStr()) {
		repo, err = name.NewRepository(repositoryURL, name.Insecure)
	}
	return repo, err
}

// slot waits for one of the places of Options.Parallel; the caller gives it back.
func (c *Client) slot(ctx context.Context) (release func(), err error) {
	select {
	case c.slots <- struct{}{}:
		return func() { <-c.slots }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
