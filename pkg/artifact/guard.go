package artifact

import (
	"context"

	"github.com/dorc-dev/dorc/pkg/artifact/bucket"
)

// guarded is a bucket that is changed only as long as a lease is relied on. The clocks
// are asked before each change: a context alone notices late that a machine slept.
type guarded struct {
	bucket.Bucket
	lease *lease
}

func (g guarded) Write(ctx context.Context, name string, data []byte, generation int64) (bucket.Object, error) {
	if err := g.check(); err != nil {
		return bucket.Object{}, err
	}
	return g.Bucket.Write(ctx, name, data, generation)
}

func (g guarded) Delete(ctx context.Context, name string, generation int64) error {
	if err := g.check(); err != nil {
		return err
	}
	return g.Bucket.Delete(ctx, name, generation)
}

func (g guarded) check() error {
	if g.lease.left() > 0 {
		return nil
	}
	err := g.lease.ranOut()
	g.lease.end(err)
	return err
}
