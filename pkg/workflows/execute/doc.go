// Package execute runs a definition of Google Cloud Workflows on this machine,
// with its clock, HTTP client, environment and logs given by the caller. It is for
// the local cloud and for tests of generated definitions. It is not the service:
// it keeps no executions and does not go on after the process ends.
//
// A limit that an execution meets is one of https://cloud.google.com/workflows/quotas.
package execute
