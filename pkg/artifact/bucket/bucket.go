package bucket

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"errors"
	"fmt"
	"time"
)

// Object is an object without its bytes.
type Object struct {
	// Name is the whole name, such as "dags/dop_example/raw/orders/sql/orders.sql".
	Name string
	// Size is in bytes.
	Size int64
	// MD5 is the bucket's own sum of the bytes in hexadecimal digits; "" for an
	// object that was composed of others, which dorc never does.
	MD5 string
	// Generation is another with every write. 0 is no object.
	Generation int64
	// Updated is when it was written, by the bucket's clock.
	Updated time.Time
}

// Is says that the object has exactly these bytes, as far as its sum tells.
func (o Object) Is(data []byte) bool {
	return o.Size == int64(len(data)) && o.MD5 == Sum(data)
}

// Sum is the MD5 of bytes in hexadecimal digits, as buckets keep it. It finds what
// changed by accident; SHA-256 in manifests is what finds intent.
func Sum(data []byte) string {
	sum := md5.Sum(data)
	return hex.EncodeToString(sum[:])
}

// Errors of a bucket; errors.Is finds them.
var (
	// ErrNotFound says that there is no such object.
	ErrNotFound = errors.New("there is no such object")
	// ErrChanged says that the object is not of the generation that was demanded.
	ErrChanged = errors.New("the object was changed meanwhile")
	// ErrNoBucket says that there is no such bucket.
	ErrNoBucket = errors.New("there is no such bucket")
)

// Bucket is a bucket. Its methods may be called at the same time. A generation that
// is demanded is that of the present object, 0 for none: who finds another one gets
// ErrChanged and has changed nothing.
type Bucket interface {
	// URL names the bucket for a person, such as "gs://example-artifacts".
	URL() string
	// List lists the objects whose names begin with the prefix, sorted by name.
	List(ctx context.Context, prefix string) ([]Object, error)
	// Folder lists what lies directly below the prefix, which is empty or ends in a
	// slash: folders, without a slash, and objects, each sorted by name.
	Folder(ctx context.Context, prefix string) (folders []string, objects []Object, err error)
	// Stat describes an object, or gives ErrNotFound.
	Stat(ctx context.Context, name string) (Object, error)
	// Read reads an object of at most limit bytes, or gives ErrNotFound.
	Read(ctx context.Context, name string, limit int64) ([]byte, Object, error)
	// Write writes an object if the present one is of the generation.
	Write(ctx context.Context, name string, data []byte, generation int64) (Object, error)
	// Delete deletes an object if it is of the generation. One that is not there
	// gives ErrNotFound.
	Delete(ctx context.Context, name string, generation int64) error
}

// MaxObject is the most bytes of an object that dorc reads into memory: Airflow's
// files and SQL are thousands of times smaller.
const MaxObject = 64 << 20

// TooLargeError says that an object has more bytes than were expected.
type TooLargeError struct {
	Object Object
	Limit  int64
}

// Error implements error.
func (e *TooLargeError) Error() string {
	return fmt.Sprintf("%s has %d bytes, more than the %d that it can have", e.Object.Name, e.Object.Size, e.Limit)
}
