package s3

import (
	"github.com/johannesboyne/gofakes3"

	"github.com/dorc-dev/dorc/pkg/local/objects"
)

// wanted picks one version; "null" also names the only one of an object without versions.
func wanted(id gofakes3.VersionID) func(objects.Object) bool {
	return func(o objects.Object) bool {
		return o.VersionID == string(id) || (o.VersionID == "" && id == "null")
	}
}

// GetObjectVersion opens one version of an object.
func (b *backend) GetObjectVersion(bucket, key string, id gofakes3.VersionID, r *gofakes3.ObjectRangeRequest) (*gofakes3.Object, error) {
	o, f, err := b.store.OpenVersion(bucket, key, wanted(id))
	if err != nil {
		return nil, coded(err, bucket, key)
	}
	if f == nil {
		return object(key, o, nil)
	}
	return ranged(key, o, f, r)
}

// HeadObjectVersion describes one version of an object.
func (b *backend) HeadObjectVersion(bucket, key string, id gofakes3.VersionID) (*gofakes3.Object, error) {
	o, err := b.GetObjectVersion(bucket, key, id, nil)
	if err != nil {
		return nil, err
	}
	if err := o.Contents.Close(); err != nil {
		return nil, err
	}
	o.Contents = limited{eof{}, noClose{}}
	return o, nil
}

type noClose struct{}

func (noClose) Close() error { return nil }
