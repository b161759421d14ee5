// Package lockfile is a lock between processes that a context can stop waiting
// for. Two runs that need the same thing from a cache make it once with it. It
// protects no data: what is made appears by a rename.
package lockfile
