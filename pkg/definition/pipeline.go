package definition

// Kind is what a pipeline is made of.
type Kind string

// KindFunctions is a chain of functions: image Lambdas in one state machine.
const KindFunctions Kind = "functions"

// Pipeline is the content of a pipeline.yaml. After Parse its functions stand in
// the order in which they run, those that only an on_failure reaches last.
type Pipeline struct {
	// Kind is what the pipeline is made of. Default: "functions".
	Kind Kind `yaml:"kind"`
	// Description says in a sentence what the pipeline is for.
	Description string `yaml:"description"`
	// Functions are the steps, in any order, at most 1000. Default: every folder
	// with a lambda.py, in name order.
	Functions []Function `yaml:"functions"`
	// Triggers start the pipeline. Default: none, it runs when someone starts it.
	Triggers []Trigger `yaml:"triggers"`
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
