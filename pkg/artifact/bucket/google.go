package bucket

import (
	"context"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"strings"

	"cloud.google.com/go/storage"
	"google.golang.org/api/googleapi"
	"google.golang.org/api/iterator"
)

// google is a bucket of Cloud Storage.
type google struct {
	handle *storage.BucketHandle
	name   string
}

// NewGoogle is a bucket of Cloud Storage. Nothing is asked yet.
func NewGoogle(client *storage.Client, name string) Bucket {
	return &google{client.Bucket(name), name}
}

// URL implements Bucket.
func (b *google) URL() string { return "gs://" + b.name }

// List implements Bucket.
func (b *google) List(ctx context.Context, prefix string) ([]Object, error) {
	_, found, err := b.list(ctx, &storage.Query{Prefix: prefix})
	return found, err
}

// Folder implements Bucket.
func (b *google) Folder(ctx context.Context, prefix string) (folders []string, found []Object, err error) {
	return b.list(ctx, &storage.Query{Prefix: prefix, Delimiter: "/"})
}

func (b *google) list(ctx context.Context, query *storage.Query) (folders []string, found []Object, err error) {
	if err := query.SetAttrSelection([]string{"Name", "Size", "MD5", "Generation", "Updated"}); err != nil {
		return nil, nil, err
	}
	for pages := b.handle.Objects(ctx, query); ; {
		attributes, err := pages.Next()
		switch {
		case errors.Is(err, iterator.Done):
			return folders, found, nil
		case err != nil:
			return nil, nil, of4xx(err)
		case attributes.Prefix != "":
			folders = append(folders, strings.TrimSuffix(attributes.Prefix[len(query.Prefix):], "/"))
		default:
			found = append(found, stored(attributes))
		}
	}
}

// Stat implements Bucket.
func (b *google) Stat(ctx context.Context, name string) (Object, error) {
	attributes, err := b.handle.Object(name).Attrs(ctx)
	if err != nil {
		return Object{}, of4xx(err)
	}
	return stored(attributes), nil
}

// Read implements Bucket. It reads the generation that it describes.
func (b *google) Read(ctx context.Context, name string, limit int64) ([]byte, Object, error) {
	o, err := b.Stat(ctx, name)
	if err != nil {
		return nil, Object{}, err
	}
	if o.Size > limit {
		return nil, Object{}, &TooLargeError{o, limit}
	}
	r, err := b.handle.Object(name).Generation(o.Generation).ReadCompressed(true).NewReader(ctx)
	if err != nil {
		return nil, Object{}, of4xx(err)
	}
	data, err := io.ReadAll(r)
	return data, o, errors.Join(of4xx(err), r.Close())
}

// chunk is what sizes of chunks are multiples of. What is smaller than a chunk is
// sent in one request, which the client repeats when it fails for a moment: a write
// that says which generation it replaces may be repeated.
// Source: https://cloud.google.com/storage/docs/resumable-uploads
const chunk = 256 << 10

// Write implements Bucket. When a repeated write finds what the first one wrote,
// the object is as it was asked for.
func (b *google) Write(ctx context.Context, name string, data []byte, generation int64) (Object, error) {
	conditions := storage.Conditions{GenerationMatch: generation, DoesNotExist: generation == 0}
	// The context's end breaks an upload off; a writer that is closed would finish it.
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	w := b.handle.Object(name).If(conditions).NewWriter(ctx)
	w.ChunkSize = (len(data)/chunk + 1) * chunk
	w.ContentType = "text/plain; charset=utf-8"
	w.MD5, _ = hex.DecodeString(Sum(data)) //nolint:errcheck // they are digits
	if _, err := w.Write(data); err != nil {
		cancel()
		return b.settle(ctx, name, data, generation, errors.Join(err, w.Close()))
	}
	if err := w.Close(); err != nil {
		return b.settle(ctx, name, data, generation, err)
	}
	return stored(w.Attrs()), nil
}

// settle says what became of a write that failed.
func (b *google) settle(ctx context.Context, name string, data []byte, generation int64, cause error) (Object, error) {
	if err := of4xx(cause); !errors.Is(err, ErrChanged) {
		return Object{}, err
	}
	o, err := b.Stat(ctx, name)
	if err == nil && o.Generation != generation && o.Is(data) {
		return o, nil
	}
	return Object{}, ErrChanged
}

// Delete implements Bucket.
func (b *google) Delete(ctx context.Context, name string, generation int64) error {
	return of4xx(b.handle.Object(name).If(storage.Conditions{GenerationMatch: generation}).Delete(ctx))
}

func stored(a *storage.ObjectAttrs) Object {
	return Object{Name: a.Name, Size: a.Size, MD5: hex.EncodeToString(a.MD5), Generation: a.Generation, Updated: a.Updated}
}

// of4xx gives the client's errors the names of this package.
func of4xx(err error) error {
	var answer *googleapi.Error
	switch {
	case errors.Is(err, storage.ErrBucketNotExist):
		return ErrNoBucket
	case errors.Is(err, storage.ErrObjectNotExist):
		return ErrNotFound
	case errors.As(err, &answer) && answer.Code == http.StatusPreconditionFailed:
		return ErrChanged
	}
	return err
}
