// Package registry talks to remote image registries (ECR, Artifact Registry,
// Docker Hub, GHCR, a plain registry): it pushes, finds and deletes images by tag,
// and reads base images. It builds no image and knows no function. The local
// cloud's images are not here: they are folders, in package image.
package registry
