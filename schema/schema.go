// Package schema holds the JSON Schemas of pipeline.yaml and dag.yaml, so that dorc can put them
// into a config repo for editors. The first is written by "go generate
// ./pkg/definition"; they validate nothing in dorc itself.
package schema

import _ "embed"

// Pipeline is the JSON Schema (draft 7, which editors know best) of pipeline.yaml.
//
//go:embed pipeline.schema.json
var Pipeline []byte

// DAG is the JSON Schema of dag.yaml, written by "go generate ./pkg/dag".
//
//go:embed dag.schema.json
var DAG []byte
