// Package containers compares the images of the standard builder with those that
// a real container engine makes from the standard Dockerfile, and runs both. It
// has tests only; scripts/containers.sh starts what they need.
package containers
