package cloud

import "path/filepath"

// Layout says where things are in the directory of the local cloud, so that a
// person can look at their cloud with ls and cat.
//
//	resources/<provider>/<module>/<type>/<id>.json   one document per resource
//	buckets/<bucket>/<key>                           objects as files
//	buckets/.meta/<bucket>/                          their metadata and older versions
//	images/<repository>/                             an OCI image layout per repository
//	runs/<run>/                                      what dorc run did
//	cache/                                           made again when deleted
type Layout struct{ Dir string }

// Resources is the folder of resource documents.
func (l Layout) Resources() string { return filepath.Join(l.Dir, "resources") }

// Bucket is the folder of a bucket's objects.
func (l Layout) Bucket(name string) string { return filepath.Join(l.Dir, "buckets", name) }

// BucketMeta is the folder of what S3 knows of a bucket's objects besides their
// bytes: metadata and older versions.
func (l Layout) BucketMeta(name string) string { return filepath.Join(l.Dir, "buckets", ".meta", name) }

// Buckets is the folder of all buckets.
func (l Layout) Buckets() string { return filepath.Join(l.Dir, "buckets") }

// Images is the OCI image layout of a repository, by its name without a registry host.
func (l Layout) Images(repository string) string {
	return filepath.Join(l.Dir, "images", filepath.FromSlash(repository))
}

// Runs is the folder of kept runs.
func (l Layout) Runs() string { return filepath.Join(l.Dir, "runs") }

// Cache is the folder of what can be made again: Python environments, extracted images, built programs.
func (l Layout) Cache(kind string) string { return filepath.Join(l.Dir, "cache", kind) }
