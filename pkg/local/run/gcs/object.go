package gcs

import (
	"net/http"
	"os"

	"github.com/dorc-dev/dorc/pkg/local/objects"
)

// object answers for one object: its description, its change or its end.
func (a *api) object(r *request) (any, error) {
	c, err := r.conditions(false)
	if err != nil {
		return nil, err
	}
	switch r.Method {
	case http.MethodGet:
		o, f, err := a.open(r, r.bucket, r.key, "generation")
		if err != nil {
			return nil, err
		}
		if err := f.Close(); err != nil {
			return nil, err
		}
		return a.describe(r, r.bucket, o), c.checkRead(o)
	case http.MethodPatch, http.MethodPut:
		return a.change(r, c)
	case http.MethodDelete:
		return nil, a.remove(r, c)
	}
	return nil, a.unknown(r)
}

// open opens the version of an object that the request's parameter names, or the latest.
func (a *api) open(r *request, bucket, key, parameter string) (objects.Object, *os.File, error) {
	wanted, err := r.wanted(parameter)
	if err != nil {
		return objects.Object{}, nil, err
	}
	var (
		o objects.Object
		f *os.File
	)
	if wanted == nil {
		o, f, err = a.store.Open(bucket, key)
	} else {
		o, f, err = a.store.OpenVersion(bucket, key, wanted)
	}
	return o, f, a.coded(err, bucket, key)
}

// change writes an object's attributes: some of them (PATCH) or all (PUT).
func (a *api) change(r *request, c conditions) (any, error) {
	var b about
	if err := b.read(r.Body); err != nil {
		return nil, err
	}
	wanted, err := r.wanted("generation")
	if err != nil {
		return nil, err
	}
	o, err := a.store.Change(r.bucket, r.key, func(o *objects.Object) error {
		if wanted != nil && !wanted(*o) {
			return objects.ErrNotFound // what is not the latest cannot be changed here
		}
		if err := c.check(o); err != nil {
			return err
		}
		if r.Method == http.MethodPut {
			o.Attributes = objects.Attributes{}
		}
		o.Attributes = b.patch(o.Attributes)
		return nil
	})
	if err != nil {
		return nil, a.coded(err, r.bucket, r.key)
	}
	return a.describe(r, r.bucket, o), nil
}

func (a *api) remove(r *request, c conditions) error {
	wanted, err := r.wanted("generation")
	if err != nil {
		return err
	}
	if wanted != nil {
		_, err := a.store.DeleteVersion(r.bucket, r.key, func(o objects.Object) bool { return wanted(o) && c.check(&o) == nil })
		return a.coded(err, r.bucket, r.key)
	}
	_, err = a.store.Delete(r.bucket, r.key, func(present *objects.Object) error {
		if present == nil {
			return objects.ErrNotFound
		}
		return c.check(present)
	})
	return a.coded(err, r.bucket, r.key)
}
