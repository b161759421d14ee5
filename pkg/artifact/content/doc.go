// Package content is what an artifact is made of: files below a service project's
// DAG prefix, and their hashes. Programs plan with it, so it knows no bucket, no git
// and no provider.
package content
