// Package s3 is an S3 endpoint on loopback over the local cloud's bucket folders,
// whose files pkg/local/objects keeps. It makes no bucket: a bucket is there when it
// was applied.
package s3
