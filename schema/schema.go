// Package schema holds the JSON Schema of pipeline.yaml, so that dorc can put it
// into a config repo for editors. The schema is written by "go generate
// ./pkg/definition"; it validates nothing in dorc itself.
package schema

import _ "embed"

// Pipeline is the JSON Schema (draft 7, which editors know best) of pipeline.yaml.
//
//go:embed pipeline.schema.json
var Pipeline []byte
