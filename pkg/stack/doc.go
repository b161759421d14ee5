// Package stack turns an instance and an environment into a stack: its name, its
// configuration, its program and its providers; and runs operations on one stack
// or on an environment with its pipelines. It prints nothing.
package stack
