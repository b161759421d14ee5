// Package dag reads pipelines of kind dag: dag.yaml, or the config.yaml of an
// existing DOP service project, with the SQL beside it. It checks them with file,
// line and column. It writes no Python (package compile does) and asks no cloud.
package dag

//go:generate go test -run TestSchemaIsCurrent -update .
