// Package component has what the components universal, infra and pipelines
// share: tags on every resource, the place in AWS where a stack lives, and ARNs.
// It creates no resource and reads no configuration.
package component
