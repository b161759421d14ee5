package objects

import "os"

// Stat describes the latest version of an object. The error is ErrNoBucket, ErrNotFound or ErrKey.
func (s *Store) Stat(bucket, key string) (o Object, err error) {
	err = s.within(bucket, func(folders *space) error {
		o, _, err = folders.latest(key)
		return err
	})
	return o, err
}

// Open opens the latest version of an object; the file stays what it is when the object changes. Errors are as of Stat.
func (s *Store) Open(bucket, key string) (o Object, f *os.File, err error) {
	err = s.within(bucket, func(folders *space) error {
		var file string
		if o, file, err = folders.latest(key); err == nil {
			f, err = folders.objects.Open(file)
		}
		return missing(err)
	})
	return o, f, err
}

// OpenVersion opens the first version that is wanted of an object, newest first. The file is nil for a delete marker. The
// error may be ErrNoVersion also.
func (s *Store) OpenVersion(bucket, key string, wanted func(Object) bool) (o Object, f *os.File, err error) {
	err = s.within(bucket, func(folders *space) error {
		o, f, err = folders.version(key, wanted)
		return err
	})
	return o, f, err
}

// latest finds the present object of a key and its file.
func (s *space) latest(key string) (Object, string, error) {
	file, info, err := s.find(key)
	if err != nil {
		return Object{}, "", err
	}
	o, err := s.describe(key, file, info)
	return o, file, err
}
