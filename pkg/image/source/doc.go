// Package source says what goes into the image of a function, of a Dataflow pipeline
// or of a dbt project: which files, under which names, and their hashes. Programs
// plan with it and the provider builds from it, so that both mean the same. It makes
// no image.
package source
