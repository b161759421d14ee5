// Package cli is dorc's command line: one file per command. A command reads
// flags, calls pkg/stack, and renders; it has no logic of its own.
package cli
