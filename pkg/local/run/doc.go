// Package run executes applied pipelines of the local cloud: it reads the state
// machine's definition from the store, checks all of it before anything starts,
// calls the functions' handlers through the Lambda Runtime API, and keeps what
// happened. It creates no resource and prints nothing; the command line renders
// its events.
package run
