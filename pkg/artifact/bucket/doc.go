// Package bucket is what dorc needs of a bucket for artifacts and DAGs: list, read,
// conditional writes and deletions. A bucket is one of Cloud Storage, or one of the
// local cloud's. It knows nothing of artifacts.
package bucket
