// Package infra is the component of what one environment has: the roles of
// functions, state machines and triggers, and the data buckets. Image
// repositories are in package universal, pipelines in package pipelines.
package infra
