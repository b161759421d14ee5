package naming

// Labels of Dataflow jobs that a workflow of dorc's launches. By them `dorc run` and
// `dorc dataflow` know which jobs are a pipeline's: the API lists jobs by name and
// time only, and two executions may start in the same second. A value is a resource
// id of Workflows, which is a valid label
// (https://cloud.google.com/resource-manager/docs/labels-overview#requirements).
const (
	// LabelWorkflow has the workflow's id, which is one pipeline in one environment.
	LabelWorkflow = "dorc-workflow"
	// LabelExecution has the id of the workflow's execution.
	LabelExecution = "dorc-execution"
)
