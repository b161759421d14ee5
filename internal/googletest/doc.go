// Package googletest is a stand-in, in memory and on loopback, for the parts of
// Google Cloud that dorc asks itself: projects, their APIs, billing and permissions,
// executions of workflows, and Dataflow jobs. What it answers is what a test put
// into it, in the form of Google's REST reference; faults can be put before it. It is
// for tests: it provisions nothing, runs no workflow and checks no token but its own.
package googletest
