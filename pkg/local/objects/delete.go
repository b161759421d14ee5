package objects

import (
	"errors"
	"time"
)

// Delete deletes an object. A versioned bucket keeps it as an older version and gets a delete marker, which is returned
// then. It is no error when there is no object, unless check, which then sees nil, makes it one.
func (s *Store) Delete(bucket, key string, check func(present *Object) error) (marker Object, err error) {
	err = s.within(bucket, func(folders *space) error {
		return s.exclusive(bucket, check, func() error {
			marker, err = folders.delete(s.now, key, check)
			return err
		})
	})
	return marker, err
}

func (s *space) delete(now func() time.Time, key string, check func(present *Object) error) (marker Object, err error) {
	file, info, err := s.find(key)
	exists := err == nil
	if err != nil && !errors.Is(err, ErrNotFound) {
		return marker, err
	}
	var present *Object
	if exists {
		o, err := s.describe(key, file, info)
		if err != nil {
			return marker, err
		}
		present = &o
	}
	if check != nil {
		if err := check(present); err != nil {
			return marker, err
		}
	}
	if !s.bucket.Versioned {
		if !exists {
			return marker, nil
		}
		return marker, s.drop(key, file)
	}
	if exists {
		if err := s.archive(key, file, *present, true); err != nil {
			return marker, err
		}
		if err := s.drop(key, file); err != nil {
			return marker, err
		}
	}
	at := now()
	marker = Object{Key: key, VersionID: newVersionID(at), Modified: at, Deleted: true}
	return marker, s.writeJSON(versionFile(key, marker.VersionID)+".json", marker)
}

// drop removes an object's file and what is kept beside it.
func (s *space) drop(key, file string) error {
	return join(s.remove(file), ignoreMissing(s.meta.Remove(currentMeta(key))))
}

// DeleteVersion deletes the first version that is wanted, for good, and returns it. The error may be ErrNoVersion.
func (s *Store) DeleteVersion(bucket, key string, wanted func(Object) bool) (deleted Object, err error) {
	err = s.within(bucket, func(folders *space) error {
		o, f, err := folders.version(key, wanted)
		if err != nil {
			return err
		}
		if f != nil {
			if err := f.Close(); err != nil {
				return err
			}
		}
		deleted = o
		if present, file, err := folders.latest(key); err == nil && present.VersionID == o.VersionID {
			if err := folders.drop(key, file); err != nil {
				return err
			}
			return folders.promote(key)
		}
		stored := versionFile(key, o.VersionID)
		if err := join(ignoreMissing(folders.meta.Remove(stored)), folders.meta.Remove(stored+".json")); err != nil {
			return err
		}
		return folders.promote(key)
	})
	return deleted, err
}
