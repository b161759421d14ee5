package bucket

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"

	"github.com/dorc-dev/dorc/pkg/local/objects"
)

// local is a bucket of the local cloud.
type local struct {
	store *objects.Store
	name  string
}

// NewLocal is a bucket of the local cloud. Whether it was applied is seen when it
// is used.
func NewLocal(store *objects.Store, name string) Bucket { return &local{store, name} }

// URL implements Bucket.
func (b *local) URL() string { return "gs://" + b.name }

// List implements Bucket.
func (b *local) List(ctx context.Context, prefix string) ([]Object, error) {
	keys, err := b.store.Keys(b.name, prefix)
	if err != nil {
		return nil, b.of(err)
	}
	found := make([]Object, 0, len(keys))
	for _, key := range keys {
		o, err := b.Stat(ctx, key)
		if errors.Is(err, ErrNotFound) {
			continue // removed meanwhile
		}
		if err != nil {
			return nil, err
		}
		found = append(found, o)
	}
	return found, nil
}

// Folder implements Bucket.
func (b *local) Folder(ctx context.Context, prefix string) (folders []string, found []Object, err error) {
	keys, err := b.store.Keys(b.name, prefix)
	if err != nil {
		return nil, nil, b.of(err)
	}
	for _, e := range objects.Fold(keys, prefix, "/", "") {
		if e.Common {
			folders = append(folders, strings.TrimSuffix(e.Key[len(prefix):], "/"))
			continue
		}
		o, err := b.Stat(ctx, e.Key)
		if errors.Is(err, ErrNotFound) {
			continue // removed meanwhile
		}
		if err != nil {
			return nil, nil, err
		}
		found = append(found, o)
	}
	return folders, found, nil
}

// Stat implements Bucket.
func (b *local) Stat(ctx context.Context, name string) (Object, error) {
	if err := ctx.Err(); err != nil {
		return Object{}, err
	}
	o, err := b.store.Stat(b.name, name)
	return object(o), b.of(err)
}

// Read implements Bucket.
func (b *local) Read(ctx context.Context, name string, limit int64) ([]byte, Object, error) {
	if err := ctx.Err(); err != nil {
		return nil, Object{}, err
	}
	o, f, err := b.store.Open(b.name, name)
	if err != nil {
		return nil, Object{}, b.of(err)
	}
	defer f.Close()
	if o.Size > limit {
		return nil, Object{}, &TooLargeError{object(o), limit}
	}
	data, err := io.ReadAll(f)
	return data, object(o), err
}

// Write implements Bucket.
func (b *local) Write(ctx context.Context, name string, data []byte, generation int64) (Object, error) {
	if err := ctx.Err(); err != nil {
		return Object{}, err
	}
	w, err := b.store.Create(b.name)
	if err != nil {
		return Object{}, b.of(err)
	}
	if _, err := io.Copy(w, bytes.NewReader(data)); err != nil {
		return Object{}, errors.Join(err, w.Abort())
	}
	o, err := w.Commit(name, objects.Attributes{}, of(generation))
	return object(o), b.of(err)
}

// Delete implements Bucket.
func (b *local) Delete(ctx context.Context, name string, generation int64) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	_, err := b.store.Delete(b.name, name, func(present *objects.Object) error {
		if present == nil {
			return ErrNotFound
		}
		return of(generation)(present)
	})
	return b.of(err)
}

// of demands a generation.
func of(generation int64) func(*objects.Object) error {
	return func(present *objects.Object) error {
		found := int64(0)
		if present != nil {
			found = present.Generation()
		}
		if found != generation {
			return ErrChanged
		}
		return nil
	}
}

func object(o objects.Object) Object {
	if o.Key == "" {
		return Object{}
	}
	return Object{Name: o.Key, Size: o.Size, MD5: o.MD5, Generation: o.Generation(), Updated: o.Modified}
}

// of gives the store's errors the names of this package.
func (b *local) of(err error) error {
	switch {
	case errors.Is(err, objects.ErrNotFound):
		return ErrNotFound
	case errors.Is(err, objects.ErrNoBucket):
		return ErrNoBucket
	}
	return err
}
