package s3

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/johannesboyne/gofakes3"
)

// Older versions are in .meta/<bucket>/versions/<key's hash>/<version>, with a .json beside each;
// a delete marker is a .json alone.
func versionFile(key, id string) string { return "versions/" + keyFolder(key) + "/" + id }

// archive moves the present object of a versioned bucket to its older versions.
func (s *space) archive(key, file string, m metadata, exists bool) error {
	if !exists {
		return nil
	}
	if m.VersionID == "" {
		m.VersionID = "null"
	}
	target := versionFile(key, m.VersionID)
	if err := s.meta.MkdirAll(path.Dir(target), 0o755); err != nil {
		return err
	}
	if err := s.writeJSON(target+".json", m); err != nil {
		return err
	}
	return moveAcross(s.objects, file, s.meta, target)
}

// older reads the older versions of a key, newest first.
func (s *space) older(key string) ([]metadata, error) {
	return s.olderIn("versions/" + keyFolder(key))
}

func (s *space) olderIn(folder string) ([]metadata, error) {
	entries, err := fs.ReadDir(s.meta.FS(), folder)
	if err != nil {
		return nil, ignoreMissing(err)
	}
	var out []metadata
	for _, entry := range entries {
		if !strings.HasSuffix(entry.Name(), ".json") {
			continue
		}
		data, err := s.meta.ReadFile(folder + "/" + entry.Name())
		if err != nil {
			return nil, err
		}
		var m metadata
		if err := json.Unmarshal(data, &m); err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	slices.SortFunc(out, func(a, b metadata) int { return strings.Compare(age(b.VersionID), age(a.VersionID)) })
	return out, nil
}

// age sorts the version from before versioning as the oldest.
func age(id string) string {
	if id == "null" {
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
	m := versions[0]
	source := versionFile(key, m.VersionID)
	file, err := s.place(key)
	if err != nil {
		return err
	}
	if err := moveAcross(s.meta, source, s.objects, file); err != nil {
		return err
	}
	if err := s.objects.Chtimes(file, m.Modified, m.Modified); err != nil {
		return err
	}
	return errors.Join(s.writeJSON(currentMeta(key), m), s.meta.Remove(source+".json"))
}

// version finds a version of an object. file is open when it has contents.
func (s *space) version(key, id string) (metadata, *os.File, error) {
	if file, info, err := s.find(key); err == nil {
		m, err := s.readMeta(key, file, info)
		if err != nil {
			return m, nil, err
		}
		if m.VersionID == id || (m.VersionID == "" && id == "null") {
			f, err := s.objects.Open(file)
			return m, f, err
		}
	}
	versions, err := s.older(key)
	if err != nil {
		return metadata{}, nil, err
	}
	for _, m := range versions {
		if m.VersionID != id {
			continue
		}
		if m.Deleted {
			return m, nil, nil
		}
		f, err := s.meta.Open(versionFile(key, id))
		return m, f, err
	}
	return metadata{}, nil, gofakes3.ErrNoSuchVersion
}

// GetObjectVersion opens one version of an object.
func (b *backend) GetObjectVersion(bucket, key string, id gofakes3.VersionID, r *gofakes3.ObjectRangeRequest) (*gofakes3.Object, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	s, err := b.open(bucket)
	if err != nil {
		return nil, err
	}
	defer s.close()
	m, f, err := s.version(key, string(id))
	if err != nil {
		return nil, err
	}
	if f == nil {
		return object(key, m, nil)
	}
	return ranged(key, m, f, r)
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
