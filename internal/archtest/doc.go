// Package archtest has tests of the house: who may import whom, where anything
// is printed, and what every package says of itself. It has no code to import.
// docs/architecture.md tells the same in words.
package archtest
