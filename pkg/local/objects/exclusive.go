package objects

import (
	"context"
	"path/filepath"

	"github.com/dorc-dev/dorc/internal/lockfile"
)

// exclusive keeps other processes that look before they write away while f looks
// and writes: of two that both demand that there is no object, one gets it. Without
// a look there is nothing to keep.
func (s *Store) exclusive(bucket string, look func(*Object) error, f func() error) error {
	if look == nil {
		return f()
	}
	// No bucket's name begins with a period.
	unlock, err := lockfile.Lock(context.Background(), filepath.Join(s.folder, ".meta", ".locks", bucket+".writes"))
	if err != nil {
		return err
	}
	defer unlock()
	return f()
}
