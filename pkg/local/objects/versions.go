package objects

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
)

// beforeVersioning is the version of objects that were there before versioning was enabled.
const beforeVersioning = "null"

// Older versions are in .meta/<bucket>/versions/<key's hash>/<version>, with a .json beside each;
// a delete marker is a .json alone.
func versionFile(key, id string) string { return "versions/" + keyFolder(key) + "/" + id }

// archive moves the present object of a versioned bucket to its older versions.
func (s *space) archive(key, file string, o Object, exists bool) error {
	if !exists {
		return nil
	}
	if o.VersionID == "" {
		o.VersionID = beforeVersioning
	}
	target := versionFile(key, o.VersionID)
	if err := s.meta.MkdirAll(path.Dir(target), 0o755); err != nil {
		return err
	}
	if err := s.writeJSON(target+".json", o); err != nil {
		return err
	}
	return moveAcross(s.objects, file, s.meta, target)
}

// older reads the older versions of a key, newest first.
func (s *space) older(key string) ([]Object, error) {
	return s.olderIn("versions/" + keyFolder(key))
}

func (s *space) olderIn(folder string) ([]Object, error) {
	entries, err := fs.ReadDir(s.meta.FS(), folder)
	if err != nil {
		return nil, ignoreMissing(err)
	}
	var out []Object
	for _, entry := range entries {
		if !strings.HasSuffix(entry.Name(), ".json") {
			continue
		}
		data, err := s.meta.ReadFile(folder + "/" + entry.Name())
		if err != nil {
			return nil, err
		}
		var o Object
		if err := json.Unmarshal(data, &o); err != nil {
			return nil, err
		}
		out = append(out, o)
	}
	slices.SortFunc(out, func(a, b Object) int { return strings.Compare(Age(b.VersionID), Age(a.VersionID)) })
	return out, nil
}

// Age sorts versions by time, with the one from before versioning as the oldest.
func Age(id string) string {
	if id == beforeVersioning {
		return ""
	}
	return id
}

// promote makes the newest older version the present one when there is no present one.
func (s *space) promote(key string) error {
	if _, _, err := s.find(key); err == nil {
		return nil
	}
	versions, err := s.older(key)
	if err != nil || len(versions) == 0 || versions[0].Deleted {
		return err
	}
	o := versions[0]
	source := versionFile(key, o.VersionID)
	file, err := s.place(key)
	if err != nil {
		return err
	}
	if err := moveAcross(s.meta, source, s.objects, file); err != nil {
		return err
	}
	if err := s.objects.Chtimes(file, o.Modified, o.Modified); err != nil {
		return err
	}
	return errors.Join(s.writeJSON(currentMeta(key), o), s.meta.Remove(source+".json"))
}

// version finds the first version that is wanted of an object. The file is open when it has contents.
func (s *space) version(key string, wanted func(Object) bool) (Object, *os.File, error) {
	o, file, err := s.latest(key)
	if err == nil && wanted(o) {
		f, err := s.objects.Open(file)
		return o, f, err
	}
	if err != nil && !errors.Is(err, ErrNotFound) {
		return Object{}, nil, err
	}
	versions, err := s.older(key)
	if err != nil {
		return Object{}, nil, err
	}
	for _, o := range versions {
		if !wanted(o) {
			continue
		}
		if o.Deleted {
			return o, nil, nil
		}
		f, err := s.meta.Open(versionFile(key, o.VersionID))
		return o, f, err
	}
	return Object{}, nil, ErrNoVersion
}
