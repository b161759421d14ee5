// Package infra is the component of what one environment has: the roles of
// functions, state machines and triggers, and the data buckets; on Google Cloud
// service accounts, what they may do, buckets, secrets and a network. Image
// repositories are in package universal, pipelines in package pipelines.
package infra
