// Package resource is the Pulumi resource dorc:image:Image as Go programs use
// it. It builds nothing: the provider in package image does, so that a program
// that uses the resource does not carry the builder.
package resource
