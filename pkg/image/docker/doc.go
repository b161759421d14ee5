// Package docker builds a config repo's own Dockerfile with the engine that is
// on the machine: Docker with BuildKit, Podman or Buildah. The result is an
// image in memory and in a temporary folder; the engine keeps nothing but its
// cache. It pushes nothing, and it judges no Dockerfile: that is
// pkg/image/dockerfile.
package docker
