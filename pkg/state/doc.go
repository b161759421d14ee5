// Package state keeps what is known about stacks. Finished state lies where the
// stock Pulumi CLI would put it (`pulumi login <url>`), so that each reads the
// other's stacks; a running operation appends to a journal instead of writing the
// whole state again, and one lease per stack decides who may write.
//
// It knows nothing of what a resource means, runs no engine and prints nothing.
// docs/decisions/003-state-journal-and-leases.md tells the formats and why.
package state
