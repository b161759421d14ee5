package s3

import (
	"cmp"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"strings"

	"github.com/johannesboyne/gofakes3"

	"github.com/dorc-dev/dorc/pkg/local/objects"
)

// keptHeaders are the headers of a request that belong to the object.
var keptHeaders = []string{"Content-Type", "Content-Disposition", "Content-Encoding"}

// attributes picks an object's own headers.
func attributes(all map[string]string) objects.Attributes {
	out := map[string]string{}
	for _, name := range keptHeaders {
		if all[name] != "" {
			out[name] = all[name]
		}
	}
	for name, value := range all {
		if strings.HasPrefix(name, "X-Amz-Meta-") {
			out[name] = value
		}
	}
	return objects.Attributes{Headers: out}
}

// object describes an object to gofakes3. contents may be nil.
func object(key string, o objects.Object, contents io.ReadCloser) (*gofakes3.Object, error) {
	hash, err := hex.DecodeString(o.MD5)
	if err != nil {
		return nil, err
	}
	if contents == nil {
		contents = io.NopCloser(eof{})
	}
	headers := map[string]string{"Last-Modified": o.Modified.UTC().Format("Mon, 02 Jan 2006 15:04:05") + " GMT"}
	for name, value := range o.Headers {
		headers[name] = value
	}
	headers["Content-Type"] = cmp.Or(headers["Content-Type"], "binary/octet-stream") // S3's own for an object without
	return &gofakes3.Object{Name: key, Metadata: headers, Size: o.Size, Hash: hash, Contents: contents,
		VersionID: gofakes3.VersionID(o.VersionID), IsDeleteMarker: o.Deleted}, nil
}

type eof struct{}

func (eof) Read([]byte) (int, error) { return 0, io.EOF }

// HeadObject describes the latest version of an object.
func (b *backend) HeadObject(bucket, key string) (*gofakes3.Object, error) {
	o, err := b.store.Stat(bucket, key)
	if err != nil {
		return nil, coded(err, bucket, key)
	}
	return object(key, o, nil)
}

// GetObject opens the latest version of an object.
func (b *backend) GetObject(bucket, key string, r *gofakes3.ObjectRangeRequest) (*gofakes3.Object, error) {
	o, f, err := b.store.Open(bucket, key)
	if err != nil {
		return nil, coded(err, bucket, key)
	}
	return ranged(key, o, f, r)
}

// ranged makes an object of an open file, or of the part of it that was asked for.
func ranged(key string, m objects.Object, f *os.File, r *gofakes3.ObjectRangeRequest) (*gofakes3.Object, error) {
	part, err := r.Range(m.Size)
	if err == nil && part != nil {
		_, err = f.Seek(part.Start, io.SeekStart)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	var contents io.ReadCloser = f
	if part != nil {
		contents = limited{io.LimitReader(f, part.Length), f}
	}
	o, err := object(key, m, contents)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	o.Range = part
	return o, nil
}

type limited struct {
	io.Reader
	io.Closer
}

// PutObject writes an object, as a new version where the bucket keeps them.
func (b *backend) PutObject(bucket, key string, headers map[string]string, input io.Reader, size int64, conditions *gofakes3.PutConditions) (gofakes3.PutObjectResult, error) {
	o, err := b.put(bucket, key, headers, input, size, conditions)
	if err != nil {
		return gofakes3.PutObjectResult{}, err
	}
	b.created(o)
	return gofakes3.PutObjectResult{VersionID: gofakes3.VersionID(o.VersionID)}, nil
}

func (b *backend) put(bucket, key string, headers map[string]string, input io.Reader, size int64, conditions *gofakes3.PutConditions) (Object, error) {
	if _, err := objects.Path(key); err != nil {
		return Object{}, coded(err, bucket, key)
	}
	w, err := b.store.Create(bucket)
	if err != nil {
		return Object{}, coded(err, bucket, key)
	}
	_, err = io.Copy(w, input)
	if err == nil && w.Size != size {
		err = gofakes3.ErrIncompleteBody
	}
	if err != nil {
		return Object{}, unjoin(errors.Join(err, w.Abort()))
	}
	o, err := w.Commit(key, attributes(headers), met(conditions))
	if err != nil {
		return Object{}, coded(err, bucket, key)
	}
	return Object{Bucket: bucket, Key: key, ETag: o.MD5, VersionID: o.VersionID, Size: o.Size, Reason: "PutObject"}, nil
}

// met checks a request's conditions against the present object.
func met(conditions *gofakes3.PutConditions) func(*objects.Object) error {
	if conditions == nil {
		return nil
	}
	return func(present *objects.Object) error {
		info := &gofakes3.ConditionalObjectInfo{Exists: present != nil}
		if present != nil {
			var err error
			if info.Hash, err = hex.DecodeString(present.MD5); err != nil {
				return err
			}
		}
		return gofakes3.CheckPutConditions(conditions, info)
	}
}

// unjoin returns the one error of a join, so that S3's error codes stay visible to gofakes3.
func unjoin(err error) error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok && len(joined.Unwrap()) == 1 {
		return unjoin(joined.Unwrap()[0])
	}
	return err
}
