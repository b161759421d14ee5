// Package dockerfile reads a config repo's Dockerfile with BuildKit's own
// parser. It tells whether the Dockerfile means what the standard builder does,
// what that builder would ignore, and which files of the repo a build can see.
// It builds nothing: that is pkg/image and pkg/image/docker.
package dockerfile
