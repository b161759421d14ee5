// Package aws is the AWS of the local cloud: a Pulumi provider that accepts the
// type tokens of pulumi-aws 6. pkg/local/provider does the work; here is what is
// AWS's own: the types, the configuration and the data sources. It behaves as AWS does where a user would notice: properties,
// names and limits are checked, references to things that do not exist fail with
// AWS's own error codes, computed outputs have AWS's format, and the same fields
// force a replacement.
//
// It runs nothing (pkg/local/run does), calls no cloud, and knows no component of
// dorc. A type that it does not have is refused by name. docs/contributing-local-types.md
// says how to add one.
package aws
