package state

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"time"

	"cloud.google.com/go/storage"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// Access is what Probe found out about a store.
type Access struct {
	// Read is why the store cannot be listed, or nil.
	Read error
	// Write is why an object cannot be written or deleted, or nil. It is nil too
	// when that was not tried.
	Write error
	// Unconditional says that the store ignores the conditions of a write, so that
	// two processes could both take a lock.
	Unconditional bool
	// Versioning says whether replaced files are kept: nil when that is not known.
	Versioning *bool
}

// probePrefix begins the key of the object that Probe writes and deletes.
const probePrefix = ".pulumi/dorc-probe-"

// cleanUp is how long the removal of a probe may take when its caller gives up.
const cleanUp = 5 * time.Second

// Probe says what may be done in the store at rawURL, without opening it. With
// write it also writes a small object and deletes it, in a bucket with versions
// for good where that is allowed. The error is for a URL that names no store.
func Probe(ctx context.Context, rawURL string, write bool) (Access, error) {
	if strings.HasPrefix(rawURL, fileScheme) {
		root, err := filePath(rawURL)
		if err != nil {
			return Access{}, err
		}
		return probe(ctx, dirBucket{root: root}, write), nil
	}
	b, err := openBlob(ctx, rawURL)
	if err != nil {
		return Access{}, err
	}
	defer func() { _ = b.close() }() //nolint:errcheck // nothing was left to write
	a := probe(ctx, b, write)
	if a.Read == nil {
		a.Versioning = b.(*blobBucket).versioning(ctx)
	}
	return a, nil
}

func probe(ctx context.Context, b bucket, write bool) (a Access) {
	if _, a.Read = b.list(ctx, metaKeys); a.Read != nil || !write {
		return a
	}
	key := probePrefix + rand.Text()
	if a.Write = b.write(ctx, key, []byte("dorc looks whether it may write here\n"), condition{absent: true}); a.Write != nil {
		return a
	}
	again := b.write(ctx, key, nil, condition{absent: true})
	a.Unconditional = again == nil
	if again != nil && !errors.Is(again, errChanged) {
		a.Write = again
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanUp)
	defer cancel()
	if blob, ok := b.(*blobBucket); ok && blob.removeForGood(ctx, key) {
		return a
	}
	a.Write = errors.Join(a.Write, b.remove(ctx, key))
	return a
}

// metaKeys is the beginning of the keys that every store has.
const metaKeys = ".pulumi/meta"

// removeForGood deletes the versions of a key, and says whether that was possible.
// Only S3's driver leaves a mark in their place otherwise.
func (b *blobBucket) removeForGood(ctx context.Context, key string) bool {
	for removed := false; ; removed = true {
		attributes, err := b.bucket.Attributes(ctx, key)
		if err != nil {
			return removed && errors.Is(blobError(err), errNotFound)
		}
		var head s3.HeadObjectOutput
		var client *s3.Client
		if !attributes.As(&head) || !b.bucket.As(&client) || head.VersionId == nil {
			return false
		}
		full := b.prefix + key
		if _, err := client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &b.name, Key: &full, VersionId: head.VersionId}); err != nil {
			return false
		}
	}
}

// versioning asks the stores of which dorc knows how to ask.
func (b *blobBucket) versioning(ctx context.Context) *bool {
	var on bool
	var amazon *s3.Client
	var google *storage.Client
	switch {
	case b.bucket.As(&amazon):
		v, err := amazon.GetBucketVersioning(ctx, &s3.GetBucketVersioningInput{Bucket: &b.name})
		if err != nil {
			return nil
		}
		on = v.Status == types.BucketVersioningStatusEnabled
	case b.bucket.As(&google):
		v, err := google.Bucket(b.name).Attrs(ctx)
		if err != nil {
			return nil
		}
		on = v.VersioningEnabled
	default:
		return nil
	}
	return &on
}
