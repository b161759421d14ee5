// Package gcs is a Cloud Storage endpoint on loopback over the local cloud's bucket
// folders, whose files pkg/local/objects keeps. It speaks what Google's client
// libraries need of the JSON API (https://cloud.google.com/storage/docs/json_api/v1),
// and the XML API's download, for STORAGE_EMULATOR_HOST. It makes no bucket: a bucket
// is there when it was applied.
//
// fsouza/fake-gcs-server, which is made for that, cannot serve these folders. Its file
// system backend (1.52.2) finds no object without an extended attribute of its own, so
// one file that a person copied makes its whole list fail; names such as ../../x leave
// the bucket; a and a/b cannot both be objects, and a/ cannot be one; it writes
// <bucket>.bucketMetadata beside the buckets, and keeps ifGenerationMatch for one
// kind of upload only. Its backend is internal, so another cannot be given to it. The tests hold this package against it where both can do the same.
package gcs
