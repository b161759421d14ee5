// Package stockcli holds dorc against the real Pulumi CLI, of the version whose
// engine dorc links: both read, change and lock the same state. It has tests
// only, in a module of their own, so that dorc does not depend on the CLI.
package stockcli
