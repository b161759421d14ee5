// Package component has what the components universal, infra and pipelines
// share: tags and labels on every resource, the place in AWS where a stack lives,
// ARNs, and the APIs that a Google project needs. It creates no other resource
// and reads no configuration.
package component
