// Package definition is the format of pipeline.yaml: its types, its JSON
// Schema, and its validation with file, line and column. It looks at one file
// at a time; what concerns several pipelines, or folders, is in configrepo.
package definition

//go:generate go test -run TestSchemaIsCurrent -update .
