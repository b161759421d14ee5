package s3

import (
	"crypto/md5"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"time"

	"github.com/johannesboyne/gofakes3"
)

// object describes an object to gofakes3. contents may be nil.
func object(key string, m metadata, contents io.ReadCloser) (*gofakes3.Object, error) {
	hash, err := hex.DecodeString(m.MD5)
	if err != nil {
		return nil, err
	}
	if contents == nil {
		contents = io.NopCloser(eof{})
	}
	headers := map[string]string{"Last-Modified": m.Modified.UTC().Format("Mon, 02 Jan 2006 15:04:05") + " GMT"}
	for name, value := range m.Headers {
		headers[name] = value
	}
	return &gofakes3.Object{Name: key, Metadata: headers, Size: m.Size, Hash: hash, Contents: contents,
		VersionID: gofakes3.VersionID(m.VersionID), IsDeleteMarker: m.Deleted}, nil
}

type eof struct{}

func (eof) Read([]byte) (int, error) { return 0, io.EOF }

// HeadObject describes the latest version of an object.
func (b *backend) HeadObject(bucket, key string) (*gofakes3.Object, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	s, err := b.open(bucket)
	if err != nil {
		return nil, err
	}
	defer s.close()
	file, info, err := s.find(key)
	if err != nil {
		return nil, err
	}
	m, err := s.readMeta(key, file, info)
	if err != nil {
		return nil, err
	}
	return object(key, m, nil)
}

// GetObject opens the latest version of an object.
func (b *backend) GetObject(bucket, key string, r *gofakes3.ObjectRangeRequest) (*gofakes3.Object, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	s, err := b.open(bucket)
	if err != nil {
		return nil, err
	}
	defer s.close()
	file, info, err := s.find(key)
	if err != nil {
		return nil, err
	}
	m, err := s.readMeta(key, file, info)
	if err != nil {
		return nil, err
	}
	f, err := s.objects.Open(file)
	if err != nil {
		return nil, err
	}
	return ranged(key, m, f, r)
}

// ranged makes an object of an open file, or of the part of it that was asked for.
func ranged(key string, m metadata, f *os.File, r *gofakes3.ObjectRangeRequest) (*gofakes3.Object, error) {
	part, err := r.Range(m.Size)
	if err == nil && part != nil {
		_, err = f.Seek(part.Start, io.SeekStart)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	var contents io.ReadCloser = f
	if part != nil {
		contents = limited{io.LimitReader(f, part.Length), f}
	}
	o, err := object(key, m, contents)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	o.Range = part
	return o, nil
}

type limited struct {
	io.Reader
	io.Closer
}

// PutObject writes an object, as a new version where the bucket keeps them.
func (b *backend) PutObject(bucket, key string, headers map[string]string, input io.Reader, size int64, conditions *gofakes3.PutConditions) (gofakes3.PutObjectResult, error) {
	o, err := b.put(bucket, key, headers, input, size, conditions)
	if err != nil {
		return gofakes3.PutObjectResult{}, err
	}
	b.created(o)
	return gofakes3.PutObjectResult{VersionID: gofakes3.VersionID(o.VersionID)}, nil
}

func (b *backend) put(bucket, key string, headers map[string]string, input io.Reader, size int64, conditions *gofakes3.PutConditions) (Object, error) {
	b.mu.Lock()
	s, err := b.open(bucket)
	b.mu.Unlock()
	if err != nil {
		return Object{}, err
	}
	defer s.close()
	if _, err := keyPath(key); err != nil {
		return Object{}, gofakes3.ErrorMessage(gofakes3.ErrKeyTooLong, err.Error())
	}
	// The body comes in without the lock: it takes as long as its sender likes.
	incoming, sum, err := s.receive(input, size)
	if err != nil {
		return Object{}, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	o, err := b.commit(s, key, headers, incoming, sum, size, conditions)
	if err != nil {
		err = errors.Join(err, ignoreMissing(s.meta.Remove(incoming)))
	}
	return o, unjoin(err)
}

// receive writes a body to a temporary file beside the objects.
func (s *space) receive(input io.Reader, size int64) (file, sum string, err error) {
	if err := s.meta.MkdirAll("incoming", 0o755); err != nil {
		return "", "", err
	}
	file = "incoming/" + randomID()
	f, err := s.meta.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return "", "", err
	}
	h := md5.New()
	n, err := io.Copy(io.MultiWriter(f, h), input)
	if err == nil && n != size {
		err = gofakes3.ErrIncompleteBody
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return "", "", unjoin(errors.Join(err, ignoreMissing(s.meta.Remove(file))))
	}
	return file, hex.EncodeToString(h.Sum(nil)), nil
}

// unjoin returns the one error of a join, so that S3's error codes stay visible to gofakes3.
func unjoin(err error) error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok && len(joined.Unwrap()) == 1 {
		return unjoin(joined.Unwrap()[0])
	}
	return err
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// commit moves a received body to its place. Callers hold the lock.
func (b *backend) commit(s *space, key string, headers map[string]string, incoming, sum string, size int64, conditions *gofakes3.PutConditions) (Object, error) {
	old, info, err := s.find(key)
	exists := err == nil
	if err != nil && !gofakes3.HasErrorCode(err, gofakes3.ErrNoSuchKey) {
		return Object{}, err
	}
	var before metadata
	if exists {
		if before, err = s.readMeta(key, old, info); err != nil {
			return Object{}, err
		}
	}
	if conditions != nil {
		hash, err := hex.DecodeString(before.MD5)
		if err != nil {
			return Object{}, err
		}
		if err := gofakes3.CheckPutConditions(conditions, &gofakes3.ConditionalObjectInfo{Exists: exists, Hash: hash}); err != nil {
			return Object{}, err
		}
	}
	m := metadata{Key: key, Size: size, MD5: sum, Headers: objectHeaders(headers)}
	if s.bucket.Versioned {
		if err := s.archive(key, old, before, exists); err != nil {
			return Object{}, err
		}
		m.VersionID = newVersionID(b.now())
	}
	file, err := s.place(key)
	if err != nil {
		return Object{}, err
	}
	if err := moveAcross(s.meta, incoming, s.objects, file); err != nil {
		return Object{}, err
	}
	now := b.now().Truncate(time.Microsecond)
	if err := s.objects.Chtimes(file, now, now); err != nil {
		return Object{}, err
	}
	written, err := s.objects.Lstat(file)
	if err != nil {
		return Object{}, err
	}
	m.Modified = written.ModTime()
	if err := s.writeJSON(currentMeta(key), m); err != nil {
		return Object{}, err
	}
	return Object{Bucket: s.bucket.Name, Key: key, ETag: sum, VersionID: m.VersionID, Size: size, Reason: "PutObject"}, nil
}

// moveAcross renames a file from one root into another. Both are folders of the bucket space, below
// one directory, and neither path has parts that lead elsewhere: place and find looked at each.
func moveAcross(from *os.Root, source string, to *os.Root, target string) error {
	return os.Rename(from.Name()+"/"+source, to.Name()+"/"+target)
}
