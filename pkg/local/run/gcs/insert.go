package gcs

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/dorc-dev/dorc/pkg/local/objects"
)

// upload takes a new object, in one of the API's three ways
// (https://cloud.google.com/storage/docs/uploads-downloads).
func (a *api) upload(w http.ResponseWriter, r *request) {
	var (
		out any
		err error
	)
	switch kind := r.query.Get("uploadType"); {
	case r.query.Get("predefinedAcl") != "":
		err = invalid("Cannot insert legacy ACL for an object when uniform bucket-level access is enabled. Read more at https://cloud.google.com/storage/docs/uniform-bucket-level-access")
	case r.query.Get("kmsKeyName") != "":
		err = absent("encryption keys")
	case r.query.Get("upload_id") != "":
		a.resume(w, r)
		return
	case r.Method != http.MethodPost:
		err = a.unknown(r)
	case kind == "media":
		out, err = a.media(r)
	case kind == "multipart":
		out, err = a.multipart(r)
	case kind == "resumable":
		err = a.begin(w, r)
		if err == nil {
			return
		}
	default:
		err = invalid("Invalid uploadType: %q.", kind)
	}
	if err != nil {
		fail(w, err)
		return
	}
	answer(w, http.StatusOK, out)
}

// incoming is an object on its way.
type incoming struct {
	bucket, key string
	about       about
	attributes  objects.Attributes
	conditions  conditions
	writer      *objects.Writer
}

// incoming begins an object: its bucket must be there, and its name be one
// (https://cloud.google.com/storage/docs/objects#naming).
func (a *api) incoming(r *request, b about) (*incoming, error) {
	in := &incoming{bucket: r.bucket, key: b.Name, about: b, attributes: b.patch(objects.Attributes{})}
	if name := r.query.Get("name"); name != "" {
		in.key = name
	}
	switch {
	case in.key == "":
		return nil, refuse(http.StatusBadRequest, "required", "Required parameter: name")
	case len(in.key) > 1024:
		return nil, invalid("The specified object name is too long: %d bytes; at most 1024 are possible.", len(in.key))
	case in.key == "." || in.key == ".." || strings.ContainsAny(in.key, "\r\n") || strings.HasPrefix(in.key, ".well-known/acme-challenge/") || !utf8.ValidString(in.key):
		return nil, invalid("Invalid object name: %q.", in.key)
	case b.KMSKeyName != "":
		return nil, absent("encryption keys")
	}
	if _, err := objects.Path(in.key); err != nil {
		return nil, a.coded(err, in.bucket, in.key)
	}
	var err error
	if in.conditions, err = r.conditions(false); err != nil {
		return nil, err
	}
	in.writer, err = a.store.Create(in.bucket)
	return in, a.coded(err, in.bucket, in.key)
}

// read takes bytes; when they do not come to their end, there is no object.
func (in *incoming) read(content io.Reader) error {
	if _, err := io.Copy(in.writer, content); err != nil {
		return errors.Join(err, in.writer.Abort())
	}
	return nil
}

// finish makes the object.
func (a *api) finish(r *request, in *incoming) (any, error) {
	if sum := in.writer.CRC32C(); in.about.CRC32C != "" && in.about.CRC32C != sum {
		return nil, errors.Join(invalid("Provided CRC32C %q doesn't match calculated CRC32C %q.", in.about.CRC32C, sum), in.writer.Abort())
	}
	if sum := md5Hash(objects.Object{MD5: in.writer.MD5()}); in.about.MD5Hash != "" && in.about.MD5Hash != sum {
		return nil, errors.Join(invalid("Provided MD5 hash %q doesn't match calculated MD5 hash %q.", in.about.MD5Hash, sum), in.writer.Abort())
	}
	o, err := in.writer.Commit(in.key, in.attributes, in.conditions.check)
	if err != nil {
		return nil, a.coded(err, in.bucket, in.key)
	}
	a.hear.Created(Object{in.bucket, in.key, o.Size})
	return a.describe(r, in.bucket, o), nil
}

// media takes an object whose bytes are the request's body.
func (a *api) media(r *request) (any, error) {
	b := about{}
	b.ContentType.orElse(r.Header.Get("Content-Type"))
	b.ContentEncoding.orElse(r.query.Get("contentEncoding"))
	b.sums(r.Header)
	in, err := a.incoming(r, b)
	if err != nil {
		return nil, err
	}
	if err := in.read(r.Body); err != nil {
		return nil, err
	}
	return a.finish(r, in)
}

// multipart takes an object whose description is the first part of the body and whose bytes are the second.
func (a *api) multipart(r *request) (any, error) {
	kind, parameters, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || !strings.HasPrefix(kind, "multipart/") {
		return nil, invalid("Invalid Content-Type: %q is no multipart.", r.Header.Get("Content-Type"))
	}
	parts := multipart.NewReader(r.Body, parameters["boundary"])
	first, err := parts.NextRawPart()
	if err != nil {
		return nil, invalid("The description of the object is missing: %v.", err)
	}
	var b about
	if err := b.read(first); err != nil {
		return nil, err
	}
	second, err := parts.NextRawPart()
	if err != nil {
		return nil, invalid("The bytes of the object are missing: %v.", err)
	}
	b.ContentType.orElse(second.Header.Get("Content-Type"))
	b.sums(r.Header)
	in, err := a.incoming(r, b)
	if err != nil {
		return nil, err
	}
	if err := in.read(second); err != nil {
		return nil, err
	}
	return a.finish(r, in)
}
