package definition

// Kind is what a pipeline is made of.
type Kind string

const (
	// KindFunctions is a chain of functions: image Lambdas in one state machine.
	KindFunctions Kind = "functions"
	// KindDataflow is a Beam pipeline on Google's Dataflow, and the workflow that launches it.
	KindDataflow Kind = "dataflow"
	// KindWorkflow is a definition of Google Cloud Workflows of the user's own.
	KindWorkflow Kind = "workflow"
	// KindDag is a DAG without code for Airflow on Google Cloud Composer; dag.yaml says what it does.
	KindDag Kind = "dag"
)

// Pipeline is the content of a pipeline.yaml. After Parse its functions stand in
// the order in which they run, those that only an on_failure reaches last.
type Pipeline struct {
	// Kind is what the pipeline is made of. Default: what the folder has, "dataflow" with
	// a main.py, pipeline.beam.yaml or config.json, "workflow" with a workflow.yaml, "dag" with a
	// dag.yaml, else "functions".
	Kind Kind `yaml:"kind"`
	// Description says in a sentence what the pipeline is for.
	Description string `yaml:"description"`
	// Functions are the steps, in any order, at most 1000. Default: every folder
	// with a lambda.py, in name order.
	Functions []Function `yaml:"functions"`
	// Triggers start the pipeline. Default: none, it runs when someone starts it.
	Triggers []Trigger `yaml:"triggers"`
	// Parameters are what a run gets when it says nothing else. Kind dataflow: the
	// pipeline's own parameters by name, as texts. Kind workflow: the argument, of any
	// values. In texts ${environment}, ${project_id}, ${region}, ${bucket} and
	// ${buckets.<data bucket>} are filled in; $${ is a plain ${. Default: none.
	Parameters map[string]any `yaml:"parameters"`
	// MachineType is that of the workers. Default: "e2-standard-2".
	MachineType string `yaml:"machine_type"`
	// Workers is how many a job begins with, 1 to 1000. Default: 1.
	Workers int `yaml:"workers"`
	// MaxWorkers is how many a job may have, 1 to 1000. Default: 10, or workers when that is more.
	MaxWorkers int `yaml:"max_workers"`
	// NetworkTags are tags of the workers besides Dataflow's own, "dataflow". Default: none.
	NetworkTags []string `yaml:"network_tags"`
	// Streaming says that a job runs until someone ends it. Default: false.
	Streaming bool `yaml:"streaming"`
	// Update is what a run does with the job of an earlier run; for streaming only. Default: "drain".
	Update Update `yaml:"update"`
	// WorkerImage says whether the workers have an image of their own. Default: "same".
	WorkerImage WorkerImage `yaml:"worker_image"`
	// PollingSeconds is the time between two looks at a job, 1 to 86400. Default: 180.
	PollingSeconds int `yaml:"polling_seconds"`
	// CancelWithExecution cancels the job when the execution ends with an error of its own while
	// the job runs. Default: false, the job goes on.
	CancelWithExecution bool `yaml:"cancel_with_execution"`
	// Schedule starts the pipeline at times. Default: none, it runs when someone starts it.
	Schedule *Schedule `yaml:"schedule"`
}

// Function is one step of a pipeline of kind "functions".
type Function struct {
	// Name is the function's folder. Required.
	Name string `yaml:"name"`
	// Next is what runs afterwards. Default: nothing, the pipeline ends here.
	Next *Next `yaml:"next"`
	// Timeout is in seconds, 1 to 900 (Lambda's limit). Default: 600.
	Timeout int `yaml:"timeout"`
	// Memory is in MB, 128 to 10240 (Lambda's limits). Default: 512.
	Memory int `yaml:"memory"`
	// Environment are variables of the function, in clear text.
	Environment map[string]string `yaml:"environment"`
	// Retry repeats a failed call. Default: only Lambda's own transient errors are retried.
	Retry *Retry `yaml:"retry"`
	// OnFailure is a function that is called with the input and the error when
	// this one has failed for good; the execution fails after it. Default: none.
	OnFailure string `yaml:"on_failure"`
}

// Next names what follows a function: exactly one of its fields is set. In YAML
// it is the function's name alone, or {pipeline: <layer>/<name>}.
type Next struct {
	// Function is a function of the same pipeline.
	Function string `yaml:"function"`
	// Pipeline is another pipeline as <layer>/<name>; it is started and waited for.
	Pipeline string `yaml:"pipeline"`
}

// Retry is a Step Functions Retrier. Source of names and limits:
// https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
type Retry struct {
	// MaxAttempts is how often a failed call is repeated, 0 to 99999999. Default: 3.
	MaxAttempts *int `yaml:"max_attempts"`
	// IntervalSeconds is the wait before the first repetition, at least 1. Default: 1.
	IntervalSeconds int `yaml:"interval_seconds"`
	// BackoffRate multiplies the wait each time, at least 1. Default: 2.
	BackoffRate float64 `yaml:"backoff_rate"`
	// ErrorEquals are the errors that are retried. Default: ["States.ALL"].
	ErrorEquals []string `yaml:"error_equals"`
}

// Trigger starts a pipeline: exactly one of its fields is set.
type Trigger struct {
	// Schedule is an EventBridge expression: cron(0 6 * * ? *) in UTC, or rate(5 minutes).
	Schedule string `yaml:"schedule"`
	// Object starts the pipeline for every object that is created.
	Object *ObjectTrigger `yaml:"object"`
}

// ObjectTrigger is an object that was created in a bucket.
type ObjectTrigger struct {
	// Bucket is the name of a data bucket of the environment, or a bucket's full name. Required.
	Bucket string `yaml:"bucket"`
	// Prefix of the object's key. Default: every object.
	Prefix string `yaml:"prefix"`
}
