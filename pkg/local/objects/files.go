package objects

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// find returns the file of a key: the plain one, or the one beside a folder of its name.
func (s *space) find(key string) (file string, info fs.FileInfo, err error) {
	file, err = Path(key)
	if err != nil {
		return "", nil, err
	}
	for _, candidate := range []string{file, file + selfSuffix} {
		info, err = s.objects.Lstat(candidate)
		if err == nil && info.Mode().IsRegular() {
			return candidate, info, nil
		}
		if err != nil && !notThere(err) {
			return "", nil, err
		}
	}
	return "", nil, ErrNotFound
}

// notThere covers a parent that is a file, which the system reports in another way.
func notThere(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || isNotDirectory(err)
}

// place makes room for a key's file and returns its path. Files that stand where folders must be move aside.
func (s *space) place(key string) (string, error) {
	file, err := Path(key)
	if err != nil {
		return "", err
	}
	dir := ""
	parts := strings.Split(file, "/")
	for _, part := range parts[:len(parts)-1] {
		dir = path.Join(dir, part)
		info, err := s.objects.Lstat(dir)
		if err == nil && !info.IsDir() {
			if err := s.objects.Rename(dir, dir+selfSuffix); err != nil {
				return "", err
			}
		} else if err != nil && !notThere(err) {
			return "", err
		}
	}
	if dir != "" {
		if err := s.objects.MkdirAll(dir, 0o755); err != nil {
			return "", err
		}
	}
	info, err := s.objects.Lstat(file)
	switch {
	case err == nil && info.IsDir():
		return file + selfSuffix, nil
	case err != nil && !notThere(err):
		return "", err
	}
	// A file that moved aside for a folder which is gone by now must not shadow the new one.
	if err := s.objects.Remove(file + selfSuffix); err != nil && !notThere(err) {
		return "", err
	}
	return file, nil
}

// remove removes an object's file and the folders that become empty by it.
func (s *space) remove(file string) error {
	if err := s.objects.Remove(file); err != nil && !notThere(err) {
		return err
	}
	for dir := path.Dir(file); dir != "."; dir = path.Dir(dir) {
		if s.objects.Remove(dir) != nil {
			break // not empty
		}
	}
	return nil
}

// keys lists the bucket's keys in order. Files that no key leads to are left out, and so are links.
func (s *space) keys(prefix string) ([]string, error) {
	start := "."
	if at := strings.LastIndexByte(prefix, '/'); at > 0 {
		p, err := Path(prefix[:at])
		if err != nil {
			return nil, nil // no object has such a key
		}
		start = p
	}
	var keys []string
	err := fs.WalkDir(s.objects.FS(), start, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			if notThere(err) {
				return nil
			}
			return err
		}
		if !entry.Type().IsRegular() {
			return nil
		}
		if key, ok := Key(name); ok && strings.HasPrefix(key, prefix) {
			keys = append(keys, key)
		}
		return nil
	})
	slices.Sort(keys)
	return slices.Compact(keys), err
}
