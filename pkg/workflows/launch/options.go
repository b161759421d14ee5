package launch

import (
	"github.com/dorc-dev/dorc/pkg/beam/translate"
	"github.com/dorc-dev/dorc/pkg/definition"
	"github.com/dorc-dev/dorc/pkg/flextemplate"
)

// Options are what a workflow launches, and how.
type Options struct {
	// Pipeline is <layer>/<name>, for people. Required.
	Pipeline string
	// Project and Region are where jobs run. Required. Example: "exampledorc-data", "europe-west2".
	Project, Region string
	// Template is the specification of the flex template. Required. Example: "gs://b/templates/raw/flights.json".
	Template string
	// Job is how the names of jobs begin: a time and a random part follow. With
	// Streaming it is the whole name, of at most 63 characters. Required. Example: "flights".
	Job string
	// Streaming says that a job runs until someone ends it; an execution then ends when the job runs.
	Streaming bool
	// Update is what happens to an older job, with Streaming. Default: drain.
	Update definition.Update
	// PollingSeconds is the time between two looks at a job. Required.
	PollingSeconds int
	// CancelWithExecution cancels the job when the execution fails while it waits for it.
	CancelWithExecution bool
	// Environment is how jobs run. Required.
	Environment flextemplate.Environment
	// Parameters are those of the pipeline that a run gets when it says nothing else.
	Parameters map[string]any
	// YAML is where the Beam YAML of a pipeline without code is. Default: the
	// image has a program of the pipeline's own. Example: "gs://b/configs/raw/orders/pipeline.beam.yaml".
	YAML string
	// Connections are the databases that the pipeline reads: those of its own
	// profiles, and when that is only one, others that a run may choose instead.
	Connections []Connection
	// Profiles are the names of the pipeline's own profiles.
	Profiles []string
	// Before are asked before each run, After are run when a job has ended well.
	Before []translate.Question
	After  []translate.Statement
}

// Connection is a database.
type Connection struct {
	// Profile is its name.
	Profile string
	// Values are parameters of the pipeline: the URL, the user, where the password is.
	Values map[string]string
}

// Ended are the states in which a job stays. Source:
// https://cloud.google.com/dataflow/docs/reference/rest/v1b3/projects.jobs#jobstate
var Ended = []string{
	"JOB_STATE_DONE", "JOB_STATE_FAILED", "JOB_STATE_CANCELLED", "JOB_STATE_UPDATED", "JOB_STATE_DRAINED",
}

// running is the state in which an execution leaves a streaming job.
const running = "JOB_STATE_RUNNING"

// roles is the hint for a refusal for want of a permission.
const roles = ". The workflow's service account needs roles/dataflow.developer in the project, roles/iam.serviceAccountUser on the workers' account, " +
	"and for queries roles/bigquery.jobUser and the tables' roles."
