// Package syntax reads a definition of Google Cloud Workflows, in YAML or JSON,
// and finds what is wrong with it, with file, line and column. It does not run
// it; package execute does. What only the cloud can know (whether an account may
// call an API, what a connector's arguments are) is not checked.
//
// https://cloud.google.com/workflows/docs/reference/syntax
package syntax
