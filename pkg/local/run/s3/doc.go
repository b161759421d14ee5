// Package s3 is an S3 endpoint on loopback over the local cloud's bucket folders:
// objects are plain files that a person can list and read, and files that a person
// puts there are objects. What S3 keeps beside an object (metadata, versions) is in
// buckets/.meta. It makes no bucket: a bucket is there when it was applied.
package s3
