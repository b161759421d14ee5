// Package pipelines is the component of one pipeline in one environment. Every
// kind of pipeline has a file of its own; functions.go is the first. What
// pipelines share is in package universal and package infra.
package pipelines
