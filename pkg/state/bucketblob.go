package state

import (
	"context"
	"errors"
	"fmt"
	"io"
	neturl "net/url"
	"slices"
	"sort"
	"strings"

	"github.com/pulumi/pulumi/pkg/v3/authhelpers"
	"gocloud.dev/blob"
	"gocloud.dev/blob/azureblob"
	"gocloud.dev/blob/gcsblob"
	"gocloud.dev/blob/s3blob"
	"gocloud.dev/gcerrors"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// blobBucket is a bucket in an object store, through the drivers that the stock
// CLI uses.
type blobBucket struct {
	bucket *blob.Bucket
	base   string
	// name is the bucket's, prefix what stands before every key in it.
	name, prefix string
}

func openBlob(ctx context.Context, raw string) (bucket, error) {
	u, err := neturl.Parse(raw)
	if err != nil {
		return nil, problem.Problem{Resource: "INFRA_BUCKET", Summary: "not a URL", Detail: err.Error(), Hint: schemesHint}
	}
	mux := blob.DefaultURLMux()
	switch u.Scheme {
	case s3blob.Scheme, azureblob.Scheme:
	case gcsblob.Scheme:
		// Google's credentials may come in more forms than the driver knows.
		if mux, err = authhelpers.GoogleCredentialsMux(ctx); err != nil {
			return nil, cannotOpen(u, err)
		}
	default:
		return nil, problem.Problem{
			Resource: "INFRA_BUCKET", Summary: fmt.Sprintf("unknown kind of state store %q", u.Scheme), Hint: schemesHint,
		}
	}
	b, err := mux.OpenBucket(ctx, raw)
	if err != nil {
		return nil, cannotOpen(u, err)
	}
	prefix := ""
	if sub := strings.Trim(u.Path, "/"); sub != "" {
		prefix = sub + "/"
		b = blob.PrefixedBucket(b, prefix)
	}
	base := u.Scheme + "://" + u.Host + strings.TrimRight(u.Path, "/")
	return &blobBucket{bucket: b, base: base, name: u.Host, prefix: prefix}, nil
}

const schemesHint = "use file://, s3://, gs:// or azblob://, such as s3://my-bucket?region=eu-west-2"

func cannotOpen(u *neturl.URL, err error) error {
	return fileProblem(u.Scheme+"://"+u.Host, "the state store cannot be opened", err)
}

func (b *blobBucket) location(key string) string { return b.base + "/" + key }

func (b *blobBucket) close() error { return b.bucket.Close() }

// read asks for the version first: should the value be replaced in between, the
// version is the older one and a conditional write with it fails.
func (b *blobBucket) read(ctx context.Context, key string) ([]byte, string, error) {
	attributes, err := b.bucket.Attributes(ctx, key)
	if err != nil {
		return nil, "", blobError(err)
	}
	data, err := b.bucket.ReadAll(ctx, key)
	if err != nil {
		return nil, "", blobError(err)
	}
	return data, versionOf(attributes), nil
}

func (b *blobBucket) write(ctx context.Context, key string, data []byte, c condition) error {
	opts := &blob.WriterOptions{IfNotExist: c.absent}
	if c.version != "" {
		opts.BeforeWrite = onlyVersion(c.version)
	}
	return blobError(b.bucket.WriteAll(ctx, key, data, opts))
}

func (b *blobBucket) remove(ctx context.Context, key string) error {
	err := blobError(b.bucket.Delete(ctx, key))
	if errors.Is(err, errNotFound) {
		return nil
	}
	return err
}

func (b *blobBucket) keep(ctx context.Context, dst, src string) error { return b.copy(ctx, dst, src) }

func (b *blobBucket) copy(ctx context.Context, dst, src string) error {
	return blobError(b.bucket.Copy(ctx, dst, src, &blob.CopyOptions{BeforeCopy: plainCopySource}))
}

func (b *blobBucket) list(ctx context.Context, prefix string) ([]object, error) {
	it := b.bucket.List(&blob.ListOptions{Prefix: prefix, Delimiter: "/"})
	var found []object
	for {
		o, err := it.Next(ctx)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, blobError(err)
		}
		if !o.IsDir {
			found = append(found, object{key: o.Key, modified: o.ModTime})
		}
	}
	sort.Slice(found, func(i, j int) bool { return found[i].key < found[j].key })
	return found, nil
}

// variants lists, which is one request for all of them.
func (b *blobBucket) variants(ctx context.Context, key string, suffixes ...string) ([]object, error) {
	all, err := b.list(ctx, key)
	return slices.DeleteFunc(all, func(o object) bool {
		return !slices.Contains(suffixes, strings.TrimPrefix(o.key, key))
	}), err
}

// guarded needs no guard: conditional writes are the store's own.
func (b *blobBucket) guarded(_ context.Context, _ string, fn func() error) error { return fn() }

// blobError makes errors of all drivers comparable.
func blobError(err error) error {
	if err == nil {
		return nil
	}
	switch gcerrors.Code(err) {
	case gcerrors.NotFound:
		return fmt.Errorf("%w: %w", errNotFound, err)
	case gcerrors.FailedPrecondition, gcerrors.AlreadyExists:
		return fmt.Errorf("%w: %w", errChanged, err)
	}
	var coded interface{ ErrorCode() string }
	if errors.As(err, &coded) {
		switch coded.ErrorCode() {
		case "PreconditionFailed", "ConditionalRequestConflict":
			return fmt.Errorf("%w: %w", errChanged, err)
		}
	}
	return err
}
