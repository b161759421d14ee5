// Package flextemplate has the specification of a Dataflow flex template in
// Google's format, and the metadata.json that describes its parameters: read and
// checked with line and column, and parameters held against it. It builds no
// image and launches nothing.
//
// https://cloud.google.com/dataflow/docs/guides/templates/configuring-flex-templates
// and https://cloud.google.com/dataflow/docs/reference/rest/v1b3/ContainerSpec
package flextemplate
