// Package content reads what the files of a pipeline of kind dataflow, workflow or dag
// say: Beam YAML, a launcher's config and its translation, metadata.json, a
// definition of Workflows. It checks them with file, line and column, alone and
// with the parameters and the schedule of pipeline.yaml. It makes no resource and
// asks no cloud.
package content
