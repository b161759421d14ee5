// Package dags compiles DAGs of a config repo into the content of artifacts: that of
// one pipeline for a stack's program, that of all for dorc artifact build. It stores
// nothing.
package dags
