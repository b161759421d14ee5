// Package launch writes the definition of the workflow that launches a Dataflow
// pipeline: a text for Google Cloud Workflows that people can read. It knows the
// APIs of Dataflow and of BigQuery and no resource of a cloud. It runs nothing;
// package execute does, and so does Google.
//
// https://cloud.google.com/dataflow/docs/reference/rest/v1b3/projects.locations.flexTemplates/launch
// https://cloud.google.com/bigquery/docs/reference/rest/v2/jobs/query
package launch
