// Package objects keeps the objects of the local cloud's buckets as plain files that a
// person can list and read; a file that a person puts there is an object. A key
// becomes a path that cannot leave the bucket's folder. What is kept beside an object
// (its headers, checksums and older versions) is in buckets/.meta. It speaks no
// protocol: the endpoints in pkg/local/run/s3 and pkg/local/run/gcs do, and
// providers write objects as files by the same paths.
package objects
