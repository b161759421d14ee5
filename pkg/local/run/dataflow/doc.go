// Package dataflow stands in for the Dataflow service in a run of the local cloud: it
// answers the part of its REST API (v1b3) that launches flex templates and looks at
// jobs, and a job is Beam's DirectRunner in a process group of its own. Where a job's
// program comes from is its caller's business. Jobs end with the run that launched
// them.
//
// https://cloud.google.com/dataflow/docs/reference/rest
package dataflow
