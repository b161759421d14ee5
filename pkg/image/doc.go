// Package image makes the container images of functions, Dataflow pipelines and
// dbt projects without a daemon, pushes them, and serves them as the Pulumi resource
// dorc:image:Image. It finds no functions or pipelines and runs none. Programs use the resource through package resource.
package image
