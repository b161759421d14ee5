package state

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"
	"weak"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
)

// Store is a place with stacks.
type Store struct {
	url    string
	bucket bucket
	walDir string
	now    func() time.Time

	mu     sync.Mutex
	stacks map[string]*Stack
}

// Option changes how Open works.
type Option func(*Store)

// WithLogDir names the folder for write-ahead files of stores that are not on
// this machine's disk. It must survive a crash of the process. Default: dorc/wal
// in the folder of the user's programs' state, such as ~/.local/state/dorc/wal.
func WithLogDir(dir string) Option { return func(s *Store) { s.walDir = dir } }

// Open opens the store at url: file://, s3://, gs:// or azblob://, as for `pulumi
// login`. A new store gets the layout version that the stock CLI would write. A
// store with a layout that this version does not know is refused.
func Open(ctx context.Context, url string, opts ...Option) (*Store, error) {
	s := &Store{url: url, now: time.Now, stacks: map[string]*Stack{}}
	for _, o := range opts {
		o(s)
	}
	if strings.HasPrefix(url, fileScheme) {
		root, err := filePath(url)
		if err != nil {
			return nil, err
		}
		s.bucket = dirBucket{root: root}
	} else {
		b, err := openBlob(ctx, url)
		if err != nil {
			return nil, err
		}
		s.bucket = b
		if s.walDir == "" {
			if s.walDir, err = defaultLogDir(); err != nil {
				return nil, errors.Join(err, b.close())
			}
		}
	}
	if err := s.ensureMeta(ctx); err != nil {
		return nil, errors.Join(err, s.bucket.close())
	}
	return s, nil
}

// URL is the URL that the store was opened with, which may name credentials in
// its query.
func (s *Store) URL() string { return s.url }

// Close releases connections. Leases and journals must have ended.
func (s *Store) Close() error { return s.bucket.close() }

// Stack is one stack of the store; it need not exist yet. Every call with one
// name returns the same value.
func (s *Store) Stack(name string) *Stack {
	s.mu.Lock()
	defer s.mu.Unlock()
	st, ok := s.stacks[name]
	if !ok {
		st = &Stack{store: s, bucket: s.bucket, name: name, serials: map[weak.Pointer[apitype.DeploymentV3]]string{}}
		s.stacks[name] = st
	}
	return st
}

// Stack is a stack's state, journal, lock and history.
type Stack struct {
	store  *Store
	bucket bucket
	name   string

	mu sync.Mutex
	// last is what Read gave last; held is the lease while this process has it.
	last *Checkpoint
	held *Lease
	// serials are those of the files that deployments were read from.
	serials map[weak.Pointer[apitype.DeploymentV3]]string
}

// Name is the stack's name without project and organization.
func (st *Stack) Name() string { return st.name }
