// Package expression is the expression language of Google Cloud Workflows: what
// stands between "${" and "}". It parses with positions, evaluates, and has the
// functions of the standard library that need nothing from outside. It does not
// know steps, and it does no input or output: blocking functions such as http.get
// are described here and run by package execute.
//
// https://cloud.google.com/workflows/docs/reference/syntax/expressions
package expression
