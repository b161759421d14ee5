// Package resource is the Pulumi resource dorc:artifact:Deployment as Go programs
// use it. It stores and deploys nothing: the provider in package artifact does.
package resource
