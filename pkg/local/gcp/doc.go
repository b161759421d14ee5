// Package gcp is the Google Cloud of the local cloud: a Pulumi provider that
// accepts the type tokens of pulumi-gcp 7. pkg/local/provider does the work; here
// is what is Google's own: the types, the configuration and the data sources. It
// behaves as Google Cloud does where a user would notice: properties, names and
// limits are checked, references to things that do not exist and APIs that are not
// enabled fail with Google's own errors, computed outputs have Google's format, and
// the same fields force a replacement.
//
// It runs nothing (pkg/local/run does), calls no cloud, and knows no component of
// dorc. A type that it does not have is refused by name. docs/contributing-local-types.md
// says how to add one.
package gcp
