// Package componenttest runs a component in memory and records what it
// registers, for tests and runnable examples. It stands in for the engine and
// for AWS only as far as dorc's own components need.
package componenttest
